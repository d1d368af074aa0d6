/** What the check says, newest first come first: a click goes to the element, a counterexample is played on the canvas. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { Pill } from "../../ui/pill";
import { checkDraft, type Files, type Finding } from "./calls";
import type { Hand } from "./diagram";
import { s } from "./texts";

export interface Check {
  findings: readonly Finding[];
  isRunning: boolean;
  isFailed: boolean;
  ok: boolean | null;
}

const PAUSE = 500;

/** Checks what is on the screen a moment after it changed; an answer that is overtaken is dropped. */
export function useCheck(id: string, files: Files): Check {
  const [check, setCheck] = useState<Check>({ findings: [], isRunning: true, isFailed: false, ok: null });
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    const timer = setTimeout(() => {
      setCheck((before) => ({ ...before, isRunning: true }));
      checkDraft(id, files).then(
        (found) => {
          if (mine === turn.current) setCheck({ findings: ordered(found.findings), isRunning: false, isFailed: false, ok: found.ok });
        },
        () => {
          if (mine === turn.current) setCheck((before) => ({ ...before, isRunning: false, isFailed: true }));
        },
      );
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [id, files]);
  return check;
}

const ordered = (findings: readonly Finding[]): Finding[] => [...findings].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));

export function Problems({ check, hand, go }: { check: Check; hand: Hand | null; go: (finding: Finding) => void }) {
  const [way, setWay] = useState<{ path: readonly string[]; at: number } | null>(null);
  useEffect(() => {
    if (!way || !hand) return;
    const marks: Record<string, string> = {};
    for (const id of way.path.slice(0, way.at + 1)) marks[id] = "lh-counter";
    hand.mark(marks);
    const here = way.path[way.at];
    if (here) hand.look(here);
    if (way.at + 1 >= way.path.length) return;
    const timer = setTimeout(() => setWay({ ...way, at: way.at + 1 }), 700);
    return () => clearTimeout(timer);
  }, [way, hand]);
  useEffect(() => setWay(null), [check.findings]);
  if (check.isFailed) return <p class="lh-prop-wrong">{s("problemsFailed")}</p>;
  if (check.findings.length === 0) return <p class="lh-quiet lh-small">{check.isRunning ? s("problemsWait") : s("problemsNone")}</p>;
  const here = way?.path[way.at];
  return (
    <div>
      {way && here && (
        <p class="lh-row lh-small" role="status" style={{ margin: "4px 0" }}>
          {s("wayStep", { n: way.at + 1, of: way.path.length, name: hand?.name(here) ?? here })}
          <Button
            small
            onClick={() => {
              setWay(null);
              hand?.mark({});
            }}
          >
            {s("stopWay")}
          </Button>
        </p>
      )}
      {check.findings.map((one, n) => (
        <div key={n} style={{ display: "flex", alignItems: "start", gap: "8px" }}>
          <button type="button" class="lh-problem" data-rule={one.rule} onClick={() => go(one)}>
            <Pill tone={one.severity === "error" ? "danger" : "warn"}>{s(one.severity === "error" ? "problemError" : "problemWarning")}</Pill>
            <span>
              {one.element && hand && hand.name(one.element) !== one.element ? `${hand.name(one.element)}: ` : ""}
              {one.message}
            </span>
            <span class="lh-problem-remedy">
              {one.remedy}
              {one.file !== "process.bpmn" && <span class="lh-mono"> {one.file}</span>}
            </span>
          </button>
          {one.path && one.path.length > 0 && hand && (
            <Button
              small
              icon="play"
              onClick={() => {
                setWay({ path: one.path ?? [], at: 0 });
              }}
            >
              {s("showWay")}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
