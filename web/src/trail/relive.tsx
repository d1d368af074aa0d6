/** A case relived: its diagram and state after any of its entries, stepped through or played; the address cites the moment. */
import { keepPreviousData, useQuery } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { Drawn } from "../definitions/drawn";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { plainText } from "../ui/form/form";
import { Icon } from "../ui/icon";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Marks, Pill } from "../ui/pill";
import { language, shortcuts } from "../ui/preferences";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { CasePill } from "../cases/list";
import { caseAt, differencesOf, drawingOf, knowersOf, momentsOf, readsOf, type CaseThen, type Difference, type Tick, type ValueThen } from "./relive-calls";
import "./relive.css";

type Speed = "one" | "four" | "time";
const speeds: readonly { name: Speed; text: Key }[] = [
  { name: "one", text: "relive.speed1" },
  { name: "four", text: "relive.speed4" },
  { name: "time", text: "relive.speedTime" },
];
/** Milliseconds of a step at the plain speed, and at most where steps last in proportion to time. */
const STEP = 1_400;
const LONGEST = 3_000;
const SHORTEST = 250;
const DAY = 86_400_000;

export function RelivePage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const found = useQuery({ queryKey: ["moments", id], queryFn: () => momentsOf(id) });
  useTitle(t("relive.title"));
  return (
    <div class="lh-wide">
      {found.isPending ? (
        <Skeleton lines={9} />
      ) : found.data ? (
        <Relived id={id} ticks={found.data.items} />
      ) : (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </div>
  );
}

function Relived({ id, ticks }: { id: string; ticks: readonly Tick[] }) {
  const { query, route } = useLocation();
  const last = ticks.length;
  const asked = Number(query["entry"] ?? "");
  const at = Number.isInteger(asked) && asked >= 1 && asked <= last ? asked : last;
  const tab = query["tab"] === "reads" ? "reads" : "state";
  const isAuditor = useStore(me)?.permissions.includes("trail.read_all") === true;
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>("one");
  const found = useQuery({ queryKey: ["at", id, at], queryFn: () => caseAt(id, at), placeholderData: keepPreviousData, staleTime: Infinity });
  const version = found.data?.version;
  const drawing = useQuery({
    queryKey: ["drawing", id, version],
    queryFn: () => drawingOf(id, version ?? 1),
    enabled: version !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const address = (entry: number, part: string) => `/cases/${id}/relive?entry=${entry}${part === "reads" ? "&tab=reads" : ""}`;
  const go = (entry: number) => {
    const to = Math.min(last, Math.max(1, entry));
    if (to !== at) route(address(to, tab), true);
  };
  const step = (by: 1 | -1, isAct: boolean) => {
    setPlaying(false);
    go(isAct ? jump(ticks, at, by) : at + by);
  };
  const toggle = () => {
    if (!playing && at === last) go(1);
    setPlaying(!playing);
  };
  useKeys({ step, toggle });

  const forward = useRef(go);
  forward.current = go;
  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => forward.current(at + 1), pause(speed, ticks[at - 1], ticks[at]));
    return () => clearTimeout(timer);
  }, [playing, at, speed, last, ticks]);
  // The next moment is fetched while this one is looked at.
  useQuery({ queryKey: ["at", id, at + 1], queryFn: () => caseAt(id, at + 1), enabled: at < last, staleTime: Infinity });

  const then = found.data;
  if (!then) return found.isPending ? <Skeleton lines={9} /> : <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href={`/cases/${id}`}>
            <Icon name="back" small />
            {t("relive.openCase")}
          </a>
          <h1 class="lh-h1">{then.title}</h1>
          <div class="lh-meta">
            <span class="lh-numeric">{then.number}</span>
            <span>
              {then.definition_name} · {t("relive.version", { n: then.version })}
            </span>
            {then.unit && <span>{then.unit.name}</span>}
          </div>
        </div>
        <div class="lh-row">
          {then.outcome_label && <Pill tone="brand">{then.outcome_label}</Pill>}
          <CasePill status={then.status} />
        </div>
      </header>
      <section class="lh-card lh-replay" aria-label={t("relive.slider")}>
        <div class="lh-replay-keys">
          <Button icon={playing ? "pause" : "play"} label={t(playing ? "relive.pause" : "relive.play")} look="primary" onClick={toggle} data="play" />
          <Button small label={t("relive.prev")} onClick={() => step(-1, false)} data="step-back">
            ←
          </Button>
          <Button small label={t("relive.next")} onClick={() => step(1, false)} data="step">
            →
          </Button>
          <Button small label={t("relive.prevAct")} onClick={() => step(-1, true)} data="act-back">
            ⇤
          </Button>
          <Button small label={t("relive.nextAct")} onClick={() => step(1, true)} data="act">
            ⇥
          </Button>
          <label class="lh-row lh-small">
            <span class="lh-replay-speed">{t("relive.speed")}</span>
            <select class="lh-input lh-replay-select" aria-label={t("relive.speed")} value={speed} onChange={(event) => setSpeed(event.currentTarget.value as Speed)}>
              {speeds.map((one) => (
                <option key={one.name} value={one.name}>
                  {t(one.text)}
                </option>
              ))}
            </select>
          </label>
          <span class="lh-small lh-quiet lh-numeric lh-replay-where">{t("relive.at", { n: at, total: last })}</span>
        </div>
        <Slider ticks={ticks} at={at} onMove={(to) => {
          setPlaying(false);
          go(to);
        }} />
        <p class="lh-plain lh-small lh-quiet lh-replay-legend">
          <span class="lh-tick lh-tick-act" aria-hidden="true" /> {t("relive.legendAct")} <span class="lh-tick lh-tick-late" aria-hidden="true" /> {t("relive.legendLate")}{" "}
          <span class="lh-tick lh-tick-admin" aria-hidden="true" /> {t("relive.legendAdmin")} <span class="lh-tick lh-tick-step" aria-hidden="true" /> {t("relive.legendStep")}
          <span class="lh-replay-hint"> · {t("relive.shortcuts")}</span>
        </p>
      </section>
      <div class="lh-replay-columns">
        <div class="lh-replay-drawing">
          {drawing.data ? <Drawn xml={drawing.data.xml} elements={then.elements} {...(language.get() === "en" ? { texts: drawing.data.texts } : {})} /> : <Skeleton />}
        </div>
        <div class="lh-stack">
          {isAuditor && (
            <nav class="lh-tabs" aria-label={t("relive.title")} style={{ marginBottom: "0" }}>
              {(["state", "reads"] as const).map((name) => (
                <a
                  key={name}
                  class="lh-tab"
                  href={address(at, name)}
                  aria-current={name === tab ? "page" : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    route(address(at, name), true);
                  }}
                >
                  {t(name === "reads" ? "relive.reads" : "relive.state")}
                </a>
              ))}
            </nav>
          )}
          {tab === "reads" && isAuditor ? <Reads id={id} /> : <State id={id} then={then} at={at} last={last} isAuditor={isAuditor} quiet={playing} />}
        </div>
      </div>
    </>
  );
}

const jump = (ticks: readonly Tick[], at: number, by: 1 | -1): number => {
  for (let seq = at + by; seq >= 1 && seq <= ticks.length; seq += by) {
    const mark = ticks[seq - 1]?.mark;
    if (mark === "act" || mark === "admin") return seq;
  }
  return at;
};

function pause(speed: Speed, from: Tick | undefined, to: Tick | undefined): number {
  if (speed !== "time" || !from || !to) return speed === "four" ? STEP / 4 : STEP;
  const days = Math.max(0, Date.parse(to.at) - Date.parse(from.at)) / DAY;
  return Math.min(LONGEST, SHORTEST + 900 * Math.log1p(days));
}

/** Single keys, with Shift told apart; the slider itself takes its own. */
function useKeys(acts: { step: (by: 1 | -1, isAct: boolean) => void; toggle: () => void }): void {
  const on = useStore(shortcuts);
  const current = useRef(acts);
  current.current = acts;
  useLayoutEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      const isSlider = target?.matches("input[type=range]") === true;
      if ((target?.closest("input, textarea, select, [contenteditable]") && !isSlider) || document.querySelector("dialog[open]")) return;
      if (event.key === " " && (isSlider || !target?.closest("a, button, summary"))) current.current.toggle();
      else if (event.key === "ArrowRight") current.current.step(1, event.shiftKey);
      else if (event.key === "ArrowLeft") current.current.step(-1, event.shiftKey);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on]);
}

const MARKS: readonly Tick["mark"][] = ["step", "act", "late", "admin"];
const HEIGHT: Readonly<Record<Tick["mark"], number>> = { step: 6, act: 20, late: 14, admin: 20 };

function Slider({ ticks, at, onMove }: { ticks: readonly Tick[]; at: number; onMove: (to: number) => void }) {
  const width = Math.max(1, ticks.length - 1);
  const now = ticks[at - 1];
  return (
    <div class="lh-replay-slider">
      <svg class="lh-replay-ticks" viewBox={`0 0 ${width} 20`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {MARKS.map((mark) => (
          <path
            key={mark}
            class={`lh-tick-line lh-tick-line-${mark}`}
            d={ticks.flatMap((one, n) => (one.mark === mark ? [`M${n} 20v-${HEIGHT[mark]}`] : [])).join("")}
          />
        ))}
      </svg>
      <input
        type="range"
        class="lh-range"
        min={1}
        max={Math.max(1, ticks.length)}
        value={at}
        aria-label={t("relive.slider")}
        aria-valuetext={`${t("relive.at", { n: at, total: ticks.length })}${now ? ` · ${longTime(now.at)}` : ""}`}
        onInput={(event) => onMove(Number(event.currentTarget.value))}
      />
    </div>
  );
}

interface StateProps {
  id: string;
  then: CaseThen;
  at: number;
  last: number;
  isAuditor: boolean;
  /** While it plays, nothing is read out. */
  quiet: boolean;
}

function State({ id, then, at, last, isAuditor, quiet }: StateProps) {
  const entry = then.entry;
  return (
    <>
      <section class="lh-card lh-pane" aria-live={quiet ? "off" : "polite"}>
        <p class="lh-plain lh-strong" data-entry={entry.seq}>
          {entry.sentence}
        </p>
        <p class="lh-plain lh-small lh-quiet lh-numeric">
          <time dateTime={entry.at}>{longTime(entry.at)}</time> · {t("trail.businessOn", { date: longDay(entry.business_on ?? then.business_on) })}
        </p>
        {entry.opinion && <p class="lh-quote">{entry.opinion}</p>}
        {entry.reason && <p class="lh-quote">{t("trail.reason", { reason: entry.reason })}</p>}
        <Marks marks={entry.marks} labels={entry.mark_labels} />
      </section>
      <Part title={t("relive.changes")}>
        <Differences items={then.changes} none="relive.noChanges" />
      </Part>
      <Part title={t("relive.open")}>
        {then.open_tasks.length === 0 && <p class="lh-plain lh-quiet">{t("relive.empty")}</p>}
        {then.open_tasks.map((task) => (
          <div key={task.id} class="lh-replay-line">
            <p class="lh-plain">
              <span class="lh-strong">{task.step ? t("step.named", { step: task.step, name: task.name }) : task.name}</span>
              {task.is_late && <Pill tone="danger">{t("relive.legendLate")}</Pill>}
            </p>
            <p class="lh-plain lh-small lh-quiet">
              {[task.claimed_by?.name ?? (task.people.length > 0 ? people(task.people, task.more) : task.holders.join("、")), task.due ? t("relive.due", { date: dueText(task.due.on) }) : null, task.due?.entry ? t("relive.dueSetIn", { n: task.due.entry }) : null]
                .filter(Boolean)
                .join(" · ")}
            </p>
            {task.due?.text && <p class="lh-plain lh-small lh-quiet">{task.due.text}</p>}
            {task.due && !task.due.is_known && <p class="lh-plain lh-small lh-quiet">{t("relive.dueUnknown")}</p>}
            {task.held_by.length > 0 && <p class="lh-plain lh-small">{t("relive.heldBy", { why: task.held_by.join("；") })}</p>}
          </div>
        ))}
      </Part>
      <Part title={t("relive.values")}>
        {then.values.length === 0 && <p class="lh-plain lh-quiet">{t("relive.empty")}</p>}
        <dl class="lh-facts">
          {then.values.map((value) => (
            <Value key={value.field} id={id} value={value} at={at} isAuditor={isAuditor} />
          ))}
        </dl>
      </Part>
      {then.rules.length > 0 && (
        <Part title={t("relive.rules")}>
          {then.rules.map((rule) => (
            <div key={rule.entry} class="lh-replay-line">
              <p class="lh-plain">
                <span class="lh-strong">{rule.decision}</span> {plainText(rule.value)}
              </p>
              <p class="lh-plain lh-small lh-quiet">
                {[t("relive.from", { n: rule.entry }), rule.rules.length > 0 ? t("relive.rulesFired", { rules: rule.rules.join(", ") }) : null, ...rule.inputs.map((input) => `${input.name} = ${plainText(input.value)}`)].filter(Boolean).join(" · ")}
              </p>
            </div>
          ))}
        </Part>
      )}
      {then.opinions.length > 0 && (
        <Part title={t("relive.opinions")}>
          {then.opinions.map((one) => (
            <div key={one.entry} class="lh-replay-line">
              <p class="lh-quote">{one.text}</p>
              <p class="lh-plain lh-small lh-quiet">{[one.by?.name, one.name, longTime(one.at)].filter(Boolean).join(" · ")}</p>
            </div>
          ))}
        </Part>
      )}
      {then.done.length > 0 && (
        <Part title={t("relive.done")}>
          {then.done.map((act) => (
            <p key={act.task} class="lh-plain lh-replay-line">
              {act.step ? t("step.named", { step: act.step, name: act.name }) : act.name}{" "}
              {act.decision_label && <Pill>{act.decision_label}</Pill>} {act.is_void && <Pill tone="warn">{t("relive.void")}</Pill>}
              <span class="lh-small lh-quiet lh-sub">{[act.by?.name, longTime(act.at)].filter(Boolean).join(" · ")}</span>
            </p>
          ))}
        </Part>
      )}
      {then.documents.length + then.attachments.length > 0 && (
        <Part title={t("relive.documents")}>
          {then.documents.map((one) => (
            <p key={one.id} class="lh-plain lh-replay-line">
              <a class="lh-link" href={`/documents/${one.id}`}>
                {[one.name, one.number].filter(Boolean).join(" ")}
              </a>{" "}
              {one.is_void && <Pill tone="warn">{t("relive.void")}</Pill>}
            </p>
          ))}
          {then.attachments.map((one) => (
            <p key={one.id} class="lh-plain lh-replay-line">
              {one.name ?? t("relive.how.altered")} <span class="lh-small lh-quiet lh-mono">{one.sha256.slice(0, 12)}</span>
            </p>
          ))}
        </Part>
      )}
      <Compare id={id} at={at} last={last} />
      <Part title={t("relive.unknown")}>
        <ul class="lh-plain lh-small lh-quiet lh-replay-list">
          {then.unknown.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </Part>
    </>
  );
}

const dueText = (text: string): string => (text.length > 10 ? longTime(text) : longDay(text));
const people = (all: readonly { name: string }[], more: number): string =>
  [all.map((one) => one.name).join(language.get() === "en" ? ", " : "、"), more > 0 ? t("relive.more", { n: more }) : null].filter(Boolean).join(" ");

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="lh-card lh-pane" aria-label={title}>
      <h2 class="lh-h3">{title}</h2>
      {children}
    </section>
  );
}

function Value({ id, value, at, isAuditor }: { id: string; value: ValueThen; at: number; isAuditor: boolean }) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <dt class="lh-fact-name">{value.label}</dt>
      <dd class={value.is_new ? "lh-fact lh-replay-new" : "lh-fact"}>
        {value.how === "erased" ? t("relive.how.erased") : value.how === "altered" ? t("relive.how.altered") : plainText(value.value)}
        <span class="lh-small lh-quiet lh-sub">{t("relive.valueBy", { name: value.by?.name ?? "—", n: value.entry })}</span>
        {isAuditor && value.entry < at && (
          <button type="button" class="lh-replay-knew" aria-expanded={asks} onClick={() => setAsks(!asks)}>
            {t("relive.knew")}
          </button>
        )}
        {asks && <Knowers id={id} field={value.field} before={at} />}
      </dd>
    </>
  );
}

function Knowers({ id, field, before }: { id: string; field: string; before: number }) {
  const found = useQuery({ queryKey: ["knowers", id, field, before], queryFn: () => knowersOf(id, field, before) });
  if (found.isPending) return <Skeleton lines={1} />;
  if (!found.data) return <RefusalNotice error={found.error} />;
  return (
    <ul class="lh-replay-list lh-small">
      {found.data.items.map((one) => (
        <li key={one.person.id ?? ""}>
          {t(one.how === "wrote" ? "relive.knewWrote" : "relive.knewRead", { name: one.person.name, at: longTime(one.at) })}
          {one.decided && t("relive.knewDecided")}
        </li>
      ))}
      {found.data.items.length === 0 && <li>{t("relive.knewNobody")}</li>}
    </ul>
  );
}

function Differences({ items, none }: { items: readonly Difference[]; none: Key }) {
  if (items.length === 0) return <p class="lh-plain lh-quiet">{t(none)}</p>;
  return (
    <table class="lh-replay-table">
      <thead>
        <tr>
          <th scope="col">{t("relive.difference")}</th>
          <th scope="col">{t("relive.before")}</th>
          <th scope="col">{t("relive.after")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one, n) => (
          <tr key={`${one.what} ${one.task ?? ""} ${one.field ?? ""} ${n}`}>
            <th scope="row">{one.name}</th>
            <td>{one.before === null ? "—" : plainText(one.before)}</td>
            <td>{one.after === null ? "—" : plainText(one.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Any two moments, field by field. */
function Compare({ id, at, last }: { id: string; at: number; last: number }) {
  const [other, setOther] = useState<number | null>(null);
  const [from, to] = other === null || other < at ? [other ?? 1, at] : [at, other];
  const found = useQuery({ queryKey: ["differences", id, from, to], queryFn: () => differencesOf(id, from, to), enabled: other !== null && from !== to, staleTime: Infinity });
  return (
    <Part title={t("relive.compare")}>
      <label class="lh-row lh-small">
        {t("relive.compareWith")}
        <input
          type="number"
          class="lh-input lh-replay-number"
          min={1}
          max={last}
          value={other ?? ""}
          onChange={(event) => {
            const wanted = Number(event.currentTarget.value);
            setOther(Number.isInteger(wanted) && wanted >= 1 && wanted <= last ? wanted : null);
          }}
        />
      </label>
      {other !== null && from !== to && (
        <div style={{ marginTop: "8px" }}>
          <p class="lh-plain lh-small lh-quiet">{t("relive.compareDone", { a: from, b: to })}</p>
          {found.data ? <Differences items={found.data.items} none="relive.noDifferences" /> : found.isPending ? <Skeleton lines={2} /> : <RefusalNotice error={found.error} />}
        </div>
      )}
    </Part>
  );
}

/** Who was shown the case, newest first. */
function Reads({ id }: { id: string }) {
  const { found, items } = usePages(["reads", id], (cursor) => readsOf(id, cursor));
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <section class="lh-card lh-pane" aria-label={t("relive.reads")}>
      {items.length === 0 && <p class="lh-plain lh-quiet">{t("relive.readsNone")}</p>}
      <ol class="lh-replay-list lh-replay-reads">
        {items.map((read) => (
          <li key={`${read.chain} ${read.seq}`} class="lh-replay-line">
            <p class="lh-plain">{read.sentence}</p>
            <p class="lh-plain lh-small lh-quiet lh-numeric">
              {[
                longTime(read.at),
                read.via.join("、"),
                t("relive.readsWhat", { purpose: read.purpose_label }),
                read.scope === "full" ? t("relive.readsWhole") : read.fields.length > 0 ? t("relive.readsFields", { n: read.fields.length }) : null,
              ]
                .filter(Boolean)
                .join(" · ")}{" "}
              <a class="lh-link" href={`/cases/${id}/relive?entry=${read.seen}`}>
                {t("relive.readsSeen", { n: read.seen })}
              </a>
            </p>
          </li>
        ))}
      </ol>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </section>
  );
}
