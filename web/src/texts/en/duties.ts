import type { duties as zh } from "../zh/duties";

export const duties: Record<keyof typeof zh, string> = {};
