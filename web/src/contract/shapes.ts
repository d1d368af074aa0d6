/** What the API sends and takes, as the pages use it. */

export interface Named {
  id: string;
  name: string;
}

export interface UnitName extends Named {
  code: string;
}

export interface Post {
  role: string;
  role_name: string;
  unit: UnitName;
}

export interface Me {
  account: Named;
  person: (Named & { name_en: string }) | null;
  posts: Post[];
  permissions: string[];
  language: "zh" | "en";
  csrf: string | null;
  /** The office's date, which the virtual clock may have moved. */
  today: string;
  is_virtual_clock: boolean;
}

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number | null;
}

export interface Clause {
  id: string;
  text: string;
  article: string;
}

export interface SummaryLine {
  label: string;
  value: unknown;
}

export type Purpose = "act" | "confirm";
export type TaskStatus = "held" | "open" | "confirming" | "completed" | "cancelled";

export interface CaseName {
  id: string;
  number: string;
  title: string;
}

export interface TaskItem {
  id: string;
  case: CaseName;
  definition: string;
  definition_name: string;
  element: string;
  name: string;
  step: string | null;
  stage: string | null;
  unit: UnitName | null;
  status: TaskStatus;
  purpose: Purpose | null;
  opened_at: string;
  age_days: number;
  due_on: string | null;
  is_late: boolean;
  claimed_by: Named | null;
  summary: SummaryLine[];
  why: string[];
  marks: string[];
  decision: string | null;
  decision_label: string | null;
  completed_at: string | null;
  rev: number;
}

export type OutcomeKind = "agree" | "return" | "reject" | "neutral";

export interface Outcome {
  value: string;
  label: string;
  kind: OutcomeKind;
  opinion: "required" | "optional";
  enabled: boolean;
  reason: string | null;
}

export interface BusinessDate {
  field: string;
  earliest: string | null;
  latest: string | null;
  late_before: string | null;
}

export interface Pending {
  by: Named;
  at: string;
  values: Answers;
  decision: string | null;
  decision_label: string | null;
  opinion: string | null;
  reason: string | null;
}

export interface Held {
  code: string;
  message: string;
  clause: Clause | null;
  earliest: string | null;
}

export type Verb = "claim" | "release" | "complete" | "return" | "confirm" | "draft";

export type Answers = Record<string, unknown>;

export interface Task extends TaskItem {
  documentation: string | null;
  form: FormSchema | null;
  values: Answers;
  context: Record<string, unknown>;
  outcomes: Outcome[];
  outcome_computed: boolean;
  business_date: BusinessDate | null;
  can: Verb[];
  pending: Pending | null;
  held: Held[];
  clauses: Clause[];
}

export interface Receipt {
  chain: string;
  seq: number;
  hash: string;
  at: string;
}

export interface Completed {
  task: TaskItem;
  case: CaseName & { status: CaseStatus };
  next_task: TaskItem | null;
  now_with: string[];
  receipt: Receipt | null;
}

export type CaseStatus = "running" | "ended" | "cancelled" | "suspended" | "failed";
export type StepStatus = "done" | "open" | "held" | "pending";

export interface Step {
  step: string | null;
  element: string;
  name: string;
  stage: string | null;
  stage_name: string | null;
  status: StepStatus;
  done_on: string | null;
  done_by: string | null;
  times: number;
}

export interface OpenTask {
  id: string;
  element: string;
  name: string;
  step: string | null;
  status: TaskStatus;
  due_on: string | null;
  is_late: boolean;
  holders: string[];
  mine: boolean;
}

export interface CaseItem extends CaseName {
  definition: string;
  definition_name: string;
  version: number;
  status: CaseStatus;
  outcome: string | null;
  unit: UnitName | null;
  business_key: string | null;
  started_by: Named | null;
  started_at: string;
  ended_at: string | null;
  summary: SummaryLine[];
}

export interface Case extends CaseItem {
  data: Answers;
  marks: string[];
  steps: Step[];
  open_tasks: OpenTask[];
  can: ("withdraw" | "cancel")[];
}

export interface Diagram {
  xml: string;
  elements: Record<string, { status: "done" | "open" | "held"; times: number }>;
  texts: Record<string, string>;
}

export interface Change {
  field: string;
  label: string;
  value: unknown;
}

export interface Entry {
  chain: string;
  seq: number;
  at: string;
  kind: string;
  sentence: string;
  actor: { person_id: string | null; name: string; post: string | null } | null;
  element: string | null;
  element_name: string | null;
  step: string | null;
  task: string | null;
  business_on: string | null;
  decision: string | null;
  decision_label: string | null;
  opinion: string | null;
  reason: string | null;
  marks: string[];
  changes: Change[];
  clause: Clause | null;
  hash: string;
  prev: string;
}

export interface DefinitionItem {
  key: string;
  version: number;
  name: string;
  description: string | null;
  can_start: boolean;
}

export interface Definition extends DefinitionItem {
  versions: { version: number; published_at: string; note: string }[];
  start: { form: FormSchema | null; units: UnitName[] } | null;
}

export interface DefinitionVersion {
  key: string;
  version: number;
  name: string;
  note: string;
  published_at: string;
  sha256: string;
  files: Record<string, string>;
}

/** A clause of a procedure, and where it is enforced. */
export interface ClauseRule extends Clause {
  kind: string;
  parameters: string[];
  enforced_by: { element: string; name: string; step: string | null }[];
}

export interface Parameter {
  id: string;
  text: string;
  kind: string;
  default: unknown;
  value: unknown;
}

export interface Verification {
  chains: number;
  entries: number;
  is_whole: boolean;
  findings: { chain: string; seq: number; rule: string; message: string }[];
}

export interface PersonChoice extends Named {
  name_en?: string;
  number?: string;
  unit?: UnitName | null;
  posts?: Post[];
}

export interface UnitChoice extends UnitName {
  kind?: string;
  parent?: UnitName | null;
}

/** RFC 9457 problem details. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: FieldProblem[];
  clause?: Clause | null;
  by?: Named | null;
  at?: string | null;
  earliest?: string | null;
  missing?: { element: string; step: string | null; name: string }[];
  retry_after?: number;
}

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
  /** The id of a clause. */
  clause?: string | null;
  earliest?: string | null;
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
  | "expression" | "text" | "group" | "dynamiclist" | "separator" | "spacer" | "person" | "unit";

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
  decimalDigits?: number;
  increment?: number | string;
  appearance?: { prefixAdorner?: string; suffixAdorner?: string };
  defaultRepetitions?: number;
  allowAddRemove?: boolean;
}
