/** 待办: what somebody is asked to do, has done, and has set in motion; beside it, where there is room, the task itself. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { AwayNote } from "../actors/away-note";
import { type Box, box, boxCounts, definitions, dropView, readCopies, savedViews, saveView, task as readTask } from "../contract/calls";
import type { TaskItem } from "../contract/shapes";
import { usePages } from "../contract/pages";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { usePhone, useWide } from "../ui/media";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { useShortcuts } from "../ui/shortcuts";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import "./inbox.css";
import { BatchSheet } from "./inbox-batch";
import { addressOf, askedFor, boxes, FilterSheet, isFiltered, moreCount, type Place, placeOf, sorts, type Wanted } from "./inbox-filter";
import { hrefOf, List } from "./inbox-list";
import { changes, counted } from "./live";
import type { TaskView } from "./task";

/** Boxes whose rows are tasks to look at or to do; those of the others lead to cases. */
const WITH_TASKS: readonly Box[] = ["todo", "done", "delegated", "drafts"];
const BESIDE = 50;

interface Marked {
  name: Box;
  id: string;
}

export function InboxPage() {
  const { query, route } = useLocation();
  const place = placeOf(query);
  const { name, wanted } = place;
  const go = (change: Partial<Place>) => route(addressOf({ ...place, ...change }), true);
  const narrow = (change: Wanted) => go({ wanted: { ...wanted, ...change }, task: "" });
  const search = useRef<HTMLInputElement>(null);
  const phone = usePhone();
  const split = useWide() && WITH_TASKS.includes(name);
  const shown = split ? place.task : "";
  const [typed, setTyped] = useState(wanted.q ?? "");
  const [sheet, setSheet] = useState<"keys" | "filter" | "batch" | "view" | null>(null);
  // The row the keys are at is a task of a box, not a place: rows come and go.
  const [marked, setMarked] = useState<Marked>({ name, id: "" });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [picking, setPicking] = useState(false);
  const anchor = useRef("");
  const named = useRef(name);
  const queryClient = useQueryClient();
  useTitle(t("nav.inbox"));

  useEffect(() => setTyped(wanted.q ?? ""), [wanted.q]);
  useEffect(() => {
    if (typed.trim() === (wanted.q ?? "")) return;
    const wait = setTimeout(() => {
      const now = placeOf(Object.fromEntries(new URLSearchParams(location.search)));
      route(addressOf({ ...now, wanted: { ...now.wanted, q: typed.trim() }, task: "" }), true);
    }, 250);
    return () => clearTimeout(wait);
  }, [typed, wanted.q, route]);

  const asked = askedFor(wanted);
  const { found, items } = usePages(["tasks", name, asked], (cursor) => box(name, asked, cursor), {
    // Rows do not move under somebody's hand: what is new is told, and shown when they ask for it.
    refetchOnWindowFocus: false,
    // A list stays until that of another search has come; that of another box says something else.
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  });
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });
  const fresh = useFresh(name, asked, found.data && !found.isPlaceholderData ? items : null, found.dataUpdatedAt);
  const reload = () => void queryClient.invalidateQueries({ queryKey: ["tasks"] });
  const filtered = isFiltered(wanted);
  const possible = items.filter((item) => item.batch_refusal === null && item.status === "open");
  const choosing = name === "todo" && possible.length > 0 && (!phone || picking);
  const selected = possible.filter((item) => chosen.has(item.id)).map((item) => item.id);

  const rowOf = (task: string) => items.findIndex((item) => item.id === task);
  const at = rowOf(marked.name === name ? marked.id : "");
  const mark = (by: 1 | -1) =>
    setMarked((before) => {
      const to = rowOf(before.name === name ? before.id : "") + by;
      return { name, id: items[Math.min(Math.max(to, 0), items.length - 1)]?.id ?? "" };
    });

  useEffect(() => {
    if (named.current === name) return;
    named.current = name;
    setChosen(new Set());
  }, [name]);

  const read = (cases?: readonly string[]) => {
    readCopies(cases).then(reload, () => undefined); // they stay unread, and can be opened again
  };
  const open = (item: TaskItem) => {
    setMarked({ name, id: item.id });
    if (item.is_unread) read([item.case.id]);
    if (split) go({ task: item.id });
    else route(hrefOf(item, name));
  };
  const choose = (id: string, on: boolean) => {
    anchor.current = id;
    setChosen((before) => {
      const next = new Set(before);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  };
  const moveOn = (next: string | undefined) => {
    const index = rowOf(shown);
    const following = items[index + 1] ?? items[index - 1];
    go({ task: next ?? (following?.id === shown ? "" : (following?.id ?? "")) });
  };
  useShortcuts({
    "/": () => search.current?.focus(),
    r: reload,
    "?": () => setSheet("keys"),
    j: () => mark(1),
    k: () => mark(-1),
    Enter: () => {
      const item = items[at];
      if (item) open(item);
    },
    x: () => {
      const item = items[at];
      if (item && choosing && item.batch_refusal === null) choose(item.id, !chosen.has(item.id));
    },
    X: () => {
      if (!choosing || at < 0) return;
      const from = Math.max(rowOf(anchor.current), 0);
      const [first, last] = [Math.min(at, from), Math.max(at, from)];
      setChosen(new Set([...chosen, ...items.slice(first, last + 1).filter((item) => item.batch_refusal === null).map((item) => item.id)]));
    },
    Escape: () => {
      if (chosen.size > 0) setChosen(new Set());
      else if (shown) go({ task: "" });
    },
  });

  const Title = shown ? "h2" : "h1";
  return (
    <div class={split ? "lh-wide lh-inbox-split" : "lh-wide"}>
      <header class="lh-head">
        <Title class="lh-h1 lh-head-main">{t("nav.inbox")}</Title>
        {phone && possible.length > 0 && name === "todo" && (
          <Button
            look="quiet"
            small
            onClick={() => {
              setPicking(!picking);
              setChosen(new Set());
            }}
            data="pick"
          >
            {t(picking ? "batch.clear" : "batch.pick")}
          </Button>
        )}
        <a class="lh-button lh-button-quiet lh-button-small" href="/meetings">
          {t("meetings.link")}
        </a>
        <span class="lh-desk-only">
          <Button look="quiet" small icon="keyboard" onClick={() => setSheet("keys")} data="keys">
            {t("keys.title")}
          </Button>
        </span>
      </header>
      <div class="lh-inbox-boxes">
        <Boxes name={name} upright={split} onChoose={(next) => go({ name: next, task: "" })} />
        <Views place={place} />
      </div>
      <div class="lh-inbox-list">
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
          <select class="lh-input lh-select" aria-label={t("inbox.definition")} value={wanted.definition ?? ""} onChange={(event) => narrow({ definition: event.currentTarget.value, step: "", stage: "" })}>
            <option value="">{t("inbox.allDefinitions")}</option>
            {library.data?.items.map((one) => (
              <option key={one.key} value={one.key}>
                {one.name}
              </option>
            ))}
          </select>
          <select class="lh-input lh-select" aria-label={t("inbox.sort")} value={wanted.sort ?? "due"} onChange={(event) => narrow({ sort: event.currentTarget.value === "due" ? "" : event.currentTarget.value })}>
            {sorts.map((one) => (
              <option key={one.value} value={one.value}>
                {t(one.text)}
              </option>
            ))}
          </select>
          <Button onClick={() => setSheet("filter")} data="filter">
            {moreCount(wanted) > 0 ? t("filter.moreOn", { n: moreCount(wanted) }) : t("filter.more")}
          </Button>
          {name === "copied" && items.some((item) => item.is_unread) && (
            <Button look="quiet" onClick={() => read()} data="read-all">
              {t("inbox.readAll")}
            </Button>
          )}
          {filtered && (
            <Button look="quiet" onClick={() => setSheet("view")} data="save-view">
              {t("views.save")}
            </Button>
          )}
        </div>
        {(name === "todo" || name === "delegated") && <AwayNote />}
        {fresh > 0 && (
          <div class="lh-fresh" role="status">
            <span>{t("inbox.fresh", { n: fresh })}</span>
            <Button small look="quiet" onClick={reload} data="show-fresh">
              {t("inbox.freshShow")}
            </Button>
          </div>
        )}
        {choosing && selected.length > 0 && (
          <div class="lh-inbox-chosen" role="group" aria-label={t("batch.chosen", { n: selected.length })}>
            <span class="lh-strong" role="status">
              {t("batch.chosen", { n: selected.length })}
            </span>
            <Button small look="primary" onClick={() => setSheet("batch")} data="batch">
              {t("batch.open")}
            </Button>
            <Button small look="quiet" onClick={() => setChosen(new Set(possible.map((item) => item.id)))}>
              {t("batch.all")}
            </Button>
            <Button small look="quiet" onClick={() => setChosen(new Set())}>
              {t("batch.clear")}
            </Button>
          </div>
        )}
        <div id="box" role="tabpanel" aria-labelledby={`box-${name}`} aria-busy={found.isPlaceholderData ? "true" : undefined} tabIndex={-1}>
          {found.isError && items.length > 0 && <RefusalNotice error={found.error} title={t("inbox.stale")} />}
          {found.isPending || (found.isPlaceholderData && items.length === 0) ? (
            <Skeleton lines={8} />
          ) : found.isError && items.length === 0 ? (
            <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
          ) : items.length === 0 ? (
            <Nothing name={name} filtered={filtered} onClear={() => go({ wanted: {}, task: "" })} />
          ) : (
            <List items={items} name={name} at={at} shown={shown} as={phone || split ? "cards" : "table"} choosing={choosing ? { chosen, onChoose: choose } : null} onOpen={open} />
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
      </div>
      {split && (
        <section class="lh-inbox-pane" aria-label={t("inbox.preview")}>
          {shown ? <Pane key={shown} id={shown} back={addressOf({ ...place, task: "" })} onDone={moveOn} /> : <p class="lh-plain lh-card lh-inbox-nothing">{t("inbox.pickOne")}</p>}
        </section>
      )}
      {sheet === "keys" && <KeyHelp onClose={() => setSheet(null)} />}
      {sheet === "filter" && (
        <FilterSheet
          wanted={wanted}
          onClose={() => setSheet(null)}
          onChoose={(next) => {
            setSheet(null);
            go({ wanted: next, task: "" });
          }}
        />
      )}
      {sheet === "view" && <SaveView place={place} onClose={() => setSheet(null)} />}
      {sheet === "batch" && <BatchSheet ids={selected} onDone={(left) => setChosen(new Set(left))} onClose={() => setSheet(null)} />}
    </div>
  );
}

/** How many tasks wait that the list does not show; looked up when something has changed, without touching the list. */
function useFresh(name: Box, asked: Parameters<typeof box>[1], items: readonly TaskItem[] | null, shownAt: number): number {
  const changed = useStore(changes);
  const [fresh, setFresh] = useState(0);
  const seen = useRef(changed);
  const known = useRef<ReadonlySet<string>>(new Set());
  known.current = new Set(items?.map((item) => item.id));
  const isShown = items !== null;
  useEffect(() => setFresh(0), [shownAt, name]);
  const key = JSON.stringify(asked);
  const question = useRef(asked);
  question.current = asked;
  useEffect(() => {
    if (!isShown || name !== "todo" || seen.current === changed) return;
    seen.current = changed;
    let isOver = false;
    box(name, question.current, undefined).then(
      (page) => {
        if (!isOver) setFresh(page.items.slice(0, BESIDE).filter((item) => !known.current.has(item.id)).length);
      },
      () => undefined, // the list says itself what it cannot read
    );
    return () => {
      isOver = true;
    };
  }, [changed, isShown, name, key]);
  return fresh;
}

function Pane({ id, back, onDone }: { id: string; back: string; onDone: (next: string | undefined) => void }) {
  // What somebody is typing into must not change under their hands: a task is read once, and again when asked.
  const found = useQuery({ queryKey: ["task", id], queryFn: () => readTask(id), staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false, gcTime: 0 });
  // The page of a task is fetched when somebody first opens one.
  const [View, setView] = useState<typeof TaskView | null>(null);
  const [lost, setLost] = useState<unknown>(null);
  useEffect(() => {
    import("./task").then((page) => setView(() => page.TaskView), setLost);
  }, []);
  if (lost !== null) return <LoadFailure error={lost} onRetry={() => location.reload()} />;
  if (found.isPending || View === null) return <Skeleton lines={9} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return <View task={found.data} back={back} onDone={(done) => onDone(done.next_task?.id)} />;
}

function Boxes({ name, upright, onChoose }: { name: Box; upright: boolean; onChoose: (name: Box) => void }) {
  const counts = useQuery({ queryKey: ["tasks", "counts"], queryFn: boxCounts, staleTime: 30_000 });
  return (
    <div class="lh-tabs" role="tablist" aria-label={t("inbox.boxes")} aria-orientation={upright ? "vertical" : "horizontal"}>
      {boxes.map((one) => (
        <button
          key={one.name}
          type="button"
          id={`box-${one.name}`}
          class="lh-tab"
          role="tab"
          aria-selected={one.name === name}
          aria-controls="box"
          tabIndex={one.name === name ? 0 : -1}
          onClick={() => onChoose(one.name)}
          onKeyDown={(event) => {
            const [on, off] = upright ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
            const to = event.key === on ? event.currentTarget.nextElementSibling : event.key === off ? event.currentTarget.previousElementSibling : null;
            if (to instanceof HTMLElement) {
              event.preventDefault();
              to.focus();
              to.click();
            }
          }}
        >
          {t(one.text)}
          {counts.data && <span class="lh-tab-count">{counted(counts.data[one.name])}</span>}
          {counts.data !== undefined && counts.data[one.name].unread > 0 && (
            <span class="lh-unread">
              <span class="lh-hidden-text">{t("inbox.unread")}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

/** The address of a saved view without the task that was open. */
const viewAddress = (filter: Readonly<Record<string, string>>): string => addressOf({ ...placeOf(filter), task: "" });

function Views({ place }: { place: Place }) {
  const queryClient = useQueryClient();
  const found = useQuery({ queryKey: ["views"], queryFn: savedViews, staleTime: 300_000 });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  const here = addressOf({ ...place, task: "" });
  return (
    <ul class="lh-views" aria-label={t("views.label")}>
      {items.map((view) => (
        <li key={view.id} class="lh-view">
          <a class="lh-view-link" href={viewAddress(view.filter)} aria-current={viewAddress(view.filter) === here ? "page" : undefined}>
            {view.name}
          </a>
          <Button
            look="quiet"
            small
            icon="close"
            label={t("views.delete", { name: view.name })}
            onClick={() => {
              dropView(view.id).then(
                () => void queryClient.invalidateQueries({ queryKey: ["views"] }),
                () => void found.refetch(), // gone already, or not to be reached: the list shows which
              );
            }}
          />
        </li>
      ))}
    </ul>
  );
}

function SaveView({ place, onClose }: { place: Place; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const save = () => {
    if (busy || name.trim() === "") return;
    setBusy(true);
    saveView(Date.now().toString(36), name.trim(), { box: place.name, ...place.wanted }, 0).then(
      () => {
        toast({ text: t("views.saved", { name: name.trim() }) });
        void queryClient.invalidateQueries({ queryKey: ["views"] });
        onClose();
      },
      (error: unknown) => {
        setFailure(error);
        setBusy(false);
      },
    );
  };
  return (
    <Dialog
      title={t("views.save")}
      onClose={onClose}
      onSubmit={save}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("views.save")}
          </Button>
        </>
      }
    >
      {failure !== null && <RefusalNotice error={failure} />}
      <div class="lh-field">
        <label class="lh-label" for="view-name">
          {t("views.name")}
        </label>
        <input id="view-name" class="lh-input" maxLength={60} value={name} aria-required="true" onInput={(event) => setName(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}

const emptyTitles: Record<Box, Key> = {
  todo: "inbox.emptyTodo",
  done: "inbox.emptyDone",
  started: "inbox.emptyStarted",
  copied: "inbox.emptyCopied",
  delegated: "inbox.emptyDelegated",
  drafts: "inbox.emptyDrafts",
};

function Nothing({ name, filtered, onClear }: { name: Box; filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty title={t("inbox.noMatch")}>
        <Button onClick={onClear}>{t("inbox.clear")}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={t(emptyTitles[name])}>
      <a class="lh-button" href="/start">
        {t("inbox.startOne")}
      </a>
    </Empty>
  );
}

function KeyHelp({ onClose }: { onClose: () => void }) {
  const keys: readonly (readonly [string, Key])[] = [
    ["j", "keys.next"],
    ["k", "keys.previous"],
    ["Enter", "keys.open"],
    ["x", "keys.select"],
    ["⇧ x", "keys.range"],
    ["a", "keys.agree"],
    ["r", "keys.back"],
    ["t", "keys.transfer"],
    ["/", "keys.search"],
    ["r", "keys.reload"],
    ["g i", "keys.inbox"],
    ["Esc", "keys.leave"],
    ["?", "keys.help"],
  ];
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl class="lh-facts">
        {keys.map(([key, text]) => (
          <>
            <dt key={text}>
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
