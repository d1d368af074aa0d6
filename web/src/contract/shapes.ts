/** What the API sends and takes, by the names the pages use; the types themselves are printed from its contract. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** Answers to a form, case variables: what a designer decides. */
export type Answers = Record<string, unknown>;

export type Me = Schemas["Me"];
export type Clause = Schemas["Clause"];
export type HandingVerb = Schemas["Verb"];
export type Part = Schemas["PartShape"];
export type Countersign = Schemas["CountersignShape"];
export type Delegation = Schemas["DelegationShape"];
export type DelegationEffect = Schemas["Effect"];
export type Verb = "claim" | "release" | "complete" | "return" | "return_to" | "confirm" | "draft" | "attach" | "copy" | "comment" | "remind" | "sign_with_password" | "sign_drawing";
export type TaskItem = Schemas["TaskItem"];
export type TaskStatus = TaskItem["status"];
export type BoxCounts = Schemas["BoxCounts"];
export type SavedView = Schemas["View"];
export type BatchPreview = Schemas["BatchPreview"];
export type BatchAnswer = Schemas["BatchAnswer"];
export type Outcome = Schemas["Outcome"];
export type OutcomeKind = Outcome["kind"];
export type Completed = Schemas["Done"];
export type Preview = Schemas["AheadShape"];
export type AheadStep = Schemas["AheadStep"];
export type Act = Schemas["ActShape"];
export type Returns = Schemas["Returns"];
export type CaseItem = Schemas["CaseItem"];
export type CaseStatus = CaseItem["status"];
export type Case = Schemas["CaseWhole"];
export type CalledCase = Schemas["CalledCase"];
export type Step = Schemas["StepShape"];
export type Diagram = Schemas["Diagram"];
export type Entry = Schemas["EntryShape"];
export type ReadClause = Schemas["ReadClause"];
export type Correction = Schemas["CorrectionShape"];
export type DefinitionVersion = Schemas["VersionShape"];
export type Attachment = Schemas["Attachment"];
export type Comment = Schemas["Comment"];
export type Phrases = Schemas["Phrases"];
export type Sheet = Schemas["Sheet"];
export type Signed = NonNullable<Schemas["SignedCompletion"]["signature"]>;
export type Verification = Schemas["Verification"];

export interface Task extends Omit<Schemas["TaskWhole"], "form"> {
  form: FormSchema | null;
}

export interface Definition extends Omit<Schemas["DefinitionWhole"], "start"> {
  start: { form: FormSchema | null; units: Schemas["UnitRef"][] } | null;
}

/** RFC 9457 problem details, with what some refusals add. */
export interface Problem extends Pick<Schemas["Problem"], "type" | "title" | "status" | "detail" | "code" | "errors" | "clause"> {
  earliest?: string | null;
  missing?: { element: string; step?: string | null; name?: string }[];
  retry_after?: number;
  /** Of a rule of separation: what keeps the person away. */
  why?: string;
}

/** The form-js schema subset, resolved to one language by the server. */
export interface FormSchema {
  type?: string;
  id?: string;
  schemaVersion?: number;
  components: Component[];
  /** What the form opens with. */
  values?: Answers;
}

export interface Choice {
  value: string | number | boolean;
  label: string;
}

export interface Validate {
  required?: boolean;
  /** A bound, or FEEL that begins with `=`. */
  min?: number | string;
  max?: number | string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  patternText?: string;
  idNumber?: boolean;
  rule?: string;
  ruleText?: string;
}

export type FieldType =
  | "textfield" | "textarea" | "number" | "datetime" | "checkbox" | "radio" | "select" | "checklist"
  | "expression" | "text" | "group" | "dynamiclist" | "separator" | "spacer" | "person" | "unit" | "units";

export interface Component {
  type: FieldType;
  id?: string;
  key?: string;
  /** The key of a group or a dynamic list. */
  path?: string;
  label?: string;
  description?: string;
  placeholder?: string;
  text?: string;
  validate?: Validate;
  values?: Choice[];
  conditional?: { hide?: string };
  readonly?: boolean;
  disabled?: boolean;
  personal?: "S" | "SS";
  expression?: string;
  components?: Component[];
  roles?: string[];
  statuses?: string[];
  kinds?: string[];
  /** FEEL: the unit inside which a person or unit is chosen. */
  within?: string;
  /** Units that are chosen together, as the server has worked them out. */
  groups?: { label: string; units: string[] }[];
  /** Kept lists of units, chosen likewise. */
  lists?: { label: string; units: string[] }[];
  decimalDigits?: number;
  increment?: number | string;
  appearance?: { prefixAdorner?: string; suffixAdorner?: string };
  /** Only in a stored form: the server puts defaults into what the form opens with. */
  defaultValue?: unknown;
  defaultRepetitions?: number;
  allowAddRemove?: boolean;
}
