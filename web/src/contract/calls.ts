/** Every call the pages make, by name. */
import { api, ask } from "./client";
import type { paths } from "./schema";
import type { Answers, CaseStatus, Definition, Task } from "./shapes";

export type Box = "todo" | "done" | "started" | "copied" | "delegated" | "drafts";

export type Sort = "due" | "opened" | "completed";

/** What of a box is wanted, by the names of the address. */
export interface BoxFilter {
  q?: string;
  definition?: string;
  sort?: Sort;
  step?: string;
  stage?: string;
  starter?: string;
  mark?: string;
  unit?: string;
  below?: boolean;
  arrived_from?: string;
  arrived_to?: string;
  due_from?: string;
  due_to?: string;
  overdue?: boolean;
  claimed?: "mine" | "free";
}

type More = string | undefined;

const given = <T extends Record<string, unknown>>(query: T): T =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== "")) as T;

const ofTask = (id: string) => ({ path: { task_id: id } });
const ofCase = (id: string) => ({ path: { case_id: id } });

export const whoAmI = () => ask(api.GET("/api/v1/me", {}));

export const signIn = (name: string, password: string) => ask(api.POST("/api/v1/sessions", { body: { name, password } }));

export const signOut = () => ask(api.DELETE("/api/v1/sessions/current", {}));

export const setLanguage = (language: "zh" | "en") => ask(api.PUT("/api/v1/me/language", { body: { language } }));

export const box = (name: Box, filter: BoxFilter, cursor: More) =>
  ask(api.GET("/api/v1/tasks", { params: { query: given({ box: name, ...filter, cursor, limit: 50 }) } }));

/** How many tasks every box has, in one look. */
export const boxCounts = () => ask(api.GET("/api/v1/tasks/counts", {}));

export const savedViews = () => ask(api.GET("/api/v1/views", {}));

export const saveView = (id: string, name: string, filter: Record<string, string>, position: number) =>
  ask(api.PUT("/api/v1/views/{view_id}", { params: { path: { view_id: id } }, body: { name, filter: filter as never, position } }));

export const dropView = (id: string) => ask(api.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } }));

export const batchPreview = (ids: readonly string[]) => ask(api.GET("/api/v1/tasks/batch/preview", { params: { query: { ids: ids.join(",") } } }));

export const completeMany = (items: readonly { task: string; answers: Answers; decision?: string; opinion?: string; reason?: string; rev?: number }[]) =>
  ask(api.POST("/api/v1/tasks/batch", { body: { items: [...items] } }));

/** Marks copies as read: those of some cases, or all. */
export const readCopies = (cases?: readonly string[]) => ask(api.POST("/api/v1/copies/read", { body: cases ? { cases: [...cases] } : {} }));

export const undo = (id: string) => ask(api.POST("/api/v1/tasks/{task_id}/undo", { params: ofTask(id) }));

// A form is what a designer made of it: the contract knows only that there is one.
export const task = async (id: string) => (await ask(api.GET("/api/v1/tasks/{task_id}", { params: ofTask(id) }))) as Task;

export const claim = async (id: string) => (await ask(api.POST("/api/v1/tasks/{task_id}/claim", { params: ofTask(id) }))) as Task;

export const release = async (id: string) => (await ask(api.POST("/api/v1/tasks/{task_id}/release", { params: ofTask(id) }))) as Task;

export interface Completion {
  answers: Answers;
  decision?: string;
  opinion?: string;
  reason?: string;
  rev?: number;
}

export const complete = (id: string, body: Completion) => ask(api.POST("/api/v1/tasks/{task_id}/completion", { params: ofTask(id), body }));

/** What completing it so would lead to; nothing is done. */
export const previewTask = (id: string, body: { answers: Answers; decision?: string; opinion?: string | null; reason?: string | null }) =>
  ask(api.POST("/api/v1/tasks/{task_id}/preview", { params: ofTask(id), body }));

/** Who would get a case, before it is started. */
export const previewStart = (body: { definition: string; unit?: string; data: Answers }) => ask(api.POST("/api/v1/cases/preview", { body }));

export const confirm = (id: string, agree: boolean, opinion: string | undefined) =>
  ask(api.POST("/api/v1/tasks/{task_id}/confirmation", { params: ofTask(id), body: opinion ? { agree, opinion } : { agree } }));

export interface Back {
  to?: string;
  straight?: boolean;
}

export const giveBack = (id: string, opinion: string, back: Back = {}) =>
  ask(api.POST("/api/v1/tasks/{task_id}/return", { params: ofTask(id), body: { opinion, ...back } }));

export const returnsOf = (id: string) => ask(api.GET("/api/v1/tasks/{task_id}/returns", { params: ofTask(id) }));

export const takeBack = (id: string, reason: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/withdrawal", { params: ofTask(id), body: { reason } }));

/** What somebody has typed so far: the answers, and the words beside them. */
export interface DraftBody {
  answers: Answers;
  decision?: string;
  opinion?: string;
  reason?: string;
}

export const draft = (id: string, body: DraftBody) => ask(api.PUT("/api/v1/tasks/{task_id}/draft", { params: ofTask(id), body }));

export const attachmentsOf = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/attachments", { params: ofCase(id) }));

export const removeAttachment = (id: string) => ask(api.DELETE("/api/v1/attachments/{attachment_id}", { params: { path: { attachment_id: id } } }));

export const commentsOf = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/comments", { params: ofCase(id) }));

export const commentOnCase = (id: string, text: string, mentions: string[]) =>
  ask(api.POST("/api/v1/cases/{case_id}/comments", { params: ofCase(id), body: { text, mentions } }));

export const commentOnTask = (id: string, text: string, mentions: string[]) =>
  ask(api.POST("/api/v1/tasks/{task_id}/comments", { params: ofTask(id), body: { text, mentions } }));

export const sendCopies = (id: string, to: string[], note: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/copies", { params: ofTask(id), body: note ? { to, note } : { to } }));

export const remind = (id: string) => ask(api.POST("/api/v1/tasks/{task_id}/reminder", { params: ofTask(id) }));

export const phrases = () => ask(api.GET("/api/v1/phrases", {}));

export const setPhrases = (items: string[], of: "own" | "office" = "own") => ask(api.PUT("/api/v1/phrases", { body: { items, of } }));

export const sheet = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/sheet", { params: ofCase(id) }));

export const definitions = () => ask(api.GET("/api/v1/definitions", {}));

export const definition = async (key: string) => (await ask(api.GET("/api/v1/definitions/{key}", { params: { path: { key } } }))) as Definition;

export const version = (key: string, number: number) =>
  ask(api.GET("/api/v1/definitions/{key}/versions/{version}", { params: { path: { key, version: number } } }));

export const start = (definitionKey: string, unit: string | undefined, data: Answers) =>
  ask(api.POST("/api/v1/cases", { body: unit ? { definition: definitionKey, unit, data } : { definition: definitionKey, data } }));

export const cases = (filter: { q?: string; status?: CaseStatus; definition?: string; called?: boolean }, cursor: More) =>
  ask(api.GET("/api/v1/cases", { params: { query: given({ ...filter, cursor, limit: 50 }) } }));

export const oneCase = (id: string) => ask(api.GET("/api/v1/cases/{case_id}", { params: ofCase(id) }));

export const withdraw = (id: string, reason: string) =>
  ask(api.POST("/api/v1/cases/{case_id}/withdrawal", { params: ofCase(id), body: { reason } }));

export const diagram = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/diagram", { params: ofCase(id) }));

export const caseClauses = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/rules", { params: ofCase(id) }));

export const caseCorrections = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/corrections", { params: ofCase(id) }));

export const correctionForm = (task: string) =>
  ask(api.GET("/api/v1/tasks/{task_id}/corrections", { params: { path: { task_id: task } } }));

export const proposeCorrection = (task: string, body: { answers: Record<string, unknown>; reason: string }) =>
  ask(api.POST("/api/v1/tasks/{task_id}/corrections", { params: { path: { task_id: task } }, body }));

export const decideCorrection = (correction: string, body: { agree: boolean; opinion: string | null }) =>
  ask(api.POST("/api/v1/corrections/{correction_id}/decision", { params: { path: { correction_id: correction } }, body }));

/** The cases that a case has called. */
export const calledCases = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/called", { params: ofCase(id) }));

export const remindCalled = (id: string, lateOnly: boolean) =>
  ask(api.POST("/api/v1/cases/{case_id}/called/reminders", { params: ofCase(id), body: { late_only: lateOnly } }));

export const caseTrail = (id: string, cursor: More) =>
  ask(api.GET("/api/v1/cases/{case_id}/trail", { params: { ...ofCase(id), query: given({ cursor, limit: 200 }) } }));

export const people = (query: { q?: string; unit?: string; role?: string; status?: string }) =>
  ask(api.GET("/api/v1/people", { params: { query: given({ ...query, limit: 20 }) } }));

export const units = (query: { q?: string; kind?: string; parent?: string }) =>
  ask(api.GET("/api/v1/units", { params: { query: given({ ...query, limit: 20 }) } }));

export const rules = (key: string) => ask(api.GET("/api/v1/definitions/{key}/rules", { params: { path: { key } } }));

export const parameters = (key: string) => ask(api.GET("/api/v1/definitions/{key}/parameters", { params: { path: { key } } }));

export const verify = (chain?: string) => ask(api.GET("/api/v1/trail/verification", { params: { query: given({ chain }) } }));

export const peopleOf = (unit: string) => ask(api.GET("/api/v1/people", { params: { query: { unit, limit: 200 } } }));

export const personByPosts = (person: string) => ask(api.GET("/api/v1/posts", { params: { query: { person } } }));

/** Every unit below one; without one the whole office. */
/** Every unit below one, page after page. */
export async function unitsBelow(below: string | undefined, kind: string | undefined) {
  const items = [];
  let cursor: More;
  do {
    const page = await ask(api.GET("/api/v1/units", { params: { query: given({ below, kind, cursor, limit: 1000 }) } }));
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export const unitById = (unit: string) => ask(api.GET("/api/v1/units/{unit}", { params: { path: { unit } } }));

export type EntryKind = NonNullable<NonNullable<paths["/api/v1/trail"]["get"]["parameters"]["query"]>["kind"]>;

export interface TrailFilter {
  q?: string;
  kind?: EntryKind;
  from?: string;
  to?: string;
}

export const trail = (filter: TrailFilter, cursor: More) =>
  ask(api.GET("/api/v1/trail", { params: { query: given({ ...filter, cursor, limit: 50 }) } }));
