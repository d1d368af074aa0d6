import type * as s from "./shapes";

type Json<T> = { content: { "application/json": T }; headers: Record<string, unknown> };
type Answer<R> = { 200: Json<R>; default: Json<s.Problem> };
interface Nothing { query?: never; path?: never; header?: never; cookie?: never }
type Get<R, Q = Nothing> = { parameters: Q; requestBody?: never; responses: Answer<R> };
type Send<R, B, P = Nothing> = { parameters: P; requestBody: { content: { "application/json": B } }; responses: Answer<R> };
type Tid = { query?: never; header?: never; cookie?: never; path: { task_id: string } };
type Cid = { query?: never; header?: never; cookie?: never; path: { case_id: string } };
type Query<Q> = { query?: Q; header?: never; cookie?: never; path?: never };
type Paged = { cursor?: string; limit?: number;  };
type Box = "todo" | "done" | "started";

export interface paths {
  "/api/v1/sessions": { post: Send<s.Me, { name: string; password: string }> };
  "/api/v1/sessions/current": { delete: Get<undefined> };
  "/api/v1/me": { get: Get<s.Me> };
  "/api/v1/me/language": { put: Send<undefined, { language: "zh" | "en" }> };
  "/api/v1/tasks": { get: Get<s.Page<s.TaskItem>, Query<Paged & { box?: Box; definition?: string; case?: string; q?: string; sort?: string }>> };
  "/api/v1/tasks/{task_id}": { get: Get<s.Task, Tid> };
  "/api/v1/tasks/{task_id}/claim": { post: Send<s.Task, Record<string, never>, Tid> };
  "/api/v1/tasks/{task_id}/release": { post: Send<s.Task, Record<string, never>, Tid> };
  "/api/v1/tasks/{task_id}/completion": {
    post: Send<s.Completed, { answers: s.Answers; decision?: string; opinion?: string; reason?: string; rev?: number }, Tid>;
  };
  "/api/v1/tasks/{task_id}/confirmation": { post: Send<s.Completed, { agree: boolean; opinion?: string }, Tid> };
  "/api/v1/tasks/{task_id}/return": { post: Send<s.Completed, { to?: string; opinion: string }, Tid> };
  "/api/v1/tasks/{task_id}/draft": { put: Send<undefined, { answers: s.Answers }, Tid> };
  "/api/v1/definitions": { get: Get<s.Page<s.DefinitionItem>> };
  "/api/v1/definitions/{key}": { get: Get<s.Definition, { query?: never; header?: never; cookie?: never; path: { key: string } }> };
  "/api/v1/definitions/{key}/versions/{version}": {
    get: Get<s.DefinitionVersion, { query?: never; header?: never; cookie?: never; path: { key: string; version: number } }>;
  };
  "/api/v1/definitions/{key}/rules": { get: Get<s.Page<s.ClauseRule>, { query?: never; header?: never; cookie?: never; path: { key: string } }> };
  "/api/v1/definitions/{key}/parameters": { get: Get<s.Page<s.Parameter>, { query?: never; header?: never; cookie?: never; path: { key: string } }> };
  "/api/v1/trail/verification": { get: Get<s.Verification, Query<{ chain?: string }>> };
  "/api/v1/cases": {
    get: Get<s.Page<s.CaseItem>, Query<Paged & { q?: string; status?: s.CaseStatus; definition?: string }>>;
    post: Send<s.Case, { definition: string; unit?: string; data: s.Answers }>;
  };
  "/api/v1/cases/{case_id}": { get: Get<s.Case, Cid> };
  "/api/v1/cases/{case_id}/withdrawal": { post: Send<s.Case, { reason: string }, Cid> };
  "/api/v1/cases/{case_id}/diagram": { get: Get<s.Diagram, Cid> };
  "/api/v1/cases/{case_id}/trail": { get: Get<s.Page<s.Entry>, { query?: Paged; header?: never; cookie?: never; path: { case_id: string } }> };
  "/api/v1/people": { get: Get<s.Page<s.PersonChoice>, Query<{ q?: string; unit?: string; role?: string; status?: string; limit?: number }>> };
  "/api/v1/units": { get: Get<s.Page<s.UnitChoice>, Query<{ q?: string; kind?: string; parent?: string; limit?: number }>> };
}
