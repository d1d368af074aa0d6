/** Draws a form of the schema: one column, native controls, every fault beside its field. */
import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Clause, Component } from "../../contract/shapes";
import { t } from "../../texts";
import { Button } from "../button";
import { longDay } from "../dates";
import { Icon } from "../icon";
import { Must } from "../must";
import { Citation } from "../notice";
import { type Placed, isBlank, isDate } from "./fit";
import { nameOf, useNames } from "./names";
import { Picker } from "./picker";
import { UnitNames, Units } from "./units";

export interface FieldFault {
  path: string;
  message: string;
  clause?: Clause | null;
  earliest?: string | null;
}

export interface DateLimits {
  min?: string | undefined;
  max?: string | undefined;
}

export interface FormProps {
  shown: readonly Placed[];
  faults?: readonly FieldFault[];
  onChange?: (path: string, value: unknown) => void;
  /** Answers as text; nothing to type in. */
  readOnly?: boolean;
  limits?: Readonly<Record<string, DateLimits>>;
  /** What a page knows of a field beyond the form: the days it may be. */
  hints?: Readonly<Record<string, string>>;
  /** The unit whose people are most likely named. */
  unit?: string | undefined;
  /** The unit that a picker's `within` came to. */
  within?: (component: Component) => string | undefined;
}

interface Drawing extends FormProps {
  faultsOf: (path: string) => readonly FieldFault[];
}

const FormContext = createContext<Drawing>({ shown: [], faultsOf: () => [] });

export const fieldId = (path: string): string => `f-${path.replace(/[^\w]+/g, "-")}`;

export function Form(props: FormProps) {
  const faults = props.faults ?? [];
  useNames(props.shown, props.unit);
  return (
    <FormContext.Provider value={{ ...props, faultsOf: (path) => faults.filter((fault) => fault.path === path) }}>
      <div class="lh-form">
        <Components placed={props.shown} />
      </div>
    </FormContext.Provider>
  );
}

function Components({ placed }: { placed: readonly Placed[] }) {
  return (
    <>
      {placed.map((one) => (
        <One key={one.path} placed={one} />
      ))}
    </>
  );
}

function One({ placed }: { placed: Placed }) {
  const { readOnly } = useContext(FormContext);
  const { component } = placed;
  switch (component.type) {
    case "separator":
      return <hr class="lh-rule" />;
    case "spacer":
      return null;
    case "text":
      return <p class="lh-text">{component.text}</p>;
    case "group":
      if (placed.children.length === 0) return null;
      return (
        <fieldset class="lh-group">
          {component.label && <legend class="lh-legend">{component.label}</legend>}
          <div class="lh-form">
            {component.description && <p class="lh-hint">{component.description}</p>}
            <Components placed={placed.children} />
          </div>
        </fieldset>
      );
    case "dynamiclist":
      return <List placed={placed} />;
    case "expression":
      return (
        <Labelled placed={placed} as="div">
          <output class="lh-computed" id={fieldId(placed.path)}>
            {placed.value === undefined ? t("form.later") : isBlank(placed.value) ? "—" : answerText(component, placed.value)}
          </output>
        </Labelled>
      );
    case "units":
      if (!readOnly && placed.access !== "read") return <Control placed={placed} />;
      return (
        <Labelled placed={placed} as="div">
          <UnitNames id={fieldId(placed.path)} units={unitsIn(placed.value)} />
        </Labelled>
      );
    default:
      if (readOnly || placed.access === "read") {
        return (
          <Labelled placed={placed} as="div">
            <p class="lh-answer" id={fieldId(placed.path)}>
              {answerText(component, placed.value)}
            </p>
          </Labelled>
        );
      }
      return <Control placed={placed} />;
  }
}

const unitsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** An answer as a person reads it. */
export function answerText(component: Component, value: unknown): string {
  if (component.type === "checkbox") return t(value === true ? "form.yes" : "form.no");
  if (isBlank(value)) return t("form.blank");
  const label = (one: unknown) => component.values?.find((choice) => choice.value === one)?.label ?? plainText(one);
  if (Array.isArray(value)) return value.map(label).join(t("form.and"));
  if (component.type === "person" || component.type === "unit") return nameOf(plainText(value));
  if (isDate(component) && typeof value === "string") return longDay(value);
  if (component.values) return label(value);
  return plainText(value);
}

export function plainText(value: unknown): string {
  if (value === null || value === undefined) return t("form.blank");
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  if (typeof value === "string") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? longDay(value) : value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(plainText).join(t("form.and"));
  return Object.values(value as Record<string, unknown>)
    .map(plainText)
    .join(" ");
}

interface LabelledProps {
  placed: Placed;
  children: ComponentChildren;
  /** A group of controls is a fieldset with a legend, one control a div with a label. */
  as: "label" | "fieldset" | "div";
}

function describedBy(placed: Placed, faults: readonly FieldFault[], hint?: string): string | undefined {
  const id = fieldId(placed.path);
  const ids = [placed.component.description || hint ? `${id}-hint` : "", faults.length > 0 ? `${id}-error` : ""].filter(Boolean);
  return ids.length > 0 ? ids.join(" ") : undefined;
}

function Labelled({ placed, children, as }: LabelledProps) {
  const { faultsOf, readOnly, hints } = useContext(FormContext);
  const { component } = placed;
  const id = fieldId(placed.path);
  const faults = faultsOf(placed.path);
  const hint = hints?.[placed.path];
  const isShort = (component.type === "number" || component.type === "datetime") && !hint;
  const words = (
    <>
      {component.label}
      {placed.access === "required" && !readOnly && <Must />}
      {placed.access === "required" && !readOnly && as === "fieldset" && <span class="lh-hidden-text">{t("form.required")}</span>}
    </>
  );
  const inside = (
    <>
      {(component.description || hint) && !readOnly && (
        <p class="lh-hint" id={`${id}-hint`}>
          {component.description} {hint}
        </p>
      )}
      {children}
      {faults.length > 0 && (
        <div id={`${id}-error`}>
          {faults.map((fault) => (
            <div key={fault.message}>
              <p class="lh-error">
                <Icon name="warn" />
                <span>
                  {fault.message}
                  {fault.earliest && ` ${t("error.earliest", { date: longDay(fault.earliest) })}`}
                </span>
              </p>
              <Citation clause={fault.clause} />
            </div>
          ))}
        </div>
      )}
    </>
  );
  if (as === "fieldset") {
    return (
      <fieldset class="lh-field" aria-describedby={describedBy(placed, faults)} data-field={placed.path}>
        <legend class="lh-label">{words}</legend>
        {inside}
      </fieldset>
    );
  }
  return (
    <div class={isShort ? "lh-field lh-field-short" : "lh-field"} data-field={placed.path}>
      {as === "label" ? (
        <label class="lh-label" for={id}>
          {words}
        </label>
      ) : (
        <span class="lh-label">{words}</span>
      )}
      {inside}
    </div>
  );
}

function Control({ placed }: { placed: Placed }) {
  const { onChange, faultsOf, limits, within, hints } = useContext(FormContext);
  const { component, path } = placed;
  const id = fieldId(path);
  const faults = faultsOf(path);
  const invalid = faults.length > 0;
  const set = (value: unknown) => onChange?.(path, value);
  const shared = {
    id,
    "aria-describedby": describedBy(placed, faults, hints?.[path]),
    "aria-invalid": invalid ? ("true" as const) : undefined,
    "aria-required": placed.access === "required" ? ("true" as const) : undefined,
  };
  const text = typeof placed.value === "string" || typeof placed.value === "number" ? String(placed.value) : "";

  switch (component.type) {
    case "textarea":
      return (
        <Labelled placed={placed} as="label">
          <textarea {...shared} class="lh-input lh-area" rows={4} value={text} onInput={(event) => set(event.currentTarget.value)} />
        </Labelled>
      );
    case "number":
      return (
        <Labelled placed={placed} as="label">
          {/* Not type=number: it drops what it cannot read, and a wheel over it changes votes. */}
          <input {...shared} class="lh-input lh-number" type="text" inputMode="decimal" autoComplete="off" value={text} onInput={(event) => set(event.currentTarget.value.trim())} />
        </Labelled>
      );
    case "datetime":
      return (
        <Labelled placed={placed} as="label">
          <input {...shared} class="lh-input lh-date" type="date" min={limits?.[path]?.min} max={limits?.[path]?.max} value={text} onInput={(event) => set(event.currentTarget.value)} />
        </Labelled>
      );
    case "checkbox":
      return (
        <div class="lh-field" data-field={path}>
          <label class="lh-check">
            <input {...shared} class="lh-tick" type="checkbox" checked={placed.value === true} onChange={(event) => set(event.currentTarget.checked)} />
            <span>
              {component.label}
              {placed.access === "required" && <Must />}
              {component.description && (
                <span class="lh-sub" id={`${id}-hint`}>
                  {component.description}
                </span>
              )}
            </span>
          </label>
          {faults.length > 0 && (
            <div id={`${id}-error`}>
              {faults.map((fault) => (
                <div key={fault.message}>
                  <p class="lh-error">
                    <Icon name="warn" />
                    <span>{fault.message}</span>
                  </p>
                  <Citation clause={fault.clause} />
                </div>
              ))}
            </div>
          )}
        </div>
      );
    case "radio":
    case "checklist": {
      const many = component.type === "checklist";
      const chosen: unknown[] = many ? (Array.isArray(placed.value) ? placed.value : []) : [placed.value];
      return (
        <Labelled placed={placed} as="fieldset">
          <div class="lh-choices">
            {(component.values ?? []).map((choice, n) => (
              <label key={String(choice.value)} class="lh-choice">
                <input
                  class="lh-tick"
                  type={many ? "checkbox" : "radio"}
                  name={id}
                  id={n === 0 ? id : undefined}
                  aria-invalid={invalid ? "true" : undefined}
                  checked={chosen.includes(choice.value)}
                  onChange={(event) => {
                    if (!many) set(choice.value);
                    else if (event.currentTarget.checked) set([...chosen, choice.value]);
                    else set(chosen.filter((one) => one !== choice.value));
                  }}
                />
                <span>{choice.label}</span>
              </label>
            ))}
          </div>
        </Labelled>
      );
    }
    case "select":
      return (
        <Labelled placed={placed} as="label">
          <select
            {...shared}
            class="lh-input lh-select"
            value={text}
            onChange={(event) => set(component.values?.find((choice) => String(choice.value) === event.currentTarget.value)?.value ?? null)}
          >
            <option value="">{t("form.choose")}</option>
            {(component.values ?? []).map((choice) => (
              <option key={String(choice.value)} value={String(choice.value)}>
                {choice.label}
              </option>
            ))}
          </select>
        </Labelled>
      );
    case "person":
    case "unit":
      return (
        <Labelled placed={placed} as="label">
          <Picker
            component={component}
            id={id}
            value={typeof placed.value === "string" && placed.value !== "" ? placed.value : null}
            onChange={set}
            within={within?.(component)}
            describedBy={describedBy(placed, faults)}
            invalid={invalid}
            required={placed.access === "required"}
          />
        </Labelled>
      );
    case "units":
      return (
        <Labelled placed={placed} as="fieldset">
          <Units component={component} id={id} value={unitsIn(placed.value)} onChange={set} within={within?.(component)} />
        </Labelled>
      );
    default:
      return (
        <Labelled placed={placed} as="label">
          <input
            {...shared}
            class="lh-input"
            type="text"
            autoComplete="off"
            inputMode={component.validate?.idNumber ? "text" : undefined}
            value={text}
            onInput={(event) => set(event.currentTarget.value)}
          />
        </Labelled>
      );
  }
}

function List({ placed }: { placed: Placed }) {
  const { onChange, readOnly } = useContext(FormContext);
  const { path } = placed;
  const rows = Array.isArray(placed.value) ? (placed.value as unknown[]) : [];
  const bound = readOnly === true || placed.access === "read";
  const set = (next: unknown[]) => onChange?.(path, next);
  const swap = (from: number, to: number) => {
    const next = [...rows];
    [next[from], next[to]] = [next[to], next[from]];
    set(next);
  };
  return (
    <Labelled placed={placed} as="fieldset">
      <div id={fieldId(path)} tabIndex={-1}>
        {placed.rows.map((row, n) => (
          <div key={n} class="lh-item" role="group" aria-label={t("form.row", { n: n + 1 })}>
            <div class="lh-item-head">
              <span class="lh-strong lh-small" style={{ flex: "1" }}>
                {t("form.row", { n: n + 1 })}
              </span>
              {!bound && (
                <>
                  <Button look="quiet" icon="up" label={t("form.moveUp", { n: n + 1 })} refused={n === 0 ? t("form.first") : null} onClick={() => swap(n, n - 1)} />
                  <Button
                    look="quiet"
                    icon="down"
                    label={t("form.moveDown", { n: n + 1 })}
                    refused={n === rows.length - 1 ? t("form.last") : null}
                    onClick={() => swap(n, n + 1)}
                  />
                  <Button look="quiet" icon="bin" label={t("form.remove", { n: n + 1 })} onClick={() => set(rows.filter((_, at) => at !== n))} />
                </>
              )}
            </div>
            <div class="lh-form">
              <Components placed={row} />
            </div>
          </div>
        ))}
        {bound && rows.length === 0 && <p class="lh-answer">{t("form.blank")}</p>}
        {!bound && (
          <div style={{ marginTop: rows.length > 0 ? "10px" : "0" }}>
            <Button icon="start" small onClick={() => set([...rows, {}])}>
              {t("form.add")}
            </Button>
          </div>
        )}
      </div>
    </Labelled>
  );
}
