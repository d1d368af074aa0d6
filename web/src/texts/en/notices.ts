import type { notices as zh } from "../zh/notices";

export const notices: Record<keyof typeof zh, string> = {};
