/** A play of the draft by the real engine: somebody starts, somebody acts, time passes; back to any step, and kept as a rehearsal. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Answers, Component } from "../../contract/shapes";
import { Button } from "../../ui/button";
import { withAnswer } from "../../ui/form/fit";
import { Form } from "../../ui/form/form";
import { useReading } from "../../ui/form/use-reading";
import { Notice, RefusalNotice } from "../../ui/notice";
import { language } from "../../ui/preferences";
import { playDraft, type Frame, type Played } from "./calls";
import type { Hand } from "./diagram";
import { readForm, resolved, type Raw } from "./form-model";
import { usesOf } from "./forms";
import { s } from "./texts";
import type { Working } from "./working";

type Step = Record<string, unknown>;

const LIUHEN = "urn:liuhen:bpmn:1";

/** What an element asks whoever does it: its form, its outcomes. */
function asks(bpmn: string, id: string | null): { form: string | null; outcomes: string[]; start: string | null } {
  const document = new DOMParser().parseFromString(bpmn, "application/xml");
  const found = id === null ? document.getElementsByTagNameNS("*", "startEvent")[0] : Array.from(document.querySelectorAll("[id]")).find((one) => one.getAttribute("id") === id);
  return {
    form: found?.getAttributeNS(LIUHEN, "form") ?? null,
    outcomes: found ? Array.from(found.getElementsByTagNameNS(LIUHEN, "outcome")).map((one) => one.getAttribute("value") ?? "") : [],
    start: found?.getAttribute("id") ?? null,
  };
}

const when = (at: string): string => at.replace("T", " ");

export function Play({ working, ok, hand }: { working: Working; ok: boolean; hand: Hand | null }) {
  const [steps, setSteps] = useState<Step[]>([]);
  const [played, setPlayed] = useState<Played | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [acting, setActing] = useState<string | null>(null);
  const turn = useRef(0);

  const run = (next: Step[]) => {
    const mine = ++turn.current;
    setBusy(true);
    setRefused(null);
    playDraft(working.draft.id, working.files, { title: "play", steps: next }).then(
      (found) => {
        if (mine !== turn.current) return;
        setBusy(false);
        setPlayed(found);
        // What was refused is not part of the play: it is said, and can be done otherwise.
        setSteps(found.stopped ? next.slice(0, found.stopped.step - 1) : next);
        setActing(null);
      },
      (error: unknown) => {
        if (mine !== turn.current) return;
        setBusy(false);
        setRefused(error);
      },
    );
  };
  const frame = played?.frames[played.frames.length - 1] ?? null;
  useEffect(() => {
    if (!hand || !frame) return;
    hand.mark({ ...Object.fromEntries(frame.walked.map((id) => [id, "lh-play-done"])), ...Object.fromEntries(frame.waiting.map((one) => [one.element, "lh-play-open"])) });
    return () => hand.mark({});
  }, [hand, frame]);

  if (!ok && !played) return <p class="lh-quiet lh-small">{s("playBroken")}</p>;
  if (!played || !frame)
    return (
      <div class="lh-stack">
        <p class="lh-row lh-small" style={{ margin: 0 }}>
          <Button small look="primary" icon="play" busy={busy} onClick={() => run([])}>
            {s("playNew")}
          </Button>
          <span class="lh-quiet">{s("playWhat")}</span>
        </p>
        {refused !== null && <RefusalNotice error={refused} />}
      </div>
    );
  const isBegun = steps.some((step) => "start" in step);
  return (
    <div class="lh-play">
      <div class="lh-stack">
        <p class="lh-row lh-small" style={{ margin: 0 }}>
          <strong>{s("playNow", { at: when(frame.at) })}</strong>
          <Button small look="quiet" onClick={() => run([])}>
            {s("playRestart")}
          </Button>
          {isBegun && !frame.ended && (
            <span class="lh-row">
              {s("playPass")}
              {(["P1D", "P7D", "P1M"] as const).map((span, n) => (
                <Button key={span} small busy={busy} onClick={() => run([...steps, { pass: span }])}>
                  {s(n === 0 ? "day" : n === 1 ? "week" : "month")}
                </Button>
              ))}
            </span>
          )}
        </p>
        {played.stopped && (
          <Notice tone="warn" alert>
            {s("playRefused", { message: played.stopped.message })}
          </Notice>
        )}
        {refused !== null && <RefusalNotice error={refused} />}
        {!isBegun && <Act key="start" working={working} element={null} played={played} frame={frame} busy={busy} onAct={(step) => run([...steps, step])} />}
        {isBegun && frame.ended !== null && <Notice tone="good">{s("playEnded", { outcome: frame.ended })}</Notice>}
        {isBegun && frame.ended === null && frame.waiting.length === 0 && <p class="lh-quiet lh-small">{s("playNothing")}</p>}
        {frame.waiting.map((one, n) => (
          <div key={`${one.element} ${String(n)}`} class="lh-word">
            <div class="lh-word-head">
              <strong>{one.status === "held" ? s("playHeld", { name: one.name }) : one.name}</strong>
              {one.status === "open" && acting !== one.element && (
                <Button small onClick={() => setActing(one.element)}>
                  {s("playDo")}
                </Button>
              )}
            </div>
            <span class="lh-word-what">
              {one.asked.length > 0 && s("playAsked", { names: one.asked.map((name) => nameIn(played, name)).join(language.get() === "zh" ? "、" : ", ") })} {one.due && s("playDue", { date: when(one.due) })}
            </span>
            {acting === one.element && <Act key={one.element} working={working} element={one.element} asked={one.asked} played={played} frame={frame} busy={busy} onAct={(step) => run([...steps, step])} />}
          </div>
        ))}
      </div>
      <div class="lh-stack">
        <ol class="lh-play-steps" aria-label={s("play")}>
          {steps.map((step, n) => (
            <li key={n} class="lh-play-step" aria-current={n === steps.length - 1 ? "step" : undefined}>
              <span class="lh-numeric lh-quiet">{n + 1}</span>
              <span style={{ flex: 1 }}>{told(step, played, hand)}</span>
              {n < steps.length - 1 && (
                <Button small look="quiet" onClick={() => run(steps.slice(0, n + 1))}>
                  {s("playRewind")}
                </Button>
              )}
            </li>
          ))}
        </ol>
        {isBegun && working.mayEdit && <Keep working={working} steps={steps} frames={played.frames} />}
        {Object.keys(frame.variables).length > 0 && (
          <details class="lh-details">
            <summary class="lh-summary">{s("playValues")}</summary>
            <dl class="lh-facts">
              {Object.entries(frame.variables).map(([name, value]) => (
                <div key={name}>
                  <dt class="lh-fact-name lh-mono">{name}</dt>
                  <dd class="lh-fact">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </div>
  );
}

const nameIn = (played: Played, id: string): string => played.people.find((one) => one.id === id)?.name ?? id;

function told(step: Step, played: Played, hand: Hand | null): string {
  const by = typeof step["by"] === "string" ? ` · ${nameIn(played, step["by"])}` : "";
  if ("start" in step) return `${s("playStart")}${by}`;
  if (typeof step["do"] === "string") return `${hand?.name(step["do"]) ?? step["do"]}${typeof step["outcome"] === "string" ? ` → ${step["outcome"]}` : ""}${by}`;
  if (typeof step["pass"] === "string") return `${s("playPass")}: ${step["pass"]}`;
  return JSON.stringify(step);
}

interface ActProps {
  working: Working;
  /** The step that is done; null: the case is started. */
  element: string | null;
  asked?: readonly string[];
  played: Played;
  frame: Frame;
  busy: boolean;
  onAct: (step: Step) => void;
}

function Act({ working, element, asked, played, frame, busy, onAct }: ActProps) {
  const bpmn = working.files["process.bpmn"] ?? "";
  const what = useMemo(() => asks(bpmn, element), [bpmn, element]);
  const chinese = language.get() === "zh";
  const [by, setBy] = useState(asked?.[0] ?? (element === null ? (played.people.find((one) => one.id.startsWith("full_member@")) ?? played.people[0])?.id : played.people[0]?.id) ?? "");
  const [outcome, setOutcome] = useState(what.outcomes[0] ?? "");
  const [opinion, setOpinion] = useState("");
  const [answers, setAnswers] = useState<Answers>({});
  const text = what.form === null ? undefined : working.files[`forms/${what.form}.json`];
  const form = useMemo(() => readForm(text), [text]);
  const people = played.people;
  const units = played.units;
  const schema = useMemo(() => {
    if (!form) return null;
    // The office of a play has people and units of its own, known by the names of a rehearsal.
    const own = (raw: Raw): Partial<Component> => {
      if (raw.type === "person") return { type: "select", values: people.map((one) => ({ value: `@${one.id}`, label: one.name })) };
      if (raw.type === "unit") return { type: "select", values: units.map((one) => ({ value: `@${one}`, label: one })) };
      if (raw.type === "units") return { type: "checklist", values: units.map((one) => ({ value: `@${one}`, label: one })) };
      return {};
    };
    return resolved(form, chinese, own);
  }, [form, people, units, chinese]);
  const access = useMemo(() => (what.form === null ? {} : (usesOf(bpmn, what.form).find((one) => one.id === (element ?? what.start))?.access ?? {})), [bpmn, what, element]);
  const reading = useReading(schema, answers, frame.variables, frame.at.slice(0, 10), access);
  return (
    <form
      class="lh-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        const given = reading?.answers ?? {};
        if (element === null) onAct({ by, start: given });
        else onAct({ do: element, by, ...(outcome ? { outcome } : {}), ...(opinion ? { opinion } : {}), ...(Object.keys(given).length > 0 ? { answers: given } : {}) });
      }}
    >
      <label class="lh-prop">
        <span class="lh-prop-label">{s("playBy")}</span>
        <select class="lh-input lh-select" value={by} onChange={(event) => setBy(event.currentTarget.value)}>
          {played.people.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {reading && <Form shown={reading.shown} onChange={(path, value) => setAnswers((before) => withAnswer(before, path, value))} within={reading.within} />}
      {what.outcomes.length > 0 && (
        <label class="lh-prop">
          <span class="lh-prop-label">{s("playOutcome")}</span>
          <select class="lh-input lh-select" value={outcome} onChange={(event) => setOutcome(event.currentTarget.value)}>
            {what.outcomes.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      )}
      {element !== null && (
        <label class="lh-prop">
          <span class="lh-prop-label">{s("playOpinion")}</span>
          <input class="lh-input" value={opinion} onInput={(event) => setOpinion(event.currentTarget.value)} />
        </label>
      )}
      <span>
        <Button small look="primary" type="submit" busy={busy}>
          {s(element === null ? "playStart" : "playDo")}
        </Button>
      </span>
    </form>
  );
}

/** The play as a rehearsal: its steps, and after each of them what was open, or how it ended. */
function Keep({ working, steps, frames }: { working: Working; steps: readonly Step[]; frames: readonly Frame[] }) {
  const [title, setTitle] = useState("");
  const [kept, setKept] = useState<string | null>(null);
  const keep = () => {
    const taken = (n: number) => `rehearsals/play_${String(n)}.json` in working.files;
    let n = 1;
    while (taken(n)) n++;
    const path = `rehearsals/play_${String(n)}.json`;
    const first = frames[0]?.at ?? "";
    const told_ = steps.map((step, at) => {
      const after = frames[at + 1];
      if (!after) return step;
      const open = after.waiting.filter((one) => one.status === "open").map((one) => one.element);
      const on = at === 0 ? { on: first.slice(0, 10) } : {};
      return { ...on, ...step, ...(after.ended !== null ? { ended: after.ended } : open.length > 0 ? { open: [...new Set(open)] } : {}) };
    });
    working.write(path, `${JSON.stringify({ title: title || path.slice(11, -5), steps: told_ }, null, 2)}\n`);
    setKept(path);
  };
  return (
    <form
      class="lh-prop"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label class="lh-prop">
        <span class="lh-prop-label">{s("playName")}</span>
        <input class="lh-input" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <span class="lh-row">
        <Button small type="submit">
          {s("playKeep")}
        </Button>
        <span role="status" class="lh-prop-hint">
          {kept ? s("playKept", { file: kept }) : s("playKeepWhat")}
        </span>
      </span>
    </form>
  );
}
