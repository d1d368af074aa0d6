/** What the pages ask of findings, and of clauses across cases. */
import { api, ask } from "../contract/client";
import type { components, paths } from "../contract/schema";

type Schemas = components["schemas"];
export type AuditFinding = Schemas["AuditFinding"];
export type FindingCounts = Schemas["FindingCounts"];
export type AuditLimit = Schemas["AuditLimit"];
export type ClauseCounts = Schemas["ClauseCounts"];
export type ClauseCase = Schemas["ClauseCase"];
export type ClauseState = "met" | "exception" | "open" | "not_applicable";

export type FindingFilter = NonNullable<paths["/api/v1/findings/counts"]["get"]["parameters"]["query"]>;

export const findings = (wanted: FindingFilter, cursor: string | undefined) =>
  ask(api.GET("/api/v1/findings", { params: { query: { limit: 30, ...wanted, ...(cursor ? { cursor } : {}) } } }));

export const findingCounts = (wanted: FindingFilter) => ask(api.GET("/api/v1/findings/counts", { params: { query: wanted } }));

const of = (finding: AuditFinding) => ({ params: { path: { finding: finding.id } } });

export const setAside = (finding: AuditFinding, reason: string) =>
  ask(api.POST("/api/v1/findings/{finding}/setting-aside", { ...of(finding), body: { rev: finding.rev, reason } }));

export const takeUp = (finding: AuditFinding, reason: string) =>
  ask(api.POST("/api/v1/findings/{finding}/taking-up", { ...of(finding), body: { rev: finding.rev, reason } }));

export const limits = () => ask(api.GET("/api/v1/findings/limits", {}));

export const setLimit = (name: string, value: number, reason: string) =>
  ask(api.PUT("/api/v1/findings/limits/{name}", { params: { path: { name } }, body: { value, reason } }));

export interface ClauseFilter {
  definition?: string;
  unit?: string;
  state: ClauseState;
}

export const clauseTable = (wanted: ClauseFilter) => ask(api.GET("/api/v1/clauses", { params: { query: wanted } }));

export const clauseCases = (wanted: ClauseFilter & { definition: string; clause: string }, cursor: string | undefined) =>
  ask(api.GET("/api/v1/clauses/cases", { params: { query: { limit: 30, ...wanted, ...(cursor ? { cursor } : {}) } } }));
