/** One part of a word, in the control that suits what it holds. */
import { useEffect, useId, useState } from "preact/hooks";
import type { Around, Option } from "./around";
import type { Part } from "./calls";
import { FeelField, offeredOf } from "./feel-field";
import { partText, s, valueText } from "./texts";
import type { Said } from "./words";

interface PartProps {
  word: string;
  part: Part;
  said: Said;
  around: Around;
  onChange: (value: string) => void;
}

const UNITS = ["working days", "working hours", "days", "weeks", "months", "years", "hours"] as const;
const UNIT_TEXTS: Readonly<Record<string, readonly [string, string]>> = {
  "working days": ["个工作日", "working days"],
  "working hours": ["个工作小时", "working hours"],
  days: ["天", "days"],
  weeks: ["周", "weeks"],
  months: ["个月", "months"],
  years: ["年", "years"],
  hours: ["小时", "hours"],
};
const AMOUNT = /^(\S+) (working days?|working hours?|days?|weeks?|months?|years?|hours?)$/;

/** What a key may be, where that is known; null where any word will do. */
function offers(word: string, part: Part, said: Said, around: Around): Option[] | null {
  switch (part.name) {
    case "form":
      return around.forms;
    case "decision":
      return around.decisions;
    case "body":
      return around.documents;
    case "definition":
      return around.procedures;
    case "to":
      return word === "return" ? [{ value: "any", text: s("fromGiven") }, ...around.steps] : null;
    case "until":
    case "task":
    case "while":
    case "files":
      return word === "withdrawal" || part.name !== "until" ? [...around.starts, ...around.steps] : null;
    case "field":
      return word === "who" && said["task"] ? around.fieldsOf(said["task"]).filter((one) => one.type === "person") : around.fields;
    case "key":
      return word === "field" ? [{ value: "*", text: s("accessAll") }, ...around.fields] : null;
    case "eligible":
    case "present":
    case "for":
    case "against":
    case "abstain":
    case "invalid":
      return word === "vote" ? around.fields : null;
    case "outcome":
      return around.outcomes.length > 0 ? around.outcomes : null;
    case "unit":
      return part.kind === "key"
        ? [
            { value: "case", text: s("unitCase") },
            { value: "starter", text: s("unitStarter") },
            { value: "subject", text: s("unitSubject") },
            ...around.names.filter((one) => one.from === "variable").map((one) => ({ value: one.name, text: one.name })),
          ]
        : null;
    case "from":
      return [
        { value: "opened", text: valueText("opened") },
        { value: "started", text: valueText("start") },
        ...around.names.filter((one) => one.from === "variable").map((one) => ({ value: one.name, text: one.name })),
      ];
    case "variable":
      return around.names.filter((one) => one.from === "variable").map((one) => ({ value: one.name, text: one.name }));
    default:
      return null;
  }
}

/** A list of choices that keeps what was written by hand, though nobody offers it. */
export function Choose({ id, value, options, onChange, disabled, label, must }: { id?: string; value: string; options: readonly Option[]; onChange: (value: string) => void; disabled?: boolean; label?: string; must?: boolean }) {
  const isKnown = value === "" || options.some((one) => one.value === value);
  return (
    <select id={id} class="lh-input lh-select" value={value} disabled={disabled} aria-label={label} onChange={(event) => onChange(event.currentTarget.value)}>
      {(!must || value === "") && <option value="">{s("none")}</option>}
      {!isKnown && <option value={value}>{value}</option>}
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.text === one.value ? one.text : `${one.text} (${one.value})`}
        </option>
      ))}
    </select>
  );
}

/** Text that is written when it is left or Enter is pressed: each letter by itself would be a step of undo. */
export function Line({ id, value, onChange, disabled, label, rows, list, check }: { id?: string; value: string; onChange: (value: string) => void; disabled?: boolean; label?: string; rows?: number; list?: string; check?: (value: string) => string | null }) {
  const own = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = check && text !== value ? check(text) : null;
  const leave = () => {
    if (text !== value && !wrong) onChange(text);
  };
  const common = { id, class: "lh-input", value: text, disabled, "aria-label": label, "aria-invalid": wrong ? true : undefined, "aria-describedby": wrong ? `${own}-w` : undefined };
  return (
    <>
      {rows ? (
        <textarea {...common} rows={rows} onInput={(event) => setText(event.currentTarget.value)} onBlur={leave} />
      ) : (
        <input
          {...common}
          list={list}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={leave}
          onKeyDown={(event) => {
            if (event.key === "Enter") leave();
          }}
        />
      )}
      {wrong && (
        <span class="lh-prop-wrong" id={`${own}-w`}>
          {wrong}
        </span>
      )}
    </>
  );
}

function Amount({ id, value, onChange, around, label }: { id: string; value: string; onChange: (value: string) => void; around: Around; label: string }) {
  const found = AMOUNT.exec(value);
  const list = `${id}-list`;
  const numbers = (
    <datalist id={list}>
      {around.parameters.map((one) => (
        <option key={one.value} value={one.value}>
          {one.text}
        </option>
      ))}
    </datalist>
  );
  if (value !== "" && !found) return <Line id={id} value={value} onChange={onChange} disabled={!around.mayEdit} label={label} />;
  const unit = found?.[2] ? (UNITS.find((one) => one === found[2] || one === `${found[2] ?? ""}s`) ?? "working days") : "working days";
  return (
    <span style={{ display: "grid", gridTemplateColumns: "1fr 1.4fr", gap: "6px" }}>
      <Line id={id} value={found?.[1] ?? ""} list={list} disabled={!around.mayEdit} label={`${label} ${s("amountNumber")}`} onChange={(n) => onChange(n.trim() === "" ? "" : `${n.trim()} ${unit}`)} />
      {numbers}
      <select class="lh-input lh-select" aria-label={`${label} ${s("amountUnit")}`} value={unit} disabled={!around.mayEdit} onChange={(event) => onChange(found?.[1] ? `${found[1]} ${event.currentTarget.value}` : "")}>
        {UNITS.map((one) => (
          <option key={one} value={one}>
            {UNIT_TEXTS[one]?.[document.documentElement.lang === "en" ? 1 : 0]}
          </option>
        ))}
      </select>
    </span>
  );
}

const listed = (value: string): string[] => value.split(/[,\s]+/).filter(Boolean);

function Several({ value, options, onChange, around, label }: { value: string; options: readonly Option[]; onChange: (value: string) => void; around: Around; label: string }) {
  const chosen = listed(value);
  const all = [...options, ...chosen.filter((one) => !options.some((option) => option.value === one)).map((one) => ({ value: one, text: one }))];
  return (
    <span role="group" aria-label={label} style={{ display: "flex", flexWrap: "wrap", gap: "2px 12px", fontSize: "14px" }}>
      {all.map((one) => (
        <label key={one.value} style={{ display: "inline-flex", alignItems: "center", gap: "6px", minHeight: "28px" }}>
          <input
            type="checkbox"
            checked={chosen.includes(one.value)}
            disabled={!around.mayEdit}
            onChange={(event) => onChange((event.currentTarget.checked ? [...chosen, one.value] : chosen.filter((other) => other !== one.value)).join(" "))}
          />
          {one.text}
        </label>
      ))}
    </span>
  );
}

export function PartField({ word, part, said, around, onChange }: PartProps) {
  const id = useId();
  const value = said[part.name] ?? "";
  const label = partText(part.name, part.text);
  const control = () => {
    switch (part.kind) {
      case "expression":
        return (
          <FeelField
            id={id}
            label={label}
            value={value.replace(/^\s*=\s*/, "")}
            offered={offeredOf(around.names, around.vocabulary.functions)}
            disabled={!around.mayEdit}
            onChange={(text) => onChange(text === "" ? "" : `=${text}`)}
          />
        );
      case "choice":
        return <Choose id={id} value={value} options={part.choices.map((one) => ({ value: one, text: valueText(one) }))} onChange={onChange} disabled={!around.mayEdit} must={part.required} />;
      case "flag":
        return (
          <Choose
            id={id}
            value={value}
            options={[
              { value: "true", text: s("yes") },
              { value: "false", text: s("no") },
            ]}
            onChange={onChange}
            disabled={!around.mayEdit}
          />
        );
      case "role":
        return <Choose id={id} value={value} options={around.vocabulary.roles.map((one) => ({ value: one.id, text: one.text }))} onChange={onChange} disabled={!around.mayEdit} />;
      case "clause":
        return <Choose id={id} value={value} options={around.clauses} onChange={onChange} disabled={!around.mayEdit} />;
      case "amount":
        return <Amount id={id} value={value} onChange={onChange} around={around} label={label} />;
      case "integer":
        return <Line id={id} value={value} onChange={onChange} disabled={!around.mayEdit} check={(text) => (/^[0-9]{0,6}$/.test(text) ? null : "0–999999")} />;
      case "keys": {
        if (part.choices.length > 0)
          return <Several value={value} options={part.choices.map((one) => ({ value: one, text: valueText(one) }))} onChange={onChange} around={around} label={label} />;
        const known = offers(word, part, said, around);
        if (known && known.length > 0) return <Several value={value} options={known} onChange={onChange} around={around} label={label} />;
        return <Line id={id} value={value} onChange={onChange} disabled={!around.mayEdit} />;
      }
      case "path":
      case "key":
      case "date-field": {
        const known = offers(word, part, said, around);
        if (known && known.length > 0) return <Choose id={id} value={value} options={known} onChange={onChange} disabled={!around.mayEdit} />;
        return <Line id={id} value={value} onChange={onChange} disabled={!around.mayEdit} />;
      }
      default:
        return <Line id={id} value={value} onChange={onChange} disabled={!around.mayEdit} />;
    }
  };
  return (
    <div class="lh-prop">
      <label class="lh-prop-label" for={id}>
        {label}
        {part.required && <span class="lh-must"> *</span>}
      </label>
      {control()}
    </div>
  );
}
