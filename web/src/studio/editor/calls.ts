/** What the editor asks of the doors of drafts. */
import { api, ask } from "../../contract/client";

export interface Person {
  id: string;
  name: string;
}

export type Files = Readonly<Record<string, string>>;

export interface Draft {
  id: string;
  key: string;
  name: string;
  state: "draft" | "in_review" | "published" | "withdrawn";
  rev: number;
  based_on: number | null;
  edited_by: Person | null;
  editing_until: string | null;
  saved_at: string;
  saved_by: Person | null;
  files: Files;
}

export interface Finding {
  file: string;
  line: number | null;
  element: string | null;
  rule: string;
  severity: "error" | "warning";
  message: string;
  remedy: string;
  /** Elements by which a token comes to where it cannot go on. */
  path?: string[];
}

export interface Checked {
  ok: boolean;
  findings: Finding[];
}

export interface Word {
  name: string;
  on: string[];
  many: boolean;
  attribute: boolean;
  text: string;
  parts: Part[];
}

export interface Part {
  name: string;
  kind: "expression" | "text" | "key" | "keys" | "path" | "role" | "date-field" | "choice" | "integer" | "clause" | "flag" | "amount";
  required: boolean;
  choices: string[];
  text: string;
}

export interface Vocabulary {
  namespace: string;
  words: Word[];
  functions: { name: string; text: string }[];
  names: string[];
  roles: { id: string; text: string }[];
}

export interface KnownName {
  name: string;
  /** Where its value comes from. */
  from: "given" | "variable" | "field" | "input" | "parameter" | "event" | "loop";
  /** The element that writes it. */
  element: string | null;
  /** Whether it has been written whenever somebody comes here. */
  is_set: boolean;
}

export interface Names {
  names: KnownName[];
}

export interface Rehearsed {
  passed: boolean;
  acts: number;
  rehearsals: { file: string; title: string; passed: boolean; acts: number; step: number | null; line: number | null; message: string | null }[];
  coverage: { elements: number; flows: number; missed_elements: string[]; missed_flows: string[] };
}

const of = (id: string) => ({ path: { draft_id: id } });

// The files of a draft are what its designer made of them, and the shapes above say what of an answer the editor reads.
type Given<T> = Promise<unknown> & { readonly as?: T };
const as = <T>(answer: Given<T>): Promise<T> => answer as Promise<T>;

export const draftOf = (id: string) => as<Draft>(ask(api.GET("/api/v1/drafts/{draft_id}", { params: of(id) })));

export const saveFiles = (id: string, rev: number, files: Readonly<Record<string, string | null>>) =>
  as<Draft>(ask(api.PUT("/api/v1/drafts/{draft_id}/files", { params: of(id), body: { rev, files } })));

export const beginEditing = (id: string, takeOver: boolean) => ask(api.POST("/api/v1/drafts/{draft_id}/editing", { params: of(id), body: { take_over: takeOver } }));

export const endEditing = (id: string) => ask(api.DELETE("/api/v1/drafts/{draft_id}/editing", { params: of(id) }));

export const checkDraft = (id: string, files: Files) => as<Checked>(ask(api.POST("/api/v1/drafts/{draft_id}/check", { params: of(id), body: { files } })));

export const rehearseDraft = (id: string, files: Files) =>
  as<Rehearsed>(ask(api.POST("/api/v1/drafts/{draft_id}/rehearsals", { params: of(id), body: { files } })));

export const copyAs = (files: Files) => as<Draft>(ask(api.POST("/api/v1/drafts", { body: { from: { files } } })));

export const vocabulary = () => as<Vocabulary>(ask(api.GET("/api/v1/vocabulary", {})));

export const namesAt = (id: string, element: string) => as<Names>(ask(api.GET("/api/v1/drafts/{draft_id}/names", { params: { ...of(id), query: { element } } })));

export interface Waiting {
  element: string;
  name: string;
  status: "open" | "held";
  asked: string[];
  due: string | null;
}

export interface Frame {
  step: number;
  /** The office's time, YYYY-MM-DDTHH:MM. */
  at: string;
  waiting: Waiting[];
  variables: Record<string, unknown>;
  walked: string[];
  ended: string | null;
}

export interface Played {
  people: Person[];
  units: string[];
  frames: Frame[];
  stopped: { step: number; message: string } | null;
}

export const playDraft = (id: string, files: Files, play: { title: string; steps: readonly Record<string, unknown>[] }) =>
  as<Played>(ask(api.POST("/api/v1/drafts/{draft_id}/plays", { params: of(id), body: { files, play } })));
