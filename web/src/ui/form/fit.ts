/**
 * Reads a form against answers: what is shown, what is computed, what does not fit.
 *
 * A mirror of the server's `engine/forms.py` for the convenience of whoever types; both are held to the vectors in
 * `tests/vectors/forms`, and the server decides. It knows nothing of the screen, and cannot look up persons or units.
 */
import type { Answers, Component, FormSchema } from "../../contract/shapes";
import { compare, decimal, isMultiple, written } from "./decimal";
import { type Feel, unknown } from "./unknown";

export type Access = "hidden" | "read" | "write" | "required";

/** A component in its place: `path` is where its answer lives (`sessions[0].hours`), for the rest where it stands. */
export interface Placed {
  component: Component;
  path: string;
  access: Access;
  /** The answer as it was given; for a computed field what it came to, `undefined` where only the server can know. */
  value: unknown;
  children: Placed[];
  /** The rows of a dynamic list. */
  rows: Placed[][];
}

export interface Fault {
  path: string;
  code: string;
  /** What the code's sentence needs: a limit, a length, the designer's own sentence as `text`. */
  values: Record<string, string | number>;
  earliest?: string;
}

export interface Reading {
  shown: Placed[];
  /** What to send: nothing hidden, read-only or computed. */
  answers: Answers;
  /** All values in plain JSON, computed ones included, hidden ones null. */
  values: Answers;
  faults: Fault[];
}

export interface Surroundings {
  /** Values that expressions may use, dates as ISO text. */
  context: Readonly<Record<string, unknown>>;
  feel: Feel | null;
  access?: Readonly<Record<string, Access>>;
  /** The office's date. */
  today?: string;
}

type Scope = Record<string, unknown>;

const TEXTFIELD_LENGTH = 500;
const TEXTAREA_LENGTH = 10_000;
const MOST_ROWS = 500;
const MOST_UNITS = 1000;
const SHOWN_ONLY = new Set(["text", "separator", "spacer"]);
const NO_FEEL: Feel = { value: () => unknown, date: () => null, duration: () => null };

/** Whether a form has anything to evaluate; where not, the FEEL interpreter is not even fetched. */
export function needsFeel(components: readonly Component[]): boolean {
  return components.some(
    (component) =>
      component.conditional?.hide !== undefined ||
      component.expression !== undefined ||
      isExpression(component.validate?.min) ||
      isExpression(component.validate?.max) ||
      component.validate?.rule !== undefined ||
      component.within !== undefined ||
      needsFeel(component.components ?? []),
  );
}

export function read(schema: FormSchema, answers: unknown, around: Surroundings): Reading {
  return new Reader(around).read(schema, answers);
}

export const isExpression = (value: unknown): value is string => typeof value === "string" && value.trimStart().startsWith("=");

/** Nothing was answered: absent, null, an empty or blank text, an empty list. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0) || (typeof value === "string" && value.trim() === "");
}

export const isDate = (component: Component): boolean => component.type === "datetime";

/** A real day written YYYY-MM-DD, years 1000 to 9999. */
export function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Resident identity number: a real birth date and the check character of MOD 11-2 (GB 11643). */
export function isIdNumber(text: string, today?: string): boolean {
  if (!/^\d{17}[\dXx]$/.test(text)) return false;
  const born = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  if (!isDay(born) || (today !== undefined && born > today)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, n) => total + weight * Number(text[n]), 0);
  return "10X98765432"[sum % 11] === text[17]?.toUpperCase();
}

/** A copy of the answers with one of them changed; `path` as in `sessions[0].hours`. */
export function withAnswer(answers: Answers, path: string, value: unknown): Answers {
  const steps = path.split(/[.[\]]+/).filter(Boolean);
  const set = (inside: unknown, depth: number): unknown => {
    const step = steps[depth];
    if (step === undefined) return value;
    if (/^\d+$/.test(step)) {
      const rows = Array.isArray(inside) ? [...(inside as unknown[])] : [];
      rows[Number(step)] = set(rows[Number(step)], depth + 1);
      return rows;
    }
    return { ...asScope(inside), [step]: set(asScope(inside)[step], depth + 1) };
  };
  return set(answers, 0) as Answers;
}

const isScope = (value: unknown): value is Scope => typeof value === "object" && value !== null && !Array.isArray(value);

const asScope = (value: unknown): Scope => (isScope(value) ? value : {});

/** One component in one place, with all that is found out about it. */
interface Node {
  component: Component;
  key: string;
  path: string;
  access: Access;
  given: unknown;
  /** What expressions see of the answer. */
  typed: unknown;
  fault: Fault | null;
  parent: Node | null;
  children: Node[];
  rows: Row[];
  isHidden: boolean;
  /** A list of which nothing is taken: its rows are shown as they are. */
  isFixed: boolean;
}

interface Row {
  nodes: Node[];
  fault: Fault | null;
}

class Wrong extends Error {
  readonly code: string;
  readonly values: Record<string, string | number>;

  constructor(code: string, values: Record<string, string | number> = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

class Reader {
  private readonly feel: Feel;
  private readonly access: Readonly<Record<string, Access>>;
  private readonly today: string | undefined;
  private readonly known: Scope;
  private readonly outer: Scope;

  constructor(around: Surroundings) {
    this.feel = around.feel ?? NO_FEEL;
    this.access = around.access ?? {};
    this.today = around.today;
    this.known = { ...around.context };
    this.outer = asScope(thaw(this.known, this.feel));
  }

  read(schema: FormSchema, answers: unknown): Reading {
    const top = this.nodes(schema.components, asScope(answers), this.known, "", "", this.access["*"] ?? "write", false, null);
    this.settle(top);
    const scope = { ...this.outer, ...this.scopeOf(top) };
    this.checkLate(top, scope);
    const faults: Fault[] = [];
    collectFaults(top, faults);
    return { shown: placed(top), answers: sent(top), values: asScope(this.plainOf(top)), faults };
  }

  // ------------------------------------------------------------------ each answer by itself

  private nodes(components: readonly Component[], given: Scope, known: Scope, prefix: string, place: string, mode: Access, readonly: boolean, parent: Node | null): Node[] {
    return components.map((component, n) => this.node(component, given, known, prefix, place, mode, readonly, parent, n));
  }

  private node(component: Component, given: Scope, known: Scope, prefix: string, place: string, inherited: Access, readonly: boolean, parent: Node | null, n: number): Node {
    const box = component.type === "group" || component.type === "dynamiclist";
    const key = (box ? component.path : component.key) ?? "";
    // Where access is stated: `a.b` inside a group, `rows[].b` inside a list.
    const stated = key ? (place ? `${place}.${key}` : key) : place;
    const said = (key ? this.access[stated] : undefined) ?? inherited;
    const bound = readonly || component.readonly === true || component.disabled === true;
    const mode: Access = bound && (said === "write" || said === "required") ? "read" : said;
    const must = mode === "write" && component.validate?.required === true;
    const node: Node = {
      component,
      key,
      path: key ? prefix + key : `${prefix}#${component.id ?? `${component.type}${n}`}`,
      access: must ? "required" : mode,
      given: key ? given[key] : undefined,
      typed: null,
      fault: null,
      parent,
      children: [],
      rows: [],
      isHidden: false,
      isFixed: false,
    };
    if (component.type === "group") {
      const inner = key ? given[key] : given;
      const before = key ? asScope(known[key]) : known;
      node.children = this.nodes(component.components ?? [], asScope(inner), before, key ? `${prefix}${key}.` : prefix, stated, said, bound, node);
      if (key && inner !== undefined && inner !== null && !isScope(inner) && node.children.some(isWritten)) this.fail(node, new Wrong("not_a_group"));
    } else if (component.type === "dynamiclist") {
      this.list(node, known[key], prefix, stated, said === "required" ? "write" : said, bound);
    } else if (key && component.type === "expression") {
      if (!isComputed(node)) {
        node.given = known[key] ?? null;
        node.typed = thaw(node.given, this.feel);
      }
    } else if (key && (node.access === "write" || node.access === "required")) {
      try {
        node.typed = this.take(component, node.given, node.access === "required");
      } catch (wrong) {
        if (!(wrong instanceof Wrong)) throw wrong;
        this.fail(node, wrong);
        node.typed = empty(component);
      }
    } else if (key) {
      node.given = known[key] ?? this.initial(component);
      node.typed = thaw(node.given, this.feel);
    }
    return node;
  }

  /** What a field that cannot be written holds where nothing is known: its default, as the server has it. */
  private initial(component: Component): unknown {
    const { defaultValue } = component;
    if (!isExpression(defaultValue)) return defaultValue ?? null;
    const value = this.feel.value(defaultValue, this.outer);
    return value === unknown ? null : value;
  }

  private list(node: Node, before: unknown, prefix: string, place: string, inherited: Access, bound: boolean): void {
    const { component, key } = node;
    const rule = component.validate ?? {};
    const rowsOf = (rows: readonly unknown[], base: readonly unknown[], fixed: boolean): Row[] =>
      rows.map((row, n) => {
        const path = `${prefix}${key}[${n}]`;
        const fault: Fault | null = isScope(row) ? null : { path, code: "not_a_row", values: {} };
        const nodes = this.nodes(component.components ?? [], asScope(row), fixed ? asScope(row) : asScope(base[n]), `${path}.`, `${place}[]`, fixed ? "read" : inherited, bound || fixed, node);
        return { nodes, fault };
      });
    const grows = (component.allowAddRemove ?? true) && (node.access === "write" || node.access === "required");
    const probe = this.nodes(component.components ?? [], {}, {}, "", `${place}[]`, inherited, bound, node);
    if (!grows && !probe.some(isWritten)) {
      node.isFixed = true;
      const rows = before ?? this.initial(component);
      node.given = rows;
      node.typed = thaw(rows, this.feel);
      node.rows = rowsOf(Array.isArray(rows) ? rows : [], [], true);
      return;
    }
    let rows: unknown[] = [];
    if (Array.isArray(node.given)) rows = node.given as unknown[];
    else if (node.given !== undefined && node.given !== null && node.given !== "") this.fail(node, new Wrong("not_a_list"));
    let base: unknown[] = [];
    if (grows) {
      const most = rule.maxItems ?? MOST_ROWS;
      const fewest = rule.minItems ?? 0;
      if (rows.length > most) {
        this.fail(node, new Wrong("too_many", { max: most, count: rows.length }));
        rows = rows.slice(0, most);
      } else if (rows.length === 0 && node.access === "required") this.fail(node, new Wrong("required"));
      else if (rows.length < fewest) this.fail(node, new Wrong("too_few", { min: fewest, count: rows.length }));
    } else {
      const kept = before ?? component.defaultValue;
      base = Array.isArray(kept) ? kept.filter(isScope) : [];
      const count = Array.isArray(kept) ? base.length : (component.defaultRepetitions ?? 1);
      if (rows.length > count) this.fail(node, new Wrong("too_many", { max: count, count: rows.length }));
      rows = Array.from({ length: count }, (_, n) => rows[n] ?? {});
    }
    node.rows = rowsOf(rows, base, false);
  }

  private take(component: Component, raw: unknown, must: boolean): unknown {
    if (isBlank(raw)) {
      if (must) throw new Wrong("required");
      return empty(component);
    }
    const rule = component.validate ?? {};
    switch (component.type) {
      case "checkbox":
        if (typeof raw !== "boolean") throw new Wrong("not_a_boolean");
        if (!raw && must) throw new Wrong("required");
        return raw;
      case "number":
        return takeNumber(component, raw);
      case "datetime":
        if (!isDay(raw)) throw new Wrong("not_a_date");
        return this.feel.date(raw) ?? raw;
      case "radio":
      case "select":
        if (!(component.values ?? []).some((choice) => choice.value === raw)) throw new Wrong("not_an_option");
        return raw;
      case "checklist":
        return takeChoices(component, raw);
      case "units":
        return takeUnits(component, raw);
      case "person":
      case "unit":
        if (typeof raw !== "string" || raw.length > 200 || BAD_IN_LINE.test(raw)) throw new Wrong(`unknown_${component.type}`);
        return raw;
      default:
        if (rule.idNumber) {
          if (typeof raw !== "string") throw new Wrong("not_a_text");
          const number = raw.trim().toUpperCase();
          if (!isIdNumber(number, this.today)) throw new Wrong("id_number");
          return number;
        }
        return takeText(component, raw);
    }
  }

  private fail(node: Node, wrong: Wrong): void {
    node.fault ??= { path: node.path, code: wrong.code, values: wrong.values };
  }

  // ------------------------------------------------------------------ conditions and computed fields

  /**
   * Conditions and computed fields see each other, so they are evaluated until nothing changes. They cannot run in a
   * circle (publishing refuses that), so as many rounds as there are of them are always enough.
   */
  private settle(top: readonly Node[]): void {
    const events = [...walk(top)].filter((node) => node.component.conditional?.hide !== undefined || isComputed(node));
    for (let round = 0; round <= events.length; round++) {
      const scope = { ...this.outer, ...this.scopeOf(top) };
      if (!this.evaluate(top, scope)) return;
    }
  }

  /** Evaluates everything once in the scope of the last round; whether anything has changed. */
  private evaluate(nodes: readonly Node[], scope: Scope): boolean {
    let changed = false;
    for (const node of nodes) {
      const { component, key } = node;
      const hide = component.conditional?.hide;
      if (hide !== undefined) {
        const isHidden = this.feel.value(hide, scope) === true;
        if (isHidden !== node.isHidden) {
          node.isHidden = isHidden;
          changed = true;
        }
      }
      if (component.type === "group") {
        changed = this.evaluate(node.children, key ? { ...scope, ...asScope(scope[key]) } : scope) || changed;
      } else if (component.type === "dynamiclist" && !node.isFixed) {
        const rows = Array.isArray(scope[key]) ? (scope[key] as unknown[]) : [];
        node.rows.forEach((row, n) => {
          changed = this.evaluate(row.nodes, { ...scope, ...asScope(rows[n]) }) || changed;
        });
      } else if (isComputed(node) && component.expression !== undefined) {
        const value = this.feel.value(component.expression, scope);
        const next = value === unknown ? unknown : thaw(value, this.feel);
        if (!same(next, node.typed)) {
          node.typed = next;
          changed = true;
        }
      }
    }
    return changed;
  }

  /** What expressions see: a hidden field is null for every one of them. */
  private scopeOf(nodes: readonly Node[], isHidden = false): Scope {
    const scope: Scope = {};
    for (const node of nodes) {
      const gone = isHidden || node.isHidden || node.access === "hidden";
      if (node.component.type === "group") {
        const inside = this.scopeOf(node.children, isHidden || node.isHidden);
        if (node.key) scope[node.key] = inside;
        else Object.assign(scope, inside);
      } else if (!node.key) continue;
      else if (node.component.type === "dynamiclist" && !node.isFixed) {
        scope[node.key] = gone ? [] : node.rows.map((row) => this.scopeOf(row.nodes));
      } else if (node.access === "hidden" && !isComputed(node)) {
        if (!(node.key in this.outer)) scope[node.key] = null;
      } else if (gone && node.access !== "hidden") scope[node.key] = empty(node.component);
      else scope[node.key] = node.typed === unknown ? null : node.typed;
    }
    return scope;
  }

  private plainOf(nodes: readonly Node[]): unknown {
    return plain(this.scopeOf(nodes));
  }

  // ------------------------------------------------------------------ bounds and rules, which see everything

  private checkLate(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) {
      if (node.isHidden) continue;
      const { component, key } = node;
      if (component.type === "group") this.checkLate(node.children, key ? { ...scope, ...asScope(scope[key]) } : scope);
      else if (component.type === "dynamiclist") {
        const rows = Array.isArray(scope[key]) ? (scope[key] as unknown[]) : [];
        if (!node.isFixed) node.rows.forEach((row, n) => this.checkLate(row.nodes, { ...scope, ...asScope(rows[n]) }));
        this.rule(node, scope);
      } else if (key && !node.fault && (isWritten(node) || isComputed(node))) {
        if (node.typed === null || node.typed === unknown || node.typed === undefined) continue;
        this.bounds(node, scope);
        this.rule(node, scope);
      }
    }
  }

  private bounds(node: Node, scope: Scope): void {
    const { component } = node;
    const rule = component.validate ?? {};
    if (component.type === "number") {
      const value = decimal(node.given);
      const low = decimal(this.bound(rule.min, scope));
      const high = decimal(this.bound(rule.max, scope));
      if (value && low && compare(value, low) < 0) this.fail(node, new Wrong("min", { min: written(low) }));
      else if (value && high && compare(value, high) > 0) this.fail(node, new Wrong("max", { max: written(high) }));
    } else if (component.type === "datetime") {
      const low = this.bound(rule.min, scope);
      const high = this.bound(rule.max, scope);
      const value = node.given;
      if (!isDay(value)) return;
      if (isDay(low) && value < low) {
        this.fail(node, new Wrong("too_early", { min: low }));
        if (node.fault) node.fault.earliest = low;
      } else if (isDay(high) && value > high) this.fail(node, new Wrong("too_late", { max: high }));
    }
  }

  private bound(stated: unknown, scope: Scope): unknown {
    if (!isExpression(stated)) return stated;
    const value = this.feel.value(stated, scope);
    return value === unknown ? null : value;
  }

  private rule(node: Node, scope: Scope): void {
    const { rule, ruleText } = node.component.validate ?? {};
    if (rule === undefined || node.fault || !(isWritten(node) || isComputed(node))) return;
    if (this.feel.value(rule, scope) === false) this.fail(node, new Wrong("rule", ruleText ? { text: ruleText } : {}));
  }
}

/** The server sends no expression with a field that it has worked out and that is only shown. */
const isComputed = (node: Node): boolean => node.component.type === "expression" && node.access !== "read" && node.component.expression !== undefined;

/** Whether anything in it is taken from the person, or computed now. */
function isWritten(node: Node): boolean {
  const { type } = node.component;
  const writes = node.access === "write" || node.access === "required";
  if (type === "group") return node.children.some(isWritten);
  if (type === "dynamiclist") return !node.isFixed;
  if (SHOWN_ONLY.has(type) || !node.key) return false;
  return writes || isComputed(node);
}

function* walk(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    yield* walk(node.children);
    for (const row of node.rows) yield* walk(row.nodes);
  }
}

const empty = (component: Component): unknown => (component.type === "checklist" || component.type === "units" ? [] : component.type === "checkbox" ? false : null);

// NUL cannot be stored, and bidirectional overrides make a name read as another.
const BAD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const BAD_IN_LINE = new RegExp(`${BAD.source}|[\\n\\u2028\\u2029]`);

function takeText(component: Component, raw: unknown): string | null {
  if (typeof raw !== "string") throw new Wrong("not_a_text");
  const isLine = component.type !== "textarea";
  const text = isLine ? raw.trim() : raw.replace(/\r\n?/g, "\n");
  if ((isLine ? BAD_IN_LINE : BAD).test(text)) throw new Wrong("bad_character");
  const rule = component.validate ?? {};
  const length = Array.from(text).length;
  const most = rule.maxLength ?? (isLine ? TEXTFIELD_LENGTH : TEXTAREA_LENGTH);
  if (length > most) throw new Wrong("too_long", { max: most, length });
  if (length < (rule.minLength ?? 0)) throw new Wrong("too_short", { min: rule.minLength ?? 0, length });
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`, "u").test(text)) {
    throw new Wrong("pattern", rule.patternText ? { text: rule.patternText } : {});
  }
  return text;
}

function takeNumber(component: Component, raw: unknown): number {
  const value = decimal(raw);
  if (!value) throw new Wrong("not_a_number");
  const { decimalDigits, increment } = component;
  if (decimalDigits !== undefined && value.scale > decimalDigits) throw new Wrong("decimals", { digits: decimalDigits });
  const step = increment === undefined || increment === "" ? null : decimal(increment);
  if (step && !isMultiple(value, step)) throw new Wrong("step", { step: written(step) });
  return Number(written(value));
}

function takeChoices(component: Component, raw: unknown): unknown[] {
  if (!Array.isArray(raw)) throw new Wrong("not_a_list");
  const choices = (component.values ?? []).map((choice) => choice.value);
  if (raw.some((one) => !choices.includes(one as string))) throw new Wrong("not_an_option");
  const chosen = choices.filter((one) => raw.includes(one));
  const { minItems, maxItems } = component.validate ?? {};
  if (maxItems !== undefined && chosen.length > maxItems) throw new Wrong("too_many", { max: maxItems, count: chosen.length });
  if (minItems !== undefined && chosen.length < minItems) throw new Wrong("too_few", { min: minItems, count: chosen.length });
  return chosen;
}

function takeUnits(component: Component, raw: unknown): unknown[] {
  if (!Array.isArray(raw)) throw new Wrong("not_a_list");
  if (raw.some((one) => typeof one !== "string" || one.length > 200 || BAD_IN_LINE.test(one))) throw new Wrong("unknown_unit");
  const chosen = [...new Set(raw)];
  const { minItems = 0, maxItems = MOST_UNITS } = component.validate ?? {};
  if (chosen.length > maxItems) throw new Wrong("too_many", { max: maxItems, count: chosen.length });
  if (chosen.length < minItems) throw new Wrong("too_few", { min: minItems, count: chosen.length });
  return chosen;
}

function collectFaults(nodes: readonly Node[], into: Fault[]): void {
  for (const node of nodes) {
    if (node.isHidden) continue;
    if (node.fault) into.push(node.fault);
    collectFaults(node.children, into);
    for (const row of node.rows) {
      if (row.fault) into.push(row.fault);
      collectFaults(row.nodes, into);
    }
  }
}

function placed(nodes: readonly Node[]): Placed[] {
  return nodes
    .filter((node) => !node.isHidden && (node.access !== "hidden" || node.component.type === "group" || node.component.type === "dynamiclist"))
    .map((node) => ({
      component: node.component,
      path: node.path,
      access: node.access,
      value: isComputed(node) ? (node.typed === unknown ? undefined : plain(node.typed)) : node.given,
      children: placed(node.children),
      rows: node.rows.map((row) => placed(row.nodes)),
    }))
    .filter((one) => one.access !== "hidden" || one.children.length > 0 || one.rows.some((row) => row.length > 0));
}

function sent(nodes: readonly Node[]): Answers {
  const answers: Answers = {};
  for (const node of nodes) {
    if (node.isHidden) continue;
    const { component, key } = node;
    if (component.type === "group") {
      if (!isWritten(node)) continue;
      if (key) answers[key] = sent(node.children);
      else Object.assign(answers, sent(node.children));
    } else if (component.type === "dynamiclist") {
      if (!node.isFixed) answers[key] = node.rows.map((row) => sent(row.nodes));
    } else if (key && component.type !== "expression" && (node.access === "write" || node.access === "required") && !isBlank(node.given)) {
      answers[key] = component.type === "number" ? asNumber(node.given) : node.given;
    }
  }
  return answers;
}

/** A JSON number where that says the same as what was typed, else the text: the server reads both exactly. */
function asNumber(given: unknown): unknown {
  if (typeof given !== "string") return given;
  const number = Number(given);
  return String(number) === given.trim() ? number : given.trim();
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a !== unknown && b !== unknown && JSON.stringify(plain(a)) === JSON.stringify(plain(b)));
}

/** FEEL values as plain JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isScope(value)) {
    if (typeof value["toJSON"] === "function") return JSON.parse(JSON.stringify(value)) as unknown;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return value === unknown || value === undefined ? null : value;
}

const DURATION = /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;

/** The server's JSON as FEEL sees it: text that is a date is a date, text that is a duration a duration. */
function thaw(value: unknown, feel: Feel): unknown {
  if (isDay(value)) return feel.date(value) ?? value;
  if (typeof value === "string" && DURATION.test(value)) return feel.duration(value) ?? value;
  if (Array.isArray(value)) return value.map((inner) => thaw(inner, feel));
  if (isScope(value)) {
    if (typeof value["@date"] === "string") return feel.date(value["@date"]);
    if (typeof value["@number"] === "string") return Number(value["@number"]);
    if (typeof value["@duration"] === "string") return feel.duration(value["@duration"]);
    if (typeof value["toJSON"] === "function") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, thaw(inner, feel)]));
  }
  return value ?? null;
}
