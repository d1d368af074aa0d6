/** A form as its file has it: both languages side by side; changes give a new form and leave the old one alone. */
import type { Component, FormSchema } from "../../contract/shapes";
import { json, spoken } from "./around";

export interface Raw {
  type: string;
  key?: string;
  path?: string;
  label?: unknown;
  description?: unknown;
  text?: unknown;
  values?: { value: string; label: unknown }[];
  validate?: Record<string, unknown>;
  conditional?: { hide?: string };
  components?: Raw[];
  [more: string]: unknown;
}

export interface RawForm {
  components: Raw[];
  [more: string]: unknown;
}

/** Where a component stands: the indexes from the outside in. */
export type Place = readonly number[];

export function readForm(text: string | undefined): RawForm | null {
  const found = json(text);
  return found && Array.isArray(found["components"]) ? (found as unknown as RawForm) : null;
}

export const writeForm = (form: RawForm): string => `${JSON.stringify(form, null, 2)}\n`;

export const isBox = (raw: Raw): boolean => raw.type === "group" || raw.type === "dynamiclist";

export const keyOf = (raw: Raw): string => (isBox(raw) ? (raw.path ?? "") : (raw.key ?? ""));

export function at(form: RawForm, place: Place): Raw | null {
  let list: Raw[] | undefined = form.components;
  let found: Raw | null = null;
  for (const n of place) {
    found = list?.[n] ?? null;
    list = found?.components;
  }
  return found;
}

function changed(list: readonly Raw[], place: Place, act: (list: Raw[], n: number) => void): Raw[] {
  const [n, ...rest] = place;
  const copy = [...list];
  if (n === undefined) return copy;
  const inner = copy[n];
  if (rest.length === 0) act(copy, n);
  else if (inner) copy[n] = { ...inner, components: changed(inner.components ?? [], rest, act) };
  return copy;
}

const within = (form: RawForm, place: Place, act: (list: Raw[], n: number) => void): RawForm => ({ ...form, components: changed(form.components, place, act) });

export const replaced = (form: RawForm, place: Place, raw: Raw): RawForm =>
  within(form, place, (list, n) => {
    list[n] = raw;
  });

export const removed = (form: RawForm, place: Place): RawForm => within(form, place, (list, n) => list.splice(n, 1));

export const inserted = (form: RawForm, place: Place, raw: Raw): RawForm => within(form, place, (list, n) => list.splice(n, 0, raw));

const siblings = (form: RawForm, place: Place): readonly Raw[] => (place.length > 1 ? (at(form, place.slice(0, -1))?.components ?? []) : form.components);

/** One up or down among its neighbours; null where there is none. */
export function moved(form: RawForm, place: Place, by: 1 | -1): { form: RawForm; place: Place } | null {
  const n = place[place.length - 1] ?? 0;
  const raw = at(form, place);
  const to = n + by;
  if (!raw || to < 0 || to >= siblings(form, place).length) return null;
  const next = [...place.slice(0, -1), to];
  return { form: inserted(removed(form, place), next, raw), place: next };
}

/** Into the group or list that stands just before it. */
export function movedIn(form: RawForm, place: Place): { form: RawForm; place: Place } | null {
  const n = place[place.length - 1] ?? 0;
  const raw = at(form, place);
  const before = siblings(form, place)[n - 1];
  if (!raw || !before || !isBox(before) || (raw.type === "dynamiclist" && before.type === "dynamiclist")) return null;
  const next = [...place.slice(0, -1), n - 1, before.components?.length ?? 0];
  return { form: inserted(removed(form, place), next, raw), place: next };
}

/** Out of its group, to just after it. */
export function movedOut(form: RawForm, place: Place): { form: RawForm; place: Place } | null {
  const raw = at(form, place);
  if (!raw || place.length < 2) return null;
  const parent = place[place.length - 2] ?? 0;
  const next = [...place.slice(0, -2), parent + 1];
  return { form: inserted(removed(form, place), next, raw), place: next };
}

/** A key that nobody on this level has. */
export function freeKey(form: RawForm, place: Place, wish: string): string {
  const taken = new Set(siblings(form, place).map(keyOf));
  if (!taken.has(wish)) return wish;
  for (let n = 2; ; n++) if (!taken.has(`${wish}_${String(n)}`)) return `${wish}_${String(n)}`;
}

export const TYPES = [
  "textfield", "textarea", "number", "datetime", "checkbox", "radio", "select", "checklist", "person", "unit", "expression", "group", "dynamiclist", "text", "separator",
] as const;

/** What a new component begins with: enough to pass the check. */
export function begun(type: string, key: string, name: { zh: string; en: string }): Raw {
  const raw: Raw = { type };
  if (type === "text") return { ...raw, text: { zh: name.zh, en: name.en } };
  if (type === "separator") return raw;
  if (type === "group") return { ...raw, label: name, components: [] };
  if (type === "dynamiclist") return { ...raw, path: key, label: name, components: [{ type: "textfield", key: "item", label: { zh: "项目", en: "Item" } }] };
  const field: Raw = { ...raw, key, label: name };
  if (type === "datetime") return { ...field, subtype: "date" };
  if (type === "expression") return { ...field, expression: "=null" };
  if (type === "radio" || type === "select" || type === "checklist")
    return {
      ...field,
      values: [
        { value: "yes", label: { zh: "是", en: "yes" } },
        { value: "no", label: { zh: "否", en: "no" } },
      ],
    };
  return field;
}

/** The form in one language, as the pages draw it. */
export function resolved(form: RawForm, chinese: boolean, replace: (raw: Raw) => Partial<Component> = () => ({})): FormSchema {
  const one = (raw: Raw): Component => {
    const validate = raw.validate ? { ...raw.validate } : undefined;
    for (const name of ["patternText", "ruleText"]) if (validate && name in validate) validate[name] = spoken(validate[name], chinese);
    return {
      ...(raw as unknown as Component),
      ...(raw.label !== undefined ? { label: spoken(raw.label, chinese) } : {}),
      ...(raw.description !== undefined ? { description: spoken(raw.description, chinese) } : {}),
      ...(raw.text !== undefined ? { text: spoken(raw.text, chinese) } : {}),
      ...(raw.values ? { values: raw.values.map((choice) => ({ value: choice.value, label: spoken(choice.label, chinese) || choice.value })) } : {}),
      ...(validate ? { validate } : {}),
      ...(raw.components ? { components: raw.components.map(one) } : {}),
      ...replace(raw),
    };
  };
  return { components: form.components.map(one) };
}
