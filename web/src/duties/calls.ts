/** What the pages ask of the rules of separation. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type DutyReport = Schemas["DutyReport"];
export type DutyBound = Schemas["DutyBound"];
export type DutyGap = Schemas["DutyGap"];

export const dutiesOf = (key: string, units: boolean) =>
  ask(api.GET("/api/v1/definitions/{key}/duties", { params: { path: { key }, query: units ? { units: true } : {} } }));

export const dutyReports = (kind: DutyReport["kind"] | undefined, cursor: string | undefined) =>
  ask(api.GET("/api/v1/duties/reports", { params: { query: { limit: 20, ...(kind ? { kind } : {}), ...(cursor ? { cursor } : {}) } } }));
