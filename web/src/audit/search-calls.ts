/** Calls of the search over everything that was done, and what its address says. */
import { api, ask, download } from "../contract/client";
import type { components, paths } from "../contract/schema";

type Schemas = components["schemas"];
export type FoundCase = Schemas["FoundCase"];
export type FoundEntry = Schemas["FoundEntry"];
export type Hit = Schemas["Hit"];
export type Integrity = Schemas["Integrity"];
export type Indexed = Schemas["IndexedShape"];
export type Choices = Schemas["Choices"];
export type Of = "cases" | "entries";
type Query = NonNullable<paths["/api/v1/search/cases"]["get"]["parameters"]["query"]>;

/** Names of the address, which are those of the API. */
export const NAMES = [
  "q", "person", "how", "unit", "below", "definition", "version", "step", "kind", "from", "to", "when", "status", "mark", "decision", "field", "value", "min", "max",
] as const;
export type Name = (typeof NAMES)[number];
/** The address in words; none of the values is empty. */
export type Wanted = Partial<Record<Name, string>>;

/** What says nothing by itself, and with what it does. */
const BELONGS: Partial<Record<Name, Name>> = { how: "person", below: "unit", version: "definition", step: "definition", value: "field", min: "field", max: "field" };

export function wantedOf(query: Readonly<Record<string, string>>): Wanted {
  const wanted: Wanted = {};
  for (const name of NAMES) if (query[name]) wanted[name] = query[name];
  return meant(wanted);
}

/** Without what says nothing: a step without its procedure, days of the end without days. */
export function meant(wanted: Wanted): Wanted {
  const kept: Wanted = {};
  for (const name of NAMES) {
    const value = wanted[name]?.trim();
    const with_ = BELONGS[name];
    if (!value || (with_ && !wanted[with_]) || (name === "when" && !wanted.from && !wanted.to)) continue;
    kept[name] = value;
  }
  return kept;
}

export function addressOf(of: Of, wanted: Wanted): string {
  const query = new URLSearchParams();
  if (of === "entries") query.set("of", of);
  for (const name of NAMES) if (wanted[name]) query.set(name, wanted[name]);
  const text = query.toString();
  return text ? `/audit/search?${text}` : "/audit/search";
}

// The API reads numbers and days out of texts itself, and says which of them it cannot read.
const asked = (wanted: Wanted, cursor: string | undefined): Query => ({ ...wanted, ...(cursor ? { cursor } : {}), limit: 50 }) as unknown as Query;

export const findCases = (wanted: Wanted, cursor: string | undefined) => ask(api.GET("/api/v1/search/cases", { params: { query: asked(wanted, cursor) } }));

export const findEntries = (wanted: Wanted, cursor: string | undefined) => ask(api.GET("/api/v1/search/entries", { params: { query: asked(wanted, cursor) } }));

export const choices = (definition: string | undefined) => ask(api.GET("/api/v1/search/choices", { params: { query: definition ? { definition } : {} } }));

/** Saves the table in the browser; gives the name under which it was saved. */
export const exportFound = (of: Of, wanted: Wanted, format: "csv" | "xlsx", columns: readonly string[], purpose: string) =>
  download(`/api/v1/search/export?${new URLSearchParams({ ...wanted, of, format, columns: columns.join(","), purpose }).toString()}`);

export const savedSearches = () => ask(api.GET("/api/v1/views", { params: { query: { page: "search" } } }));

export const saveSearch = (name: string, of: Of, wanted: Wanted) =>
  ask(
    api.PUT("/api/v1/views/{view_id}", {
      params: { path: { view_id: `search-${Date.now().toString(36)}` } },
      body: { page: "search", name, filter: { of, ...wanted }, position: 0 },
    }),
  );
