/** What the pickers of the panel offer at one element: steps, forms, fields, decisions, clauses, parameters, names. */
import type { Files, KnownName, Vocabulary } from "./calls";
import type { Drawing, Shape } from "./modeler";

export interface Option {
  value: string;
  text: string;
}

export interface Field extends Option {
  type: string;
}

export interface Around {
  drawing: Drawing;
  shape: Shape;
  files: Files;
  vocabulary: Vocabulary;
  steps: Option[];
  /** Where a case begins, besides the steps. */
  starts: Option[];
  forms: Option[];
  decisions: Option[];
  documents: Option[];
  clauses: Option[];
  parameters: Option[];
  procedures: Option[];
  /** Of the element's own form. */
  fields: Field[];
  /** Of the element itself. */
  outcomes: Option[];
  names: readonly KnownName[];
  /** The lane that says who acts, where the element stands in one. */
  lane: string | null;
  mayEdit: boolean;
  textOf: (language: "zh" | "en", key: string) => string;
  writeText: (language: "zh" | "en", key: string, value: string) => void;
  fieldsOf: (step: string) => Field[];
  openForm: (name: string) => void;
  openDecision: (id: string) => void;
  makeForm: (shape: Shape) => void;
}

type Json = Record<string, unknown>;

/** What stands in a file where a text or a number should. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

/** A copy of an object without one of its members. */
export const without = <T extends object>(from: T, name: string): T => Object.fromEntries(Object.entries(from).filter(([key]) => key !== name)) as T;

/** JSON as far as it is one: a file that is being written may be anything. */
export function json(text: string | undefined): Json | null {
  if (text === undefined) return null;
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Json) : null;
  } catch {
    return null; // the check says so, with its line
  }
}

export const spoken = (value: unknown, chinese: boolean): string => {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const said = value as { zh?: unknown; en?: unknown };
  const [first, second] = chinese ? [said.zh, said.en] : [said.en, said.zh];
  return typeof first === "string" && first ? first : typeof second === "string" ? second : "";
};

/** The fields of a form by their paths, in the order in which they stand. */
export function fieldsIn(text: string | undefined, chinese: boolean): Field[] {
  const found: Field[] = [];
  const walk = (components: unknown, before: string): void => {
    if (!Array.isArray(components)) return;
    for (const one of components as Json[]) {
      const type = typeof one["type"] === "string" ? one["type"] : "";
      const key = typeof one["key"] === "string" ? one["key"] : typeof one["path"] === "string" ? one["path"] : "";
      const path = key ? `${before}${key}${type === "dynamiclist" ? "[]" : ""}` : "";
      if (path && type !== "text") found.push({ value: path, text: spoken(one["label"], chinese) || path, type });
      if (one["components"]) walk(one["components"], path ? `${path}.` : before);
    }
  };
  walk(json(text)?.["components"], "");
  return found;
}

export const formNames = (files: Files): string[] =>
  Object.keys(files)
    .filter((path) => path.startsWith("forms/"))
    .map((path) => path.slice(6, -5))
    .sort();

export interface Decision {
  id: string;
  name: string;
  file: string;
}

export function decisionsIn(files: Files): Decision[] {
  const found: Decision[] = [];
  for (const [file, text] of Object.entries(files)) {
    if (!file.endsWith(".dmn")) continue;
    const document = new DOMParser().parseFromString(text, "application/xml");
    for (const one of Array.from(document.getElementsByTagNameNS("*", "decision"))) {
      const id = one.getAttribute("id");
      if (id) found.push({ id, name: one.getAttribute("name") ?? id, file });
    }
  }
  return found;
}

export function clausesIn(files: Files, chinese: boolean): Option[] {
  const list = json(files["rules.json"])?.["clauses"];
  if (!Array.isArray(list)) return [];
  return (list as Json[]).map((one) => ({ value: String(one["id"]), text: `${String(one["id"])} ${spoken(one, chinese)}` }));
}

export function parametersIn(files: Files, chinese: boolean): Option[] {
  const list = json(files["rules.json"])?.["parameters"];
  if (!Array.isArray(list)) return [];
  return (list as Json[]).map((one) => ({ value: String(one["id"]), text: spoken(one["text"] ?? one, chinese) || String(one["id"]) }));
}
