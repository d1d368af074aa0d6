import type { calendars as zh } from "../zh/calendars";

export const calendars: Record<keyof typeof zh, string> = {};
