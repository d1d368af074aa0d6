/** 待办: what somebody is asked to do, has done, and has set in motion. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Box, box, boxCount, definitions, type Sort } from "../contract/calls";
import { me } from "../contract/session";
import type { TaskItem } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { daysBetween, shortDay } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { usePhone } from "../ui/media";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { DeadlinePill, Marks, Pill } from "../ui/pill";
import { useShortcuts } from "../ui/shortcuts";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";

const boxes: readonly { name: Box; text: Key }[] = [
  { name: "todo", text: "box.todo" },
  { name: "done", text: "box.done" },
  { name: "started", text: "box.started" },
];

const sorts: readonly { value: Sort; text: Key }[] = [
  { value: "due", text: "sort.due" },
  { value: "opened", text: "sort.opened" },
];

interface Filter {
  name: Box;
  q: string;
  definition: string;
  sort: Sort | "";
}

function filterOf(query: Record<string, string>): Filter {
  const name = boxes.find((one) => one.name === query["box"])?.name ?? "todo";
  return { name, q: query["q"] ?? "", definition: query["definition"] ?? "", sort: sorts.find((one) => one.value === query["sort"])?.value ?? "" };
}

function addressOf(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.name !== "todo") query.set("box", filter.name);
  if (filter.q) query.set("q", filter.q);
  if (filter.definition) query.set("definition", filter.definition);
  if (filter.sort) query.set("sort", filter.sort);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

export function InboxPage() {
  const { query, route } = useLocation();
  const filter = filterOf(query);
  const go = (change: Partial<Filter>) => route(addressOf({ ...filter, ...change }), true);
  const search = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(filter.q);
  const [helping, setHelping] = useState(false);
  const queryClient = useQueryClient();
  useTitle(t("nav.inbox"));
  useShortcuts({
    "/": () => search.current?.focus(),
    r: () => void queryClient.invalidateQueries({ queryKey: ["tasks"] }),
    "?": () => setHelping(true),
  });

  useEffect(() => setTyped(filter.q), [filter.q]);
  useEffect(() => {
    if (typed.trim() === filter.q) return;
    const wait = setTimeout(() => route(addressOf({ ...filterOf(Object.fromEntries(new URLSearchParams(location.search))), q: typed.trim() }), true), 250);
    return () => clearTimeout(wait);
  }, [typed, filter.q, route]);

  const wanted = { q: filter.q, definition: filter.definition, ...(filter.sort ? { sort: filter.sort } : {}) };
  const found = useInfiniteQuery({
    queryKey: ["tasks", filter.name, wanted],
    queryFn: ({ pageParam }) => box(filter.name, wanted, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 60_000,
    // A list stays until that of another search has come; that of another box says something else.
    placeholderData: (before, query) => (query?.queryKey[1] === filter.name ? before : undefined),
  });
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = filter.q !== "" || filter.definition !== "";

  return (
    <div class="lh-wide">
      <header class="lh-head">
        <h1 class="lh-h1 lh-head-main">{t("nav.inbox")}</h1>
        <span class="lh-desk-only">
          <Button look="quiet" small icon="keyboard" onClick={() => setHelping(true)} data="keys">
            {t("keys.title")}
          </Button>
        </span>
      </header>
      <div class="lh-tabs" role="tablist" aria-label={t("nav.inbox")}>
        {boxes.map((one) => (
          <BoxTab key={one.name} name={one.name} text={t(one.text)} selected={one.name === filter.name} onChoose={() => go({ name: one.name })} />
        ))}
      </div>
      <div class="lh-tools" role="search">
        <div class="lh-search">
          <Icon name="search" />
          <input
            ref={search}
            class="lh-input"
            type="search"
            aria-label={t("inbox.search")}
            placeholder={t("inbox.search")}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
            }}
          />
        </div>
        <select class="lh-input lh-select" aria-label={t("inbox.definition")} value={filter.definition} onChange={(event) => go({ definition: event.currentTarget.value })}>
          <option value="">{t("inbox.allDefinitions")}</option>
          {library.data?.items.map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </select>
        <select class="lh-input lh-select" aria-label={t("inbox.sort")} value={filter.sort || "due"} onChange={(event) => go({ sort: sorts.find((one) => one.value === event.currentTarget.value && one.value !== "due")?.value ?? "" })}>
          {sorts.map((one) => (
            <option key={one.value} value={one.value}>
              {t(one.text)}
            </option>
          ))}
        </select>
      </div>
      <div id="box" role="tabpanel" aria-labelledby={`box-${filter.name}`} aria-busy={found.isPlaceholderData ? "true" : undefined} tabIndex={-1}>
        {found.isError && items.length > 0 && <RefusalNotice error={found.error} title={t("inbox.stale")} />}
        {found.isPending || (found.isPlaceholderData && items.length === 0) ? (
          <Skeleton lines={8} />
        ) : found.isError && items.length === 0 ? (
          <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
        ) : items.length === 0 ? (
          <Nothing name={filter.name} filtered={filtered} onClear={() => go({ q: "", definition: "" })} />
        ) : (
          <List key={filter.name} items={items} name={filter.name} />
        )}
      </div>
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
      {helping && <KeyHelp onClose={() => setHelping(false)} />}
    </div>
  );
}

function BoxTab({ name, text, selected, onChoose }: { name: Box; text: string; selected: boolean; onChoose: () => void }) {
  const count = useQuery({ queryKey: ["tasks", "count", name], queryFn: () => boxCount(name), staleTime: 30_000 });
  return (
    <button
      type="button"
      id={`box-${name}`}
      class="lh-tab"
      role="tab"
      aria-selected={selected}
      aria-controls="box"
      tabIndex={selected ? 0 : -1}
      onClick={onChoose}
      onKeyDown={(event) => {
        const to = event.key === "ArrowRight" ? event.currentTarget.nextElementSibling : event.key === "ArrowLeft" ? event.currentTarget.previousElementSibling : null;
        if (to instanceof HTMLElement) {
          to.focus();
          to.click();
        }
      }}
    >
      {text}
      {count.data !== undefined && <span class="lh-tab-count">{count.data ?? "99+"}</span>}
    </button>
  );
}

function Nothing({ name, filtered, onClear }: { name: Box; filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty title={t("inbox.noMatch")}>
        <Button onClick={onClear}>{t("inbox.clear")}</Button>
      </Empty>
    );
  }
  const title: Record<Box, Key> = { todo: "inbox.emptyTodo", done: "inbox.emptyDone", started: "inbox.emptyStarted" };
  return (
    <Empty title={t(title[name])}>
      <a class="lh-button" href="/start">
        {t("inbox.startOne")}
      </a>
    </Empty>
  );
}

interface ListProps {
  items: readonly TaskItem[];
  name: Box;
}

const addressOfItem = (item: TaskItem, name: Box): string => (name === "started" ? `/cases/${item.case.id}` : `/tasks/${item.id}`);

function List({ items, name }: ListProps) {
  const { route } = useLocation();
  const phone = usePhone();
  // The task, not its place: rows come and go.
  const [chosen, setChosen] = useState("");
  const placeOf = (id: string) => items.findIndex((item) => item.id === id);
  const at = placeOf(chosen);
  const rows = useRef<(HTMLElement | null)[]>([]);
  const today = useStore(me)?.today ?? "";

  useLayoutEffect(() => {
    if (at >= 0) rows.current[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const open = (item: TaskItem) => route(addressOfItem(item, name));
  useShortcuts({
    j: () => setChosen((id) => items[Math.min(placeOf(id) + 1, items.length - 1)]?.id ?? ""),
    k: () => setChosen((id) => items[Math.max(placeOf(id) - 1, 0)]?.id ?? ""),
    Enter: () => {
      const item = items[at];
      if (item) open(item);
    },
  });

  if (phone) {
    return (
      <ul class="lh-cards">
        {items.map((item, n) => (
          <li key={item.id} class={n === at ? "lh-card lh-tr-current" : "lh-card"} ref={(element) => void (rows.current[n] = element)}>
            <a class="lh-task-card" href={addressOfItem(item, name)}>
              <span class="lh-row lh-spread" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
                <span class="lh-strong lh-two-lines">{item.case.title}</span>
                <State item={item} name={name} today={today} />
              </span>
              <span class="lh-sub">
                {item.step && <span class="lh-strong">{t("step.short", { step: item.step })} </span>}
                {item.name}
                {item.unit && ` · ${item.unit.name}`}
              </span>
              <span class="lh-sub lh-sub-row">
                <span class="lh-numeric">{item.case.number}</span>
                <span>{arrived(item, today)}</span>
                <Flags item={item} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div class="lh-card" style={{ overflowX: "auto" }}>
      <table class="lh-table">
        <thead>
          <tr>
            <th class="lh-th" scope="col">
              {t("inbox.colCase")}
            </th>
            <th class="lh-th" scope="col">
              {t("inbox.colStep")}
            </th>
            <th class="lh-th" scope="col">
              {t("inbox.colUnit")}
            </th>
            <th class="lh-th" scope="col">
              {t(name === "done" ? "inbox.colDone" : "inbox.colArrived")}
            </th>
            <th class="lh-th" scope="col">
              {t(name === "done" ? "inbox.colResult" : "inbox.colDue")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, n) => (
            <tr
              key={item.id}
              class={n === at ? "lh-tr lh-tr-link lh-tr-current" : "lh-tr lh-tr-link"}
              ref={(element) => void (rows.current[n] = element)}
              aria-current={n === at ? "true" : undefined}
              onClick={(event) => {
                if (!(event.target instanceof Element) || event.target.closest("a") || getSelection()?.toString()) return;
                open(item);
              }}
            >
              <td class="lh-td">
                <span class="lh-row" style={{ gap: "2px 8px" }}>
                  <a class="lh-title" href={addressOfItem(item, name)}>
                    {item.case.title}
                  </a>
                  <Flags item={item} />
                </span>
                <span class="lh-sub lh-numeric">
                  {item.case.number} · {item.definition_name}
                </span>
              </td>
              <td class="lh-td">
                {item.name}
                {item.step && <span class="lh-sub">{t("step.nth", { step: item.step })}</span>}
              </td>
              <td class="lh-td">{item.unit?.name}</td>
              <td class="lh-td lh-numeric" style={{ whiteSpace: "nowrap" }}>
                {name === "done" && item.completed_at ? shortDay(item.completed_at, today) : shortDay(item.opened_at, today)}
                <span class="lh-sub">{ago(item, name, today)}</span>
              </td>
              <td class="lh-td" style={{ whiteSpace: "nowrap" }}>
                <State item={item} name={name} today={today} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ago(item: TaskItem, name: Box, today: string): string {
  const days = name === "done" && item.completed_at ? daysBetween(item.completed_at, today) : daysBetween(item.opened_at, today);
  return days <= 0 ? t("ago.today") : t("ago.days", { n: days });
}

const arrived = (item: TaskItem, today: string): string => t("inbox.arrived", { ago: ago(item, "todo", today) });

function State({ item, name, today }: { item: TaskItem; name: Box; today: string }) {
  if (name === "done" && item.decision_label) return <Pill tone="brand">{item.decision_label}</Pill>;
  if (item.status === "completed") return <Pill tone="good" icon="check">{t("task.completed")}</Pill>;
  if (item.status === "cancelled") return <Pill>{t("task.cancelled")}</Pill>;
  return <DeadlinePill task={item} today={today} />;
}

function Flags({ item }: { item: TaskItem }) {
  return (
    <>
      {item.purpose === "confirm" && (
        <Pill tone="info" icon="people">
          {t("task.toConfirm")}
        </Pill>
      )}
      {item.status === "confirming" && item.purpose === "act" && <Pill tone="info">{t("task.confirming")}</Pill>}
      {item.claimed_by && <span class="lh-small lh-quiet">{t("task.claimedBy", { name: item.claimed_by.name })}</span>}
      <Marks marks={item.marks} labels={item.mark_labels} />
    </>
  );
}

function KeyHelp({ onClose }: { onClose: () => void }) {
  const keys: readonly (readonly [string, Key])[] = [
    ["j", "keys.next"],
    ["k", "keys.previous"],
    ["Enter", "keys.open"],
    ["/", "keys.search"],
    ["r", "keys.reload"],
    ["?", "keys.help"],
  ];
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl class="lh-facts">
        {keys.map(([key, text]) => (
          <>
            <dt key={key}>
              <kbd class="lh-key">{key}</kbd>
            </dt>
            <dd class="lh-fact">{t(text)}</dd>
          </>
        ))}
      </dl>
      <p class="lh-plain lh-small lh-quiet">
        {t("keys.off")}{" "}
        <a class="lh-link" href="/me">
          {t("nav.me")}
        </a>
      </p>
    </Dialog>
  );
}
