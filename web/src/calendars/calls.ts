/** What the pages ask of calendars and terms. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";
import type { Task } from "../contract/shapes";

type Schemas = components["schemas"];
export type CalendarYear = Schemas["CalendarYear"];
export type CalendarDay = Schemas["CalendarDay"];
export type Adjusted = Schemas["Adjusted"];

export interface Hours {
  since: string;
  until: string;
}

export interface Change {
  day: string;
  is_worked: boolean | null;
  name: string;
}

export interface Adjustment {
  days: Change[];
  csv?: string;
  year?: number;
  hours?: Hours[];
  reason: string;
  basis?: string;
}

const of = (id: string) => ({ calendar_id: id });

export const calendarList = () => ask(api.GET("/api/v1/calendars", {}));

export const calendarYear = (id: string, year: number) => ask(api.GET("/api/v1/calendars/{calendar_id}", { params: { path: of(id), query: { year } } }));

export const adjust = (id: string, adjustment: Adjustment, preview: boolean) =>
  ask(api.POST("/api/v1/calendars/{calendar_id}/days", { params: { path: of(id) }, body: { ...adjustment, preview } }));

export const reckon = (id: string, from: string, length: string, first: boolean) =>
  ask(api.GET("/api/v1/calendars/{calendar_id}/arithmetic", { params: { path: of(id), query: { from, length, count_first: first } } }));

export const extend = async (task: string, reason: string) =>
  (await ask(api.POST("/api/v1/tasks/{task_id}/extension", { params: { path: { task_id: task } }, body: { reason } }))) as Task;
