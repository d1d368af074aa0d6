/** A field for FEEL: names and functions are offered while typing, and what cannot be read is said at once. */
import { parseExpression } from "feelin";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { KnownName } from "./calls";
import { s } from "./texts";

export interface Offered {
  name: string;
  note: string;
  isFunction: boolean;
}

const BUILT_IN = [
  "if", "then", "else", "and", "or", "not", "in", "between", "some", "every", "satisfies", "for", "return", "true", "false", "null",
  "count", "sum", "min", "max", "contains", "string", "number", "date", "duration", "list contains", "concatenate", "distinct values", "string length",
  "upper case", "lower case", "starts with", "ends with", "today", "round up", "round half up", "decimal", "floor", "ceiling", "modulo", "abs", "append",
  "union", "flatten", "reverse", "index of", "sort", "all", "any", "mean", "substring", "matches", "replace", "split", "day of week", "is defined",
];

const NOTES: Readonly<Record<KnownName["from"], Parameters<typeof s>[0]>> = {
  given: "fromGiven",
  variable: "fromVariable",
  field: "fromField",
  input: "fromInput",
  parameter: "fromParameter",
  event: "fromEvent",
  loop: "fromLoop",
};

export function offeredOf(names: readonly KnownName[], functions: readonly { name: string; text: string }[]): Offered[] {
  return [
    ...names.map((one) => ({ name: one.name, note: s(NOTES[one.from]) + (one.is_set ? "" : ` · ${s("maybeUnset")}`), isFunction: false })),
    ...functions.map((one) => ({ name: one.name, note: one.text, isFunction: true })),
    ...BUILT_IN.map((name) => ({ name, note: "", isFunction: false })),
  ];
}

/** Where an expression cannot be read: the place, from 1; null where it can. */
export function faultIn(text: string, known: readonly string[]): number | null {
  if (text.trim() === "") return null;
  const context = Object.fromEntries(known.map((name) => [name, null]));
  let fault: number | null = null;
  try {
    parseExpression(text, context, undefined).iterate({
      enter(node) {
        if (node.type.isError && fault === null) fault = node.from + 1;
      },
    });
  } catch {
    return 1; // what the parser cannot even begin with
  }
  return fault;
}

interface FeelFieldProps {
  /** Without the sign = that begins it in the file. */
  value: string;
  onChange: (value: string) => void;
  offered: readonly Offered[];
  label: string;
  disabled?: boolean;
  id?: string;
}

const WORD = /[\p{L}_][\p{L}\p{N}_. ]*$/u;

/** What is being typed before the cursor: the longest run that some offered name begins with. */
function typed(text: string, offered: readonly Offered[]): { word: string; found: Offered[] } {
  const run = WORD.exec(text)?.[0] ?? "";
  const words = run.split(" ");
  for (let from = 0; from < words.length; from++) {
    const word = words.slice(from).join(" ");
    if (word === "") break;
    const lower = word.toLowerCase();
    const found = offered.filter((one) => one.name.toLowerCase().startsWith(lower) && one.name !== word);
    if (found.length > 0) return { word, found: found.slice(0, 12) };
  }
  return { word: "", found: [] };
}

export function FeelField({ value, onChange, offered, label, disabled, id }: FeelFieldProps) {
  const own = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(value);
  const [open, setOpen] = useState<{ word: string; found: Offered[] } | null>(null);
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState<number | null>(null);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (place === null) return;
    box.current?.setSelectionRange(place, place);
    setPlace(null);
  }, [place]);
  const known = useMemo(() => offered.map((one) => one.name), [offered]);
  const fault = useMemo(() => faultIn(text, known), [text, known]);

  const offer = (now: string, cursor: number, all: boolean) => {
    const found = typed(now.slice(0, cursor), offered);
    if (found.found.length > 0) setOpen(found);
    else setOpen(all ? { word: "", found: offered.slice(0, 40) } : null);
    setAt(0);
  };
  const choose = (one: Offered) => {
    const cursor = box.current?.selectionStart ?? text.length;
    const put = one.isFunction ? `${one.name}()` : one.name;
    const before = text.slice(0, cursor - (open?.word.length ?? 0)) + put;
    const now = before + text.slice(cursor);
    setText(now);
    setOpen(null);
    setPlace(before.length - (one.isFunction ? 1 : 0));
    box.current?.focus();
  };
  const leave = () => {
    setOpen(null);
    if (text !== value) onChange(text.trim());
  };
  return (
    <div class="lh-feel">
      <textarea
        ref={box}
        id={id}
        class="lh-input"
        rows={Math.min(6, 1 + Math.floor(text.length / 42))}
        value={text}
        disabled={disabled}
        aria-label={label}
        role="combobox"
        aria-expanded={open !== null}
        aria-controls={`${own}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open ? `${own}-${at}` : undefined}
        aria-invalid={fault !== null}
        aria-describedby={fault !== null ? `${own}-fault` : undefined}
        spellcheck={false}
        title={s("feelHint")}
        onInput={(event) => {
          const now = event.currentTarget.value;
          setText(now);
          offer(now, event.currentTarget.selectionStart, false);
        }}
        onKeyDown={(event) => {
          if (event.key === " " && event.ctrlKey) {
            event.preventDefault();
            offer(text, event.currentTarget.selectionStart, true);
            return;
          }
          if (!open) {
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              leave();
            }
            return;
          }
          const size = open.found.length;
          if (event.key === "ArrowDown") setAt((at + 1) % size);
          else if (event.key === "ArrowUp") setAt((at + size - 1) % size);
          else if (event.key === "Enter" || event.key === "Tab") {
            const one = open.found[at];
            if (one) choose(one);
          } else if (event.key === "Escape") setOpen(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={leave}
      />
      {open && (
        <ul class="lh-feel-list" role="listbox" id={`${own}-list`} aria-label={label}>
          {open.found.map((one, n) => (
            <li
              key={one.name}
              id={`${own}-${n}`}
              class="lh-feel-option"
              role="option"
              aria-selected={n === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(one);
              }}
            >
              <span class="lh-mono">{one.isFunction ? `${one.name}(…)` : one.name}</span>
              {one.note && <span class="lh-feel-note">{one.note}</span>}
            </li>
          ))}
        </ul>
      )}
      {fault !== null && (
        <p class="lh-prop-wrong" id={`${own}-fault`} style={{ margin: "2px 0 0" }}>
          {s("feelWrong", { n: fault })}
        </p>
      )}
    </div>
  );
}
