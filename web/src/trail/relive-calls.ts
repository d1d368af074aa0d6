/** Calls of the replay: a case as it stood, what differs, who saw it. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type CaseThen = Schemas["CaseThen"];
export type Difference = Schemas["Difference"];
export type Tick = Schemas["MomentTick"];
export type Read = Schemas["ReadShape"];
export type ValueThen = Schemas["ValueThen"];

const ofCase = (id: string) => ({ path: { case_id: id } });

export const caseAt = (id: string, entry: number | undefined) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail/at", { params: { ...ofCase(id), query: entry === undefined ? {} : { entry } } }));

export const momentsOf = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/trail/moments", { params: ofCase(id) }));

export const drawingOf = (id: string, version: number) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail/diagram", { params: { ...ofCase(id), query: { version } } }));

export const differencesOf = (id: string, from: number, to: number) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail/differences", { params: { ...ofCase(id), query: { from, to } } }));

export const readsOf = (id: string, cursor: string | undefined) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail/reads", { params: { ...ofCase(id), query: cursor === undefined ? { limit: 50 } : { cursor, limit: 50 } } }));

export const knowersOf = (id: string, field: string, before: number) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail/knowers", { params: { ...ofCase(id), query: { field, before } } }));
