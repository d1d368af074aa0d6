import type { worklist as zh } from "../zh/worklist";

export const worklist: Record<keyof typeof zh, string> = {};
