/** Calls of the sealed log: where it stands, its keys, proofs; and the proposals about it. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type Standing = Schemas["LogStanding"];
export type Place = Schemas["LogPlace"];
export type Witness = Schemas["LogWitness"];
export type Checkpoint = Schemas["CheckpointShape"];
export type Keys = Schemas["KeysShape"];
export type Proof = Schemas["ProofShape"];
export type Growth = Schemas["GrowthShape"];

export const standing = () => ask(api.GET("/api/v1/trail/log", {}));

export const checkpoints = (cursor: string | undefined) =>
  ask(api.GET("/api/v1/trail/checkpoints", { params: { query: cursor === undefined ? { limit: 20 } : { cursor, limit: 20 } } }));

export const newestCheckpoint = () => ask(api.GET("/api/v1/trail/checkpoints/{size}", { params: { path: { size: "newest" } } }));

export const keys = () => ask(api.GET("/api/v1/trail/keys", {}));

const ofEntry = (chain: string, seq: number) => ({ path: { chain, seq: String(seq) } });

export const proofOf = (chain: string, seq: number) => ask(api.GET("/api/v1/trail/entries/{chain}/{seq}/proof", { params: ofEntry(chain, seq) }));

export const textOf = (chain: string, seq: number) => ask(api.GET("/api/v1/trail/entries/{chain}/{seq}", { params: ofEntry(chain, seq) }));

export const growthBetween = (from: number, to: number) => ask(api.GET("/api/v1/trail/consistency", { params: { query: { from, to } } }));

export type WitnessAct = "ask" | "release" | "begin" | "end";

const propose = (kind: string, plan: Record<string, unknown>, reason: string) =>
  ask(api.POST("/api/v1/proposals", { body: { kind, plan, reason, preview: false } }));

export const proposeKey = (purpose: "log" | "witness", reason: string) => propose("log.key", { purpose }, reason);

export const proposeWitness = (act: WitnessAct, vkey: string, url: string, reason: string) => propose("log.witness", { act, vkey, url }, reason);

/** The page of a checkpoint for paper, with its QR code. */
export const paperOf = (size: number) => `/api/v1/trail/checkpoints/${size}/print`;
