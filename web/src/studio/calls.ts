/** What the library and the pages of a draft ask of the doors. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type LibraryProcedure = Schemas["LibraryProcedure"];
export type Draft = Schemas["DraftShape"];
export type Save = Schemas["SaveShape"];
export type Remark = Schemas["RemarkShape"];
export type Comment = Schemas["CommentShape"];
export type Finding = Schemas["FindingShape"];
export type Checklist = Schemas["Checklist"];
export type Trial = Schemas["TrialWhole"];
export type TriedCase = Schemas["TriedCase"];
export type Difference = Schemas["DraftDifference"];

const ofDraft = (id: string) => ({ path: { draft_id: id } });
const ofKey = (key: string) => ({ path: { key } });

export const library = (q: string) => ask(api.GET("/api/v1/library", { params: { query: q === "" ? {} : { q } } }));

export const templates = () => ask(api.GET("/api/v1/drafts/templates", {}));

export const begin = (from: Schemas["Origin"], note = "") => ask(api.POST("/api/v1/drafts", { body: { from, note } }));

export async function takeIn(file: File): Promise<Schemas["DraftBegun"]> {
  const form = new FormData();
  form.set("file", file);
  return ask(
    api.POST("/api/v1/drafts/import", {
      body: form as never,
      bodySerializer: () => form,
    }),
  );
}

export const readDraft = (id: string) => ask(api.GET("/api/v1/drafts/{draft_id}", { params: ofDraft(id) }));

export const saves = (id: string) => ask(api.GET("/api/v1/drafts/{draft_id}/saves", { params: ofDraft(id) }));

export const restore = (id: string, rev: number) => ask(api.POST("/api/v1/drafts/{draft_id}/saves/{rev}/restoration", { params: { path: { draft_id: id, rev } } }));

export const withdraw = (id: string, reason: string) => ask(api.POST("/api/v1/drafts/{draft_id}/withdrawal", { params: ofDraft(id), body: { reason } }));

export const difference = (id: string) => ask(api.GET("/api/v1/drafts/{draft_id}/diff", { params: ofDraft(id) }));

export const checklist = (id: string) => ask(api.GET("/api/v1/drafts/{draft_id}/checklist", { params: ofDraft(id) }));

export const rehearse = (id: string) => ask(api.POST("/api/v1/drafts/{draft_id}/rehearsals", { params: ofDraft(id), body: {} }));

export const comments = (id: string) => ask(api.GET("/api/v1/drafts/{draft_id}/comments", { params: ofDraft(id) }));

export const comment = (id: string, text: string, element: string | null) => ask(api.POST("/api/v1/drafts/{draft_id}/comments", { params: ofDraft(id), body: { text, element } }));

export const resolve = (id: string, no: number) => ask(api.POST("/api/v1/drafts/{draft_id}/comments/{no}/resolution", { params: { path: { draft_id: id, no } } }));

export const askReview = (id: string, reviewers: string[], note: string) => ask(api.POST("/api/v1/drafts/{draft_id}/review", { params: ofDraft(id), body: { reviewers, note } }));

export const callBack = (id: string) => ask(api.DELETE("/api/v1/drafts/{draft_id}/review", { params: ofDraft(id) }));

export const signOff = (id: string, agree: boolean, note: string, hash: string) =>
  ask(api.POST("/api/v1/drafts/{draft_id}/sign-off", { params: ofDraft(id), body: { agree, note, files_hash: hash } }));

export const beginTrial = (id: string) => ask(api.POST("/api/v1/drafts/{draft_id}/preview", { params: ofDraft(id), body: {} }));

export const trial = (id: string, kind: string, cursor: string | undefined) =>
  ask(api.GET("/api/v1/drafts/{draft_id}/preview", { params: { ...ofDraft(id), query: { ...(kind ? { kind: kind as never } : {}), ...(cursor ? { cursor } : {}), limit: 50 } } }));

export const publish = (id: string, body: Schemas["PublicationAsked"]) => ask(api.POST("/api/v1/drafts/{draft_id}/publication", { params: ofDraft(id), body }));

export const activate = (key: string, version: number, reason: string) => ask(api.POST("/api/v1/definitions/{key}/activation", { params: ofKey(key), body: { version, reason } }));

export const dropPlan = (key: string, plan: string, reason: string) =>
  ask(api.POST("/api/v1/definitions/{key}/activations/{plan_id}/withdrawal", { params: { path: { key, plan_id: plan } }, body: { reason } }));

export const retire = (key: string, reason: string) => ask(api.POST("/api/v1/definitions/{key}/retirement", { params: ofKey(key), body: { reason } }));

export const reinstate = (key: string, reason: string) => ask(api.DELETE("/api/v1/definitions/{key}/retirement", { params: ofKey(key), body: { reason } }));

export const keep = (key: string, owner: string | null, folder: string) => ask(api.PUT("/api/v1/definitions/{key}/keeping", { params: ofKey(key), body: { owner, folder } }));

export const migrate = (key: string, from: number, to: number, reason: string, cases: string[] | null, unit: string | null) =>
  ask(api.POST("/api/v1/definitions/{key}/migrations", { params: ofKey(key), body: { from, to, preview: false, reason, cases, unit } }));

export const migrations = (key: string) => ask(api.GET("/api/v1/definitions/{key}/migrations", { params: ofKey(key) }));

export const undoMigration = (key: string, id: string, reason: string) =>
  ask(api.POST("/api/v1/definitions/{key}/migrations/{migration_id}/undo", { params: { path: { key, migration_id: id } }, body: { reason } }));
