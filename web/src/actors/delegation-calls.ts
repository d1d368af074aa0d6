/** The calls of delegations. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

export type Wanted = components["schemas"]["Delegating"];
export type Side = "both" | "from" | "to" | "office";

export const delegations = (side: Side, over: boolean, cursor?: string) =>
  ask(api.GET("/api/v1/delegations", { params: { query: { side, over, limit: 50, ...(cursor ? { cursor } : {}) } } }));

export const previewDelegation = (body: Wanted) => ask(api.POST("/api/v1/delegations/preview", { body }));

export const delegate = (body: Wanted, key: string) => ask(api.POST("/api/v1/delegations", { params: { header: { "Idempotency-Key": key } }, body }));

export const revoke = (id: string, reason: string, key: string) =>
  ask(api.POST("/api/v1/delegations/{delegation_id}/revocation", { params: { path: { delegation_id: id }, header: { "Idempotency-Key": key } }, body: { reason } }));
