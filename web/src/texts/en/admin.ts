import type { admin as zh } from "../zh/admin";

export const admin: Record<keyof typeof zh, string> = {};
