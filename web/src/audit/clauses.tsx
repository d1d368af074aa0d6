/** Clause by clause across all cases: which are met by exception or open most often, where, and in which cases. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { definitions } from "../contract/calls";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Picker } from "../ui/form/picker";
import { LoadFailure } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { findingsAt } from "./findings";
import { clauseCases, clauseTable, type ClauseCounts, type ClauseState } from "./findings-calls";
import { AuditTabs, mayUse } from "./tabs";
import "./audit.css";
import "./findings.css";

const STATES: readonly { state: ClauseState; text: Key }[] = [
  { state: "exception", text: "clauses.exception" },
  { state: "open", text: "clauses.open" },
  { state: "met", text: "clauses.met" },
  { state: "not_applicable", text: "clauses.notApplicable" },
];
const UNIT = { type: "unit", id: "clauses-unit", key: "unit" } as const;

interface Chosen {
  definition?: string;
  unit?: string;
  state?: string;
  of?: string;
  clause?: string;
}

function at(chosen: Chosen): string {
  const text = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();
  return text ? `/audit/clauses?${text}` : "/audit/clauses";
}

export function AuditClausesPage() {
  const permissions = useStore(me)?.permissions ?? [];
  const { query, route } = useLocation();
  const known = useQuery({ queryKey: ["definitions"], queryFn: definitions });
  useTitle(t("findings.clauses"));
  if (!mayUse("/audit/clauses", permissions)) return <Empty title={t("audit.notYours")} />;
  const chosen: Chosen = Object.fromEntries((["definition", "unit", "state", "of", "clause"] as const).flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  const state = STATES.find((one) => one.state === chosen.state)?.state ?? "exception";
  const go = (change: Chosen) => route(at({ ...chosen, of: "", clause: "", ...change }), true);
  return (
    <div class="lh-narrow lh-audit">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("findings.clauses")}</h1>
          <p class="lh-plain lh-quiet">{t("findings.clausesWhat")}</p>
        </div>
      </header>
      <AuditTabs />
      <div class="lh-stack lh-audit-parts">
        <form class="lh-findings-filters" role="search" aria-label={t("findings.filters")} onSubmit={(event) => event.preventDefault()}>
          <label class="lh-field">
            <span class="lh-label">{t("findings.definition")}</span>
            <select class="lh-input lh-select" name="definition" value={chosen.definition ?? ""} onChange={(event) => go({ definition: event.currentTarget.value })}>
              <option value="">{t("findings.anyDefinition")}</option>
              {(known.data?.items ?? []).map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          <label class="lh-field">
            <span class="lh-label">{t("findings.mostOften")}</span>
            <select class="lh-input lh-select" name="state" value={state} onChange={(event) => go({ state: event.currentTarget.value })}>
              {STATES.map((one) => (
                <option key={one.state} value={one.state}>
                  {t(one.text)}
                </option>
              ))}
            </select>
          </label>
          <div class="lh-field">
            <label class="lh-label" for="clauses-unit">
              {t("findings.unit")}
            </label>
            <Picker component={UNIT} id="clauses-unit" value={chosen.unit ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(unit) => go({ unit: unit ?? "" })} />
          </div>
        </form>
        <Table chosen={chosen} state={state} />
      </div>
    </div>
  );
}

function Table({ chosen, state }: { chosen: Chosen; state: ClauseState }) {
  const wanted = { state, ...(chosen.definition ? { definition: chosen.definition } : {}), ...(chosen.unit ? { unit: chosen.unit } : {}) };
  const found = useQuery({ queryKey: ["clauses across", wanted], queryFn: () => clauseTable(wanted) });
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const { items, read, entries } = found.data;
  if (items.length === 0) {
    return (
      <Empty title={t("findings.noClauses")}>
        <p class="lh-plain lh-quiet">{t("findings.noClausesWhat")}</p>
      </Empty>
    );
  }
  return (
    <>
      <section class="lh-card lh-findings-scroll" aria-label={t("findings.clauses")} tabIndex={0}>
        <table class="lh-table">
          <thead>
            <tr>
              <th scope="col" class="lh-th">{t("findings.clause")}</th>
              {STATES.map((one) => (
                <th key={one.state} scope="col" class="lh-th lh-findings-number">
                  {t(one.text)}
                </th>
              ))}
              <th scope="col" class="lh-th lh-findings-number">
                {t("findings.departures")}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Row key={`${one.definition.key} ${one.clause.id}`} one={one} chosen={chosen} />
            ))}
          </tbody>
        </table>
      </section>
      <p class="lh-plain lh-small lh-quiet lh-numeric">
        {read < entries ? t("findings.readSome", { read: read.toLocaleString(), entries: entries.toLocaleString() }) : t("findings.readAll", { entries: entries.toLocaleString() })}
      </p>
    </>
  );
}

function Row({ one, chosen }: { one: ClauseCounts; chosen: Chosen }) {
  const isOpen = chosen.of === one.definition.key && chosen.clause === one.clause.id;
  const state = STATES.find((known) => known.state === chosen.state)?.state ?? "exception";
  return (
    <>
      <tr data-clause={one.clause.id}>
        <th scope="row" class="lh-td lh-findings-clause">
          {one.clause.text ?? one.clause.id}
          <span class="lh-sub">
            {one.definition.name} · {one.clause.article ?? one.clause.id}
          </span>
        </th>
        {STATES.map(({ state: of, text }) => {
          const count = one.counts[of] ?? 0;
          return (
            <td key={of} class="lh-td lh-findings-number lh-numeric">
              {count > 0 ? (
                <a
                  class={isOpen && state === of ? "lh-link lh-findings-current" : "lh-link"}
                  href={at({ ...chosen, state: of, of: one.definition.key, clause: one.clause.id })}
                  aria-label={t("findings.casesOf", { n: count, state: t(text), clause: one.clause.article ?? one.clause.id })}
                  aria-current={isOpen && state === of ? "true" : undefined}
                >
                  {count.toLocaleString()}
                </a>
              ) : (
                0
              )}
            </td>
          );
        })}
        <td class="lh-td lh-findings-number lh-numeric">
          {one.departures > 0 ? (
            <a class="lh-link" href={findingsAt({ definition: one.definition.key, clause: one.clause.id, state: "all", ...(chosen.unit ? { unit: chosen.unit } : {}) })} aria-label={t("findings.departuresOf", { n: one.departures })}>
              {one.departures.toLocaleString()}
            </a>
          ) : (
            0
          )}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td class="lh-td" colSpan={STATES.length + 2}>
            <Cases one={one} state={state} unit={chosen.unit} />
          </td>
        </tr>
      )}
    </>
  );
}

function Cases({ one, state, unit }: { one: ClauseCounts; state: ClauseState; unit: string | undefined }) {
  const wanted = { definition: one.definition.key, clause: one.clause.id, state, ...(unit ? { unit } : {}) };
  const { found, items } = usePages(["cases of clause", wanted], (cursor) => clauseCases(wanted, cursor));
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div class="lh-stack">
      <ul class="lh-audit-list" data-act="clause-cases">
        {items.map((item) => (
          <li key={item.id}>
            <a class="lh-link" href={`/cases/${item.id}?tab=clauses`}>
              {item.title}
            </a>
            <span class="lh-sub lh-numeric">
              {[item.number, item.unit.name, longTime(item.started_at), item.exceptions > 0 ? t("findings.entries", { n: item.exceptions }) : null].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </div>
  );
}
