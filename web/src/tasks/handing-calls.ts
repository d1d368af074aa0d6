/** The calls by which a task goes from hand to hand. A `key` makes one and the same wish act once. */
import { useRef } from "preact/hooks";
import { api, ask, once } from "../contract/client";
import type { Answers } from "../contract/shapes";

const ofTask = (id: string) => ({ path: { task_id: id } });
const wished = (id: string, key: string) => ({ path: { task_id: id }, header: { "Idempotency-Key": key } });

export type Mode = "before" | "parallel" | "after";
export type Rule = "all" | "any";

export const verbsOf = (id: string) => ask(api.GET("/api/v1/tasks/{task_id}/verbs", { params: ofTask(id) }));

export const receivers = (id: string, verb: string, q: string) =>
  ask(api.GET("/api/v1/tasks/{task_id}/verbs/{verb}/people", { params: { path: { task_id: id, verb }, query: q ? { q } : {} } }));

export const transfer = (id: string, to: string, reason: string, key: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/transfer", { params: wished(id, key), body: { to, reason } }));

export const entrust = (id: string, to: string, words: string, key: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/delegation", { params: wished(id, key), body: words ? { to, opinion: words } : { to } }));

export const giveBackWork = (id: string, answers: Answers, decision: string | undefined, opinion: string | undefined) =>
  ask(api.POST("/api/v1/tasks/{task_id}/giving-back", { params: ofTask(id), body: { answers, ...(decision ? { decision } : {}), ...(opinion ? { opinion } : {}) } }));

export const fetchBack = (id: string, reason: string, key: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/taking-back", { params: wished(id, key), body: { reason } }));

export const addSigners = (id: string, add: string[], mode: Mode, rule: Rule, words: string, key: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/signers", { params: wished(id, key), body: { add, mode, rule, ...(words ? { opinion: words } : {}) } }));

export const removeSigner = (id: string, person: string, reason: string, key: string) =>
  ask(api.POST("/api/v1/tasks/{task_id}/signers", { params: wished(id, key), body: { remove: [person], reason } }));

export const consent = (id: string, agree: boolean, opinion: string | undefined) =>
  ask(api.POST("/api/v1/tasks/{task_id}/consent", { params: ofTask(id), body: opinion ? { agree, opinion } : { agree } }));

/** A key for a wish: the same as long as the wish is the same, so that sending it again does nothing twice. */
export function useWish(): (wish: unknown) => string {
  const last = useRef({ wish: "", key: "" });
  return (wish) => {
    const text = JSON.stringify(wish);
    if (last.current.wish !== text) last.current = { wish: text, key: once() };
    return last.current.key;
  };
}
