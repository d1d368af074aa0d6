/** Calls of exports, legal holds and erasures. */
import { api, ask, download } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type CaseRecords = Schemas["CaseRecords"];
export type Hold = Schemas["HoldShape"];
export type Format = "pdf" | "bundle" | "json" | "xes" | "ocel";

const ofCase = (id: string) => ({ path: { case_id: id } });

export const recordsOf = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/records", { params: ofCase(id) }));

export const placeHold = (id: string, ground: string) => ask(api.POST("/api/v1/cases/{case_id}/holds", { params: ofCase(id), body: { ground } }));

export const liftHold = (hold: string, ground: string) =>
  ask(api.POST("/api/v1/holds/{hold_id}/lifting", { params: { path: { hold_id: hold } }, body: { ground } }));

export const erase = (id: string, fields: string[], files: boolean, ground: string) =>
  ask(api.POST("/api/v1/cases/{case_id}/erasure", { params: ofCase(id), body: { fields, files, ground } }));

/** Saves the file in the browser; gives the name under which it was saved. */
export const exportCase = (id: string, format: Format, purpose: string, names: boolean) =>
  download(`/api/v1/cases/${encodeURIComponent(id)}/export?${new URLSearchParams({ format, purpose, names: String(names) }).toString()}`);
