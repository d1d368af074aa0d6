/** What the pages ask about how the work goes, and the addresses under which it stands. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";
import type { Me } from "../contract/shapes";

type Schemas = components["schemas"];
export type Overview = Schemas["Overview"];
export type StepFigures = Schemas["StepFigures"];
export type UnitFigures = Schemas["UnitFigures"];
export type Wait = Schemas["Wait"];
export type Times = Schemas["Times"];
export type Spread = Schemas["Spread"];
export type Report = Schemas["Report"];
export type CountedTask = Schemas["CountedTask"];
export type CountedCase = Schemas["CountedCase"];

/** Of what figures are asked, by the names of the address. */
export interface Scope {
  definition?: string;
  version?: string;
  unit?: string;
  from?: string;
  to?: string;
}

/** Which cases or tasks a figure counts. */
export interface ListFilter extends Scope {
  of: "tasks" | "cases";
  figure: string;
  reach?: string;
  element?: string;
  for_unit?: string;
  for_reach?: string;
  age?: string;
}

const SCOPE = ["definition", "version", "unit", "from", "to"] as const;
const LIST = [...SCOPE, "figure", "reach", "element", "for_unit", "for_reach", "age"] as const;

function picked<Name extends string>(names: readonly Name[], from: Readonly<Record<string, string | undefined>>): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) if (from[name]) found[name] = from[name];
  return found;
}

export const scopeOf = (query: Readonly<Record<string, string>>): Scope => picked(SCOPE, query);
export const listOf = (query: Readonly<Record<string, string>>): ListFilter => ({ figure: "", ...picked(LIST, query), of: query["of"] === "cases" ? "cases" : "tasks" });

export function address(path: string, given: object): string {
  const asked = new URLSearchParams(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== ""));
  const text = asked.toString();
  return text ? `${path}?${text}` : path;
}

/** The page with the list behind a figure. */
export const listAddress = (filter: ListFilter): string => address("/insights/list", filter);

const asked = (given: object) => Object.fromEntries(Object.entries(given).filter(([name, value]) => name !== "of" && value !== undefined && value !== "")) as never;

export const overview = (scope: Scope, by: "week" | "month") => ask(api.GET("/api/v1/insights", { params: { query: asked({ ...scope, by }) } }));
export const stepFigures = (scope: Scope) => ask(api.GET("/api/v1/insights/steps", { params: { query: asked(scope) } }));
export const unitFigures = (scope: Scope) => ask(api.GET("/api/v1/insights/units", { params: { query: asked(scope) } }));
export const waits = (scope: Scope) => ask(api.GET("/api/v1/insights/waits", { params: { query: asked(scope) } }));
export const countedCases = (filter: ListFilter, cursor: string | undefined) => ask(api.GET("/api/v1/insights/cases", { params: { query: asked({ ...filter, cursor }) } }));
export const countedTasks = (filter: ListFilter, cursor: string | undefined) => ask(api.GET("/api/v1/insights/tasks", { params: { query: asked({ ...filter, cursor }) } }));
export const drawing = (definition: string, version: string | undefined) => ask(api.GET("/api/v1/insights/diagram", { params: { query: asked({ definition, version }) } }));
export const report = (given: { month?: string; unit?: string; definition?: string }) => ask(api.GET("/api/v1/insights/report", { params: { query: asked(given) } }));

/** The posts that lead a unit of some kind (the directory's words). */
const LEADERS = new Set(["committee_secretary", "branch_secretary", "branch_group_leader", "principal_head"]);

/** Who may look at figures: whoever oversees every case, and whoever leads a unit. */
export const seesInsights = (who: Me): boolean =>
  who.permissions.includes("trail.read_all") || who.permissions.includes("cases.read_all") || who.posts.some((post) => LEADERS.has(post.role));
