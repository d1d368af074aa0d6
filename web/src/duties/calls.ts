/** What the pages ask of the rules of separation. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type DutyReport = Schemas["DutyReport"];
export type DutyBound = Schemas["DutyBound"];
export type DutyGap = Schemas["DutyGap"];

export const dutiesOf = (key: string, units: boolean) =>
  ask(api.GET("/api/v1/definitions/{key}/duties", { params: { path: { key }, query: units ? { units: true } : {} } }));

export type DutyRules = Schemas["DutyRules"];

export const dutyRules = () => ask(api.GET("/api/v1/duties", {}));

/** The whole file, and why; what comes back is a proposal to a second person, or that nothing is new. */
export const publishDuties = (content: string, reason: string) => ask(api.POST("/api/v1/duties", { body: { content, reason } }));

export const dutyReports = (kind: DutyReport["kind"] | undefined, cursor: string | undefined) =>
  ask(api.GET("/api/v1/duties/reports", { params: { query: { limit: 20, ...(kind ? { kind } : {}), ...(cursor ? { cursor } : {}) } } }));
