import type { meetings as zh } from "../zh/meetings";

export const meetings: Record<keyof typeof zh, string> = {};
