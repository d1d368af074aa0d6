/** What the library and a draft's pages share: a labelled field, a sheet that asks for a reason, people and units picked. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Component } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { useDeed, type Deed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { nameOf } from "../ui/form/names";
import { Picker } from "../ui/form/picker";
import { RefusalNotice } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { s } from "./texts";

export const PERSON = { type: "person", key: "person" } as unknown as Component;
export const UNIT = { type: "unit", key: "unit" } as unknown as Component;

const tones: Record<string, PillTone> = { draft: "info", in_review: "warn", published: "good", retired: "held", withdrawn: "neutral" };

/** A deed that can be done again on the same page. */
export function useRepeated(): Deed {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  return {
    busy,
    refused,
    run: (send, onDone) => {
      if (busy) return;
      setBusy(true);
      setRefused(null);
      send().then(
        (answer) => {
          setBusy(false);
          void onDone(answer);
        },
        (error: unknown) => {
          setBusy(false);
          setRefused(error);
        },
      );
    },
  };
}

export function StatePill({ state }: { state: "draft" | "in_review" | "published" | "withdrawn" | "retired" }) {
  return <Pill tone={tones[state] ?? "neutral"}>{s(state)}</Pill>;
}

export function Labelled({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="lh-field">
      <label class="lh-label" for={id}>
        {label}
      </label>
      {hint && <p class="lh-plain lh-quiet lh-small">{hint}</p>}
      {children(id)}
    </div>
  );
}

interface WhyProps {
  title: string;
  what: string;
  danger?: boolean;
  /** What else is asked. */
  children?: ComponentChildren;
  run: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

/** The last look before something that takes a reason. */
export function WhySheet({ title, what, danger, children, run, onDone, onClose }: WhyProps) {
  const [reason, setReason] = useState("");
  const deed = useDeed();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => deed.run(() => run(reason), onDone)}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look={danger ? "danger" : "primary"} type="submit" busy={deed.busy} data="submit">
            {title}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <p class="lh-plain">{what}</p>
      {children}
      <Labelled label={s("reason")}>{(id) => <textarea id={id} class="lh-input lh-area" rows={3} aria-required="true" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}</Labelled>
    </Dialog>
  );
}

interface ChosenProps {
  kind: "person" | "unit";
  label: string;
  add: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Several people or units, one after the other. */
export function Chosen({ kind, label, add, value, onChange }: ChosenProps) {
  const [next, setNext] = useState<string | null>(null);
  return (
    <div class="lh-stack">
      {value.length > 0 && (
        <ul class="lh-row lh-wrap" aria-label={label}>
          {value.map((one) => (
            <li key={one} class="lh-row">
              <Pill>{nameOf(one)}</Pill>
              <Button small look="quiet" icon="close" label={s("remove", { name: nameOf(one) })} onClick={() => onChange(value.filter((other) => other !== one))} />
            </li>
          ))}
        </ul>
      )}
      <Labelled label={label}>
        {(id) => (
          <Picker
            key={value.length}
            component={kind === "person" ? PERSON : UNIT}
            id={id}
            value={next}
            within={undefined}
            describedBy={undefined}
            invalid={false}
            required={false}
            onChange={(picked) => {
              setNext(null);
              if (picked !== null && !value.includes(picked)) onChange([...value, picked]);
            }}
          />
        )}
      </Labelled>
      <span class="lh-hidden-text">{add}</span>
    </div>
  );
}
