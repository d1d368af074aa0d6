/** What the administrators' pages ask. */
import { api, ask, Refusal } from "../contract/client";
import type { components, paths } from "../contract/schema";
import { t } from "../texts";

type Schemas = components["schemas"];
export type Unit = Schemas["UnitShape"];
export type UnitWhole = Schemas["UnitWhole"];
export type UnitState = Schemas["UnitState"];
export type UnitPost = Schemas["UnitPost"];
export type StructureChange = Schemas["StructureChange"];
export type Change = Schemas["TrialChange"];
export type Outlook = Schemas["TrialOutlook"];
export type Key = Schemas["KeyShape"];

const ofUnit = (unit: string) => ({ path: { unit } });

/** Every unit that stands on a day: pages of a thousand until there is no more. */
export async function unitsOn(on: string): Promise<Unit[]> {
  const found: Unit[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { on, limit: 1000, ...(cursor ? { cursor } : {}) };
    const page = await ask(api.GET("/api/v1/units", { params: { query } }));
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

export const unitOn = (unit: string, on: string) => ask(api.GET("/api/v1/units/{unit}", { params: { ...ofUnit(unit), query: { on } } }));

export const unitPosts = (unit: string, on: string, past: boolean) =>
  ask(api.GET("/api/v1/units/{unit}/posts", { params: { ...ofUnit(unit), query: { on, past } } }));

export const unitHistory = (unit: string) => ask(api.GET("/api/v1/units/{unit}/history", { params: ofUnit(unit) }));

export const changesBetween = (since: string, until: string) =>
  ask(api.GET("/api/v1/units/changes", { params: { query: { since, until } } }));

export const tryOut = (changes: Change[]) => ask(api.POST("/api/v1/directory/trials", { body: { changes } }));

export const directoryWords = () => ask(api.GET("/api/v1/units/words", {}));

/** Who holds each of some posts of the office itself. */
export async function administrators<T extends string>(roles: readonly T[]): Promise<Record<T, string[]>> {
  const office = (await ask(api.GET("/api/v1/units", { params: { query: { kind: "working_committee", limit: 1 } } }))).items[0];
  const found = {} as Record<T, string[]>;
  for (const role of roles) {
    const held = office ? await ask(api.GET("/api/v1/posts", { params: { query: { unit: office.id, role: role as never } } })) : { items: [] };
    found[role] = held.items.map((post) => post.person.name);
  }
  return found;
}

export const keys = () => ask(api.GET("/api/v1/keys", {}));

export type NewKey = Schemas["NewKey"];

export const addKey = (body: NewKey) => ask(api.POST("/api/v1/keys", { body }));

export const revokeKey = (id: string) => ask(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: id } } }));

/** What a key may be limited to; `read` and `write` first. */
export const scopes = ["read", "write", "jobs.work", "messages.send", "definitions.read", "definitions.publish", "cases.read_all", "trail.read_all", "trail.verify", "directory.manage"] as const;

// ---------------------------------------------------------------- acts that take two persons

/** What has been proposed; the contract's nulls are those of a proposal that is only looked at beforehand. */
type Kept<T extends Schemas["ProposalShape"]> = { [K in keyof T]: K extends "id" | "status" | "status_name" | "reason" | "proposed_at" | "proposed_by" | "expires_at" ? NonNullable<T[K]> : T[K] };
export type Proposal = Kept<Schemas["ProposalShape"]>;
export type ProposalWhole = Kept<Schemas["ProposalWhole"]>;
export type HandedOver = Schemas["HandedOver"];

const ofProposal = (id: string) => ({ path: { proposal_id: id } });

type ProposalQuery = NonNullable<paths["/api/v1/proposals"]["get"]["parameters"]["query"]>;

export async function proposals(query: ProposalQuery): Promise<{ items: Proposal[]; next: string | null }> {
  const page = await ask(api.GET("/api/v1/proposals", { params: { query } }));
  return { ...page, items: page.items as Proposal[] };
}

export const proposalKinds = () => ask(api.GET("/api/v1/proposals/kinds", {}));

export const proposal = async (id: string) => (await ask(api.GET("/api/v1/proposals/{proposal_id}", { params: ofProposal(id) }))) as ProposalWhole;

/** `seen` is the mark of the effect that was looked at: another one is refused. */
export const confirmProposal = async (id: string, seen: string | null) =>
  (await ask(api.POST("/api/v1/proposals/{proposal_id}/confirm", { params: ofProposal(id), body: { seen } }))) as ProposalWhole;

export const refuseProposal = async (id: string, reason: string) =>
  (await ask(api.POST("/api/v1/proposals/{proposal_id}/refuse", { params: ofProposal(id), body: { reason } }))) as ProposalWhole;

export const withdrawProposal = async (id: string, reason: string) =>
  (await ask(api.POST("/api/v1/proposals/{proposal_id}/withdraw", { params: ofProposal(id), body: { reason: reason || null } }))) as ProposalWhole;

export const carryOut = (changes: Change[], reason: string) => ask(api.POST("/api/v1/directory/changes", { body: { changes, reason } }));

// ---------------------------------------------------------------- accounts

export type AccountItem = Schemas["AccountItem"];
export type AccountState = AccountItem["state"];

const ofAccount = (id: string) => ({ path: { account_id: id } });

type AccountQuery = NonNullable<paths["/api/v1/accounts"]["get"]["parameters"]["query"]>;

export const accounts = (query: AccountQuery) => ask(api.GET("/api/v1/accounts", { params: { query } }));

/** How the account of one person stands, whether they have one or not. */
export async function accountOf(person: string): Promise<AccountItem> {
  const [one] = (await accounts({ person })).items;
  if (one) return one;
  throw new Refusal({ type: "about:blank", title: t("error.missing"), status: 404, detail: t("admin.nobodyMeant"), code: "err_person_not_found", errors: [], clause: null });
}

/** An administrator's takes a second person, who reads the reason. */
export const createAccount = (person: string, name: string, language: "zh" | "en", reason: string) =>
  ask(api.POST("/api/v1/accounts", { body: { person, name, language, reason: reason || null } }));

export const disableAccount = (id: string, reason: string) => ask(api.POST("/api/v1/accounts/{account_id}/disabling", { params: ofAccount(id), body: { reason } }));

export const enableAccount = (id: string, reason: string) => ask(api.POST("/api/v1/accounts/{account_id}/enabling", { params: ofAccount(id), body: { reason } }));

export const unlockAccount = (id: string) => ask(api.POST("/api/v1/accounts/{account_id}/unlocking", { params: ofAccount(id) }));

export const resetPassword = (id: string, reason: string) => ask(api.POST("/api/v1/accounts/{account_id}/password-reset", { params: ofAccount(id), body: { reason } }));

export const resetFactor = (id: string, reason: string) => ask(api.POST("/api/v1/accounts/{account_id}/second-factor-reset", { params: ofAccount(id), body: { reason } }));

export const endSessions = (id: string) => ask(api.DELETE("/api/v1/accounts/{account_id}/sessions", { params: ofAccount(id) }));

export type LinkedIdentity = Schemas["IdentityShape"];

export const identitiesOf = (id: string) => ask(api.GET("/api/v1/accounts/{account_id}/identities", { params: ofAccount(id) }));

/** Always takes a second person: whoever is linked signs in as this account. */
export const linkIdentityOf = (id: string, provider: string, subject: string, reason: string) =>
  ask(api.POST("/api/v1/accounts/{account_id}/identities", { params: ofAccount(id), body: { provider, subject, reason } }));

export const unlinkIdentityOf = (id: string, identity: string) =>
  ask(api.DELETE("/api/v1/accounts/{account_id}/identities/{identity_id}", { params: { path: { account_id: id, identity_id: identity } } }));

export const postsOverTime = (person: string) => ask(api.GET("/api/v1/posts/history", { params: { query: { person } } }));

// ---------------------------------------------------------------- somebody who leaves

export type HandoverPlan = Schemas["HandoverPlan"];
export type HandoverTask = Schemas["HeldTask"];
export type HandoverWish = Schemas["Leaving"];

const ofPerson = (person: string) => ({ path: { person } });

export const handoverNow = (person: string) => ask(api.GET("/api/v1/people/{person}/handover", { params: ofPerson(person) }));

/** What would become of everything; nothing is done. */
export const planHandover = async (person: string, wish: HandoverWish) =>
  (await ask(api.POST("/api/v1/people/{person}/handover", { params: ofPerson(person), body: { ...wish, preview: true } }))) as HandoverPlan;

export const proposeHandover = async (person: string, wish: HandoverWish) =>
  (await ask(api.POST("/api/v1/people/{person}/handover", { params: ofPerson(person), body: wish }))) as Proposal;

/** Who could take one task; where nothing is typed, those of the task's own unit. */
export const peopleForTask = (person: string, task: HandoverTask, q: string) =>
  ask(api.GET("/api/v1/people/{person}/handover/tasks/{task_id}/people", { params: { path: { person, task_id: task.id }, query: q.trim() === "" ? { unit: task.unit.id, limit: 50 } : { q } } }));

// ---------------------------------------------------------------- parameters, permissions

export type Parameter = Schemas["ParameterShape"];

export const parametersOf = (key: string) => ask(api.GET("/api/v1/definitions/{key}/parameters", { params: { path: { key } } }));

export const setParameter = (key: string, name: string, value: unknown, reason: string) =>
  ask(api.PUT("/api/v1/definitions/{key}/parameters/{name}", { params: { path: { key, name } }, body: { value, reason } }));

export const parameterHistory = (key: string, name: string) => ask(api.GET("/api/v1/definitions/{key}/parameters/{name}/history", { params: { path: { key, name } } }));

export const serverSettings = () => ask(api.GET("/api/v1/settings", {}));

export const permissions = () => ask(api.GET("/api/v1/permissions", {}));
