/** For auditors: cases and entries found by who, where, when and by words; kept under a name, and saved as a table. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { CasePill } from "../cases/list";
import { definitions, dropView } from "../contract/calls";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { useNamed } from "../ui/form/names";
import { Icon } from "../ui/icon";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { useShortcuts } from "../ui/shortcuts";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { addressOf, choices, exportFound, findCases, findEntries, savedSearches, saveSearch, wantedOf, type FoundCase, type FoundEntry, type Hit, type Indexed, type Integrity, type Of, type Wanted } from "./search-calls";
import { FilterSheet, narrowed } from "./search-filter";
import { AuditTabs, mayUse } from "./tabs";
import "../tasks/inbox.css";
import "./search.css";

export function SearchPage() {
  const permissions = useStore(me)?.permissions ?? [];
  useTitle(t("search.title"));
  if (!mayUse("/audit/search", permissions)) return <Empty title={t("audit.notYours")} />;
  return <Search />;
}

function Search() {
  const { query, route } = useLocation();
  const of: Of = query["of"] === "entries" ? "entries" : "cases";
  const wanted = wantedOf(query);
  const [typed, setTyped] = useState(wanted.q ?? "");
  const [sheet, setSheet] = useState<"narrow" | "save" | "export" | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const q = wanted.q ?? "";
  useEffect(() => setTyped(q), [q]);
  useNamed(wanted.person ?? null, wanted.unit ?? null);
  useShortcuts({ "/": () => field.current?.focus() });
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });
  const known = useQuery({ queryKey: ["search choices", wanted.definition ?? ""], queryFn: () => choices(wanted.definition), staleTime: 60_000 });
  const go = (next: Wanted, nextOf: Of = of) => route(addressOf(nextOf, next), true);
  const isAsked = Object.keys(wanted).length > 0;
  const said = narrowed(wanted, {
    definition: library.data?.items.find((one) => one.key === wanted.definition)?.name,
    step: known.data?.steps.find((one) => one.element === wanted.step)?.name,
  });
  return (
    <div class="lh-narrow lh-search-page">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("search.title")}</h1>
          <p class="lh-plain lh-quiet">{t("search.what")}</p>
        </div>
      </header>
      <AuditTabs />
      <form
        class="lh-search-bar"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          go({ ...wanted, q: typed.trim() });
        }}
      >
        <div class="lh-search">
          <Icon name="search" />
          <input
            ref={field}
            class="lh-input"
            type="search"
            maxLength={200}
            aria-label={t("search.words")}
            placeholder={t("search.words")}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <Button type="submit" look="primary">
          {t("act.search")}
        </Button>
        <Button onClick={() => setSheet("narrow")} data="narrow">
          {said.length > 0 ? t("search.narrowed", { n: said.length }) : t("search.narrow")}
        </Button>
      </form>
      {said.length > 0 && (
        <ul class="lh-views" aria-label={t("search.narrow")}>
          {said.map((one) => (
            <li key={one.of[0]} class="lh-view">
              <span class="lh-view-link">{one.said}</span>
              <Button look="quiet" small icon="close" label={t("search.without", { said: one.said })} onClick={() => go(Object.fromEntries(Object.entries(wanted).filter(([name]) => !(one.of as string[]).includes(name))))} />
            </li>
          ))}
        </ul>
      )}
      <Saved here={addressOf(of, wanted)} />
      {isAsked ? (
        <>
          <div class="lh-row lh-spread" style={{ marginBottom: "10px" }}>
            <nav class="lh-row" aria-label={t("search.of")}>
              {(["cases", "entries"] as const).map((one) => (
                <a key={one} class="lh-button" href={addressOf(one, wanted)} aria-current={of === one ? "page" : undefined} style={of === one ? { borderColor: "var(--lh-brand)", color: "var(--lh-brand-strong)" } : {}}>
                  {t(one === "cases" ? "search.cases" : "search.entries")}
                </a>
              ))}
            </nav>
            <span class="lh-row">
              <Button onClick={() => setSheet("save")} data="save-search">
                {t("search.save")}
              </Button>
              <Button icon="download" onClick={() => setSheet("export")} data="export-search">
                {t("records.export")}
              </Button>
            </span>
          </div>
          {of === "cases" ? <Cases wanted={wanted} /> : <Entries wanted={wanted} />}
        </>
      ) : (
        <Empty title={t("search.start")}>
          <ul class="lh-search-can">
            {(["number", "words", "files", "person", "unit", "steps", "values", "period"] as const).map((one) => (
              <li key={one}>{t(`search.can.${one}`)}</li>
            ))}
          </ul>
          {known.data && <HowFar indexed={known.data.indexed} />}
        </Empty>
      )}
      {sheet === "narrow" && (
        <FilterSheet
          wanted={{ ...wanted, ...(typed.trim() ? { q: typed.trim() } : {}) }}
          onChoose={(next) => {
            setSheet(null);
            go(next);
          }}
          onClose={() => setSheet(null)}
        />
      )}
      {sheet === "save" && <Save of={of} wanted={wanted} onClose={() => setSheet(null)} />}
      {sheet === "export" && known.data && (
        <Export of={of} wanted={wanted} columns={known.data.columns[of] ?? []} onClose={() => setSheet(null)} />
      )}
    </div>
  );
}

function Cases({ wanted }: { wanted: Wanted }) {
  const { found, items } = usePages(["search cases", wanted], (cursor) => findCases(wanted, cursor), { refetchOnWindowFocus: false });
  const pages = found.data?.pages as { indexed: Indexed }[] | undefined;
  return (
    <Results found={found} count={items.length} indexed={pages?.at(-1)?.indexed} words={wanted.q}>
      {items.map((item) => (
        <OneCase key={item.id} item={item} />
      ))}
    </Results>
  );
}

function Entries({ wanted }: { wanted: Wanted }) {
  const { found, items } = usePages(["search entries", wanted], (cursor) => findEntries(wanted, cursor), { refetchOnWindowFocus: false });
  const pages = found.data?.pages as { indexed: Indexed }[] | undefined;
  return (
    <Results found={found} count={items.length} indexed={pages?.at(-1)?.indexed} words={wanted.q}>
      {items.map((item) => (
        <OneEntry key={item.hash} item={item} />
      ))}
    </Results>
  );
}

interface Found {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

function Results({ found, count, indexed, words, children }: { found: Found; count: number; indexed: Indexed | undefined; words: string | undefined; children: preact.ComponentChildren }) {
  if (found.isPending) return <Skeleton lines={8} />;
  if (found.isError && count === 0) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      {count === 0 && !found.hasNextPage ? <Empty title={t("search.none")} /> : <ul class="lh-search-list">{children}</ul>}
      <div class="lh-list-foot">
        <span role="status">{t(found.hasNextPage ? "inbox.shownMore" : "inbox.shown", { n: count })}</span>
        {found.hasNextPage && (
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        )}
      </div>
      {indexed && words && <HowFar indexed={indexed} />}
    </>
  );
}

/** What of the log and of the attachments words are found in. */
function HowFar({ indexed }: { indexed: Indexed }) {
  const late = indexed.of - indexed.entries + indexed.waiting;
  return (
    <p class="lh-plain lh-small lh-quiet lh-numeric" data-act="how-far">
      {late === 0 ? t("search.indexedAll", { n: indexed.entries.toLocaleString() }) : t("search.indexedUpTo", { n: indexed.entries.toLocaleString(), late: late.toLocaleString() })}{" "}
      {t("search.files", { read: indexed.files_read.toLocaleString(), unread: indexed.files_unread.toLocaleString() })}
      {indexed.files_waiting > 0 && ` ${t("search.filesWaiting", { n: indexed.files_waiting.toLocaleString() })}`}
    </p>
  );
}

const SEALS: Record<Integrity["state"], { tone: PillTone; text: Key }> = {
  sealed: { tone: "good", text: "search.seal.sealed" },
  waiting: { tone: "info", text: "search.seal.waiting" },
  broken: { tone: "danger", text: "search.seal.broken" },
};

function Sealed({ seal }: { seal: Integrity }) {
  const shown = SEALS[seal.state];
  return (
    <Pill tone={shown.tone} icon={seal.state === "broken" ? "warn" : "audit"} title={seal.place === null ? "" : t("search.place", { n: seal.place })}>
      {t(shown.text)}
    </Pill>
  );
}

function OneCase({ item }: { item: FoundCase }) {
  return (
    <li class="lh-card lh-search-item" data-case={item.number}>
      <div class="lh-search-top">
        <a class="lh-title" href={`/cases/${item.id}`}>
          {item.title}
        </a>
        <span class="lh-row">
          <CasePill status={item.status} />
          <Sealed seal={item.seal} />
        </span>
      </div>
      <span class="lh-sub lh-numeric">
        {[item.number, t("search.versionOf", { name: item.definition_name, n: item.version }), item.unit?.name, `${longDay(item.started_at)} ${item.started_by.name}`].filter(Boolean).join(" · ")}
      </span>
      <Hits of={item.id} hits={item.hits} more={item.more_hits} />
    </li>
  );
}

function OneEntry({ item }: { item: FoundEntry }) {
  return (
    <li class="lh-card lh-search-item" data-entry={item.seq}>
      <div class="lh-search-top">
        <span class="lh-strong">{item.sentence}</span>
        <Sealed seal={item.seal} />
      </div>
      <span class="lh-sub lh-numeric">
        <time dateTime={item.at}>{longTime(item.at)}</time> · {t("search.entry", { n: item.seq })}
        {item.case && (
          <>
            {" · "}
            <a class="lh-link" href={`/cases/${item.case.id}/relive?entry=${item.seq}`}>
              {item.case.number}
            </a>{" "}
            {item.case.title}
          </>
        )}
      </span>
      {item.hits.length === 0 && item.opinion && <p class="lh-quote">{item.opinion}</p>}
      <Hits of={null} hits={item.hits} more={item.more_hits} />
    </li>
  );
}

function Hits({ of, hits, more }: { of: string | null; hits: readonly Hit[]; more: number }) {
  if (hits.length === 0) return null;
  return (
    <ul class="lh-search-hits">
      {hits.map((hit, n) => (
        <li key={n} class="lh-search-hit">
          <span class="lh-quiet lh-small">
            {[t(`search.where.${hit.where}`), hit.where === "answer" || hit.where === "summary" || hit.where === "file" ? hit.name : "", hit.page === null ? "" : t("search.page", { n: hit.page })].filter(Boolean).join(" · ")}{" "}
          </span>
          <Marked hit={hit} />{" "}
          {of && (
            <a class="lh-link lh-small lh-numeric" href={`/cases/${of}/relive?entry=${hit.entry}`}>
              {t("search.entry", { n: hit.entry })}
            </a>
          )}
        </li>
      ))}
      {more > 0 && <li class="lh-quiet lh-small">{t("search.moreHits", { n: more })}</li>}
    </ul>
  );
}

/** A piece of text with the words marked; places are counted in characters, not in halves of them. */
function Marked({ hit }: { hit: Hit }) {
  const letters = Array.from(hit.text);
  const parts = [];
  let at = 0;
  for (const [start = 0, stop = 0] of hit.marks) {
    parts.push(letters.slice(at, start).join(""), <mark key={start}>{letters.slice(start, stop).join("")}</mark>);
    at = stop;
  }
  return (
    <span>
      {hit.before && "…"}
      {parts}
      {letters.slice(at).join("")}
      {hit.after && "…"}
    </span>
  );
}

function Saved({ here }: { here: string }) {
  const queryClient = useQueryClient();
  const found = useQuery({ queryKey: ["views", "search"], queryFn: savedSearches, staleTime: 300_000 });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  const address = (filter: Readonly<Record<string, string>>) => addressOf(filter["of"] === "entries" ? "entries" : "cases", wantedOf(filter));
  return (
    <ul class="lh-views" aria-label={t("search.saved")}>
      {items.map((view) => (
        <li key={view.id} class="lh-view">
          <a class="lh-view-link" href={address(view.filter)} aria-current={address(view.filter) === here ? "page" : undefined}>
            {view.name}
          </a>
          <Button
            look="quiet"
            small
            icon="close"
            label={t("views.delete", { name: view.name })}
            onClick={() => {
              dropView(view.id).then(
                () => void queryClient.invalidateQueries({ queryKey: ["views", "search"] }),
                () => void found.refetch(), // gone already, or not to be reached: the list shows which
              );
            }}
          />
        </li>
      ))}
    </ul>
  );
}

interface SheetProps {
  of: Of;
  wanted: Wanted;
  onClose: () => void;
}

function Save({ of, wanted, onClose }: SheetProps) {
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const { busy, refused, run } = useDeed();
  return (
    <Dialog
      title={t("search.save")}
      onClose={onClose}
      onSubmit={() =>
        run(
          () => saveSearch(name.trim(), of, wanted),
          () => {
            toast({ text: t("views.saved", { name: name.trim() }) });
            void queryClient.invalidateQueries({ queryKey: ["views", "search"] });
            onClose();
          },
        )
      }
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("search.save")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <label class="lh-field">
        <span class="lh-label">{t("search.name")}</span>
        <input class="lh-input" required maxLength={60} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}

function Export({ of, wanted, columns, onClose }: SheetProps & { columns: readonly { column: string; label: string; is_usual: boolean }[] }) {
  const [format, setFormat] = useState<"csv" | "xlsx">("xlsx");
  const [purpose, setPurpose] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>(columns.filter((one) => one.is_usual).map((one) => one.column));
  const { busy, refused, run } = useDeed();
  // In the order of the list, whatever the order in which they were ticked.
  const inOrder = columns.map((one) => one.column).filter((one) => chosen.includes(one));
  return (
    <Dialog
      title={t("search.export")}
      onClose={onClose}
      onSubmit={() =>
        run(
          () => exportFound(of, wanted, format, inOrder, purpose.trim()),
          (name) => {
            toast({ text: t("records.saved", { name }) });
            onClose();
          },
        )
      }
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="download">
            {t("records.download")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain lh-quiet">{t("search.exportHint")}</p>
      <fieldset class="lh-field">
        <legend class="lh-label">{t("records.format")}</legend>
        {(["xlsx", "csv"] as const).map((one) => (
          <label key={one} class="lh-check">
            <input class="lh-tick" type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} />
            <span>{t(`search.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class="lh-field">
        <legend class="lh-label">{t("search.columns")}</legend>
        <div class="lh-search-columns">
          {columns.map((one) => (
            <label key={one.column} class="lh-check">
              <input
                class="lh-tick"
                type="checkbox"
                checked={chosen.includes(one.column)}
                onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, one.column] : chosen.filter((other) => other !== one.column))}
              />
              <span>{one.label}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label class="lh-field">
        <span class="lh-label">{t("records.purpose")}</span>
        <input class="lh-input" required maxLength={500} placeholder={t("records.purposePlaceholder")} value={purpose} onInput={(event) => setPurpose(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
