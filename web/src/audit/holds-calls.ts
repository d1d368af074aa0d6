/** Calls of the pages about legal holds, and about who was shown what. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type ListedHold = Schemas["ListedHold"];
export type Read = Schemas["ReadShape"];

export const holds = (standing: boolean, cursor: string | undefined) =>
  ask(api.GET("/api/v1/holds", { params: { query: { standing, limit: 50, ...(cursor === undefined ? {} : { cursor }) } } }));

export const readsOfPerson = (person: string, cursor: string | undefined) =>
  ask(api.GET("/api/v1/trail/readers/{person}", { params: { path: { person }, query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } } }));
