import type { files as zh } from "../zh/files";

export const files: Record<keyof typeof zh, string> = {};
