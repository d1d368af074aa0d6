/** Every case the asker may see, newest first. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { cases, definitions } from "../contract/calls";
import type { CaseItem, CaseStatus } from "../contract/shapes";
import { usePages } from "../contract/pages";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay, span } from "../ui/dates";
import { Icon } from "../ui/icon";
import { usePhone } from "../ui/media";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { useShortcuts } from "../ui/shortcuts";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";

const statuses: readonly CaseStatus[] = ["running", "ended", "cancelled", "suspended", "failed"];
const statusText: Record<CaseStatus, Key> = {
  running: "case.running",
  ended: "case.ended",
  cancelled: "case.cancelled",
  suspended: "case.suspended",
  failed: "case.failed",
};
const statusTone: Record<CaseStatus, PillTone> = { running: "info", ended: "good", cancelled: "neutral", suspended: "held", failed: "danger" };

export function CasePill({ status }: { status: CaseStatus }) {
  return <Pill tone={statusTone[status]}>{t(statusText[status])}</Pill>;
}

export function CasesPage() {
  const { query, route } = useLocation();
  const q = query["q"] ?? "";
  const definition = query["definition"] ?? "";
  const status = statuses.find((one) => one === query["status"]);
  const called = query["called"] === "1";
  const [typed, setTyped] = useState(q);
  const search = useRef<HTMLInputElement>(null);
  const phone = usePhone();
  useTitle(t("nav.cases"));

  const go = (change: Record<string, string>) => {
    const next = new URLSearchParams(Object.entries({ q, definition, status: status ?? "", called: called ? "1" : "", ...change }).filter(([, value]) => value !== ""));
    const text = next.toString();
    route(text ? `/cases?${text}` : "/cases", true);
  };
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    if (typed.trim() === q) return;
    const wait = setTimeout(() => latest.current({ q: typed.trim() }), 250);
    return () => clearTimeout(wait);
  }, [typed, q]);
  useShortcuts({ "/": () => search.current?.focus() });

  const wanted = { q, definition, ...(status ? { status } : {}), ...(called ? { called } : {}) };
  const { found, items } = usePages(["cases", wanted], (cursor) => cases(wanted, cursor));
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });

  return (
    <div class="lh-wide">
      <header class="lh-head">
        <h1 class="lh-h1 lh-head-main">{t("nav.cases")}</h1>
      </header>
      <div class="lh-tools" role="search">
        <div class="lh-search">
          <Icon name="search" />
          <input
            ref={search}
            class="lh-input"
            type="search"
            aria-label={t("cases.search")}
            placeholder={t("cases.search")}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <select class="lh-input lh-select" aria-label={t("cases.status")} value={status ?? ""} onChange={(event) => go({ status: event.currentTarget.value })}>
          <option value="">{t("cases.anyStatus")}</option>
          {statuses.map((one) => (
            <option key={one} value={one}>
              {t(statusText[one])}
            </option>
          ))}
        </select>
        <select class="lh-input lh-select" aria-label={t("inbox.definition")} value={definition} onChange={(event) => go({ definition: event.currentTarget.value })}>
          <option value="">{t("inbox.allDefinitions")}</option>
          {library.data?.items.map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </select>
        <label class="lh-row lh-small" title={t("cases.calledHint")}>
          <input class="lh-tick" type="checkbox" checked={called} onChange={(event) => go({ called: event.currentTarget.checked ? "1" : "" })} />
          {t("cases.called")}
        </label>
      </div>
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : found.isError && items.length === 0 ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t(q || definition || status ? "inbox.noMatch" : "cases.empty")}>
          {(q || definition || status) && <Button onClick={() => go({ q: "", definition: "", status: "" })}>{t("inbox.clear")}</Button>}
        </Empty>
      ) : phone ? (
        <ul class="lh-cards">
          {items.map((item) => (
            <li key={item.id} class="lh-card">
              <a class="lh-task-card" href={`/cases/${item.id}`}>
                <span class="lh-row lh-spread" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
                  <span class="lh-strong lh-two-lines">{item.title}</span>
                  <CasePill status={item.status} />
                </span>
                <span class="lh-sub">
                  {item.definition_name}
                  {item.unit && ` · ${item.unit.name}`}
                </span>
                <span class="lh-sub lh-numeric">
                  {item.number} · {longDay(item.started_at)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <Table items={items} />
      )}
      {items.length > 0 && (
        <div class="lh-list-foot">
          <span role="status">{t(found.hasNextPage ? "inbox.shownMore" : "inbox.shown", { n: items.length })}</span>
          {found.hasNextPage && (
            <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("act.more")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Table({ items }: { items: readonly CaseItem[] }) {
  const { route } = useLocation();
  return (
    <div class="lh-card" style={{ overflowX: "auto" }}>
      <table class="lh-table">
        <thead>
          <tr>
            <th class="lh-th" scope="col">
              {t("inbox.colCase")}
            </th>
            <th class="lh-th" scope="col">
              {t("inbox.colUnit")}
            </th>
            <th class="lh-th" scope="col">
              {t("cases.colStarted")}
            </th>
            <th class="lh-th" scope="col">
              {t("cases.colTook")}
            </th>
            <th class="lh-th" scope="col">
              {t("cases.status")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr
              key={item.id}
              class="lh-tr lh-tr-link"
              onClick={(event) => {
                if (!(event.target instanceof Element) || event.target.closest("a") || getSelection()?.toString()) return;
                route(`/cases/${item.id}`);
              }}
            >
              <td class="lh-td">
                <a class="lh-title" href={`/cases/${item.id}`}>
                  {item.title}
                </a>
                <span class="lh-sub lh-numeric">
                  {item.number} · {item.definition_name}
                </span>
              </td>
              <td class="lh-td">{item.unit?.name}</td>
              <td class="lh-td lh-numeric" style={{ whiteSpace: "nowrap" }}>
                {longDay(item.started_at)}
                <span class="lh-sub">{item.started_by.name}</span>
              </td>
              <td class="lh-td lh-numeric" style={{ whiteSpace: "nowrap" }}>
                {item.ended_at ? span(item.started_at, item.ended_at) : ""}
              </td>
              <td class="lh-td">
                <CasePill status={item.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
