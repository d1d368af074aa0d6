import type { verbs as zh } from "../zh/verbs";

export const verbs: Record<keyof typeof zh, string> = {};
