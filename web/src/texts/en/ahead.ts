import type { ahead as zh } from "../zh/ahead";

export const ahead: Record<keyof typeof zh, string> = {};
