/** Who acts, in words: how somebody is found is chosen first, and only what that way needs is asked for. */
import { useId } from "preact/hooks";
import { Button } from "../../ui/button";
import type { Around } from "./around";
import type { Part, Word } from "./calls";
import { Choose, PartField } from "./part";
import { s, type Key } from "./texts";
import type { Said } from "./words";

interface Way {
  value: string;
  text: Key;
  /** What it asks for, in the order of the sentence. */
  parts: readonly string[];
  begin: Said;
}

const WAYS: readonly Way[] = [
  { value: "post", text: "whoPost", parts: ["role", "unit"], begin: { rule: "post", unit: "case" } },
  { value: "leader", text: "whoLeader", parts: ["of", "level", "role"], begin: { rule: "leader", of: "starter" } },
  { value: "superior", text: "whoSuperior", parts: ["competence", "role", "unit"], begin: { rule: "superior", competence: "direct" } },
  { value: "previous", text: "whoPrevious", parts: ["task"], begin: { rule: "previous" } },
  { value: "answer", text: "whoAnswer", parts: ["variable", "task", "field"], begin: { rule: "answer" } },
  { value: "chosen", text: "whoChosen", parts: ["task", "field", "role", "people", "unit"], begin: { rule: "chosen" } },
  { value: "people", text: "whoPeople", parts: ["people"], begin: { rule: "people" } },
  { value: "pool", text: "whoPool", parts: ["role", "unit", "people"], begin: { rule: "pool", unit: "case" } },
  { value: "rotation", text: "whoRotation", parts: ["role", "unit", "people"], begin: { rule: "rotation", unit: "case" } },
  { value: "lane", text: "whoLane", parts: [], begin: { rule: "lane" } },
  { value: "anyone", text: "whoAnyone", parts: [], begin: { anyone: "true" } },
  { value: "formula", text: "whoFormula", parts: ["role", "at", "person"], begin: { person: "=case.started_by" } },
];

export const wayOf = (said: Said): string => said["rule"] ?? (said["anyone"] === "true" ? "anyone" : "formula");

export function WhoEditor({ word, all, around, onChange }: { word: Word; all: readonly Said[]; around: Around; onChange: (all: Said[]) => void }) {
  const id = useId();
  const byName = new Map(word.parts.map((one) => [one.name, one] as const));
  const set = (n: number, said: Said | null) => onChange(all.flatMap((one, at) => (at === n ? (said ? [said] : []) : [one])));
  return (
    <>
      {all.map((said, n) => {
        const way = WAYS.find((one) => one.value === wayOf(said));
        return (
          <div class="lh-word" key={n}>
            <div class="lh-word-head">
              <label class="lh-prop-label" for={`${id}-${n}`}>
                {s("whoWay")}
              </label>
              {around.mayEdit && <Button look="quiet" small icon="bin" label={s("removeWord", { word: s("who") })} onClick={() => set(n, null)} />}
            </div>
            <Choose
              id={`${id}-${n}`}
              must
              value={wayOf(said)}
              options={WAYS.map((one) => ({ value: one.value, text: s(one.text) }))}
              disabled={!around.mayEdit}
              onChange={(value) => {
                const next = WAYS.find((one) => one.value === value);
                if (!next) return;
                // What both ways ask for stays.
                const kept = Object.fromEntries(Object.entries(said).filter(([name]) => next.parts.includes(name)));
                set(n, value === "formula" ? next.begin : { ...next.begin, ...kept });
              }}
            />
            {(way?.parts ?? [])
              .map((name) => byName.get(name))
              .filter((part): part is Part => part !== undefined)
              .map((part) => (
                <PartField key={part.name} word="who" part={part} said={said} around={around} onChange={(value) => set(n, { ...said, [part.name]: value })} />
              ))}
          </div>
        );
      })}
      {around.mayEdit && (
        <Button small icon="start" onClick={() => onChange([...all, WAYS[0]?.begin ?? {}])}>
          {s("addWord", { word: s("who") })}
        </Button>
      )}
      {all.length > 1 && <p class="lh-prop-hint">{s("whoHint")}</p>}
    </>
  );
}
