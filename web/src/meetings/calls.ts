/** What the pages ask of meetings. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";
import type { Signed } from "../contract/shapes";

type Schemas = components["schemas"];
export type Meeting = Schemas["Meeting"];
export type MeetingItem = Schemas["MeetingItem"];
export type MeetingLine = Schemas["MeetingLine"];
export type Attendee = Schemas["Attendee"];
export type Candidate = Schemas["MeetingCandidate"];
export type Attended = NonNullable<Attendee["status"]>;
export type ItemChange = Schemas["ItemChange"];
export type MeetingChange = Schemas["MeetingChange"];

export const SIDES = ["for", "against", "abstain", "invalid"] as const;
export const ATTENDED: readonly Attended[] = ["present", "leave", "absent", "exempt"];

const at = (id: string) => ({ path: { meeting_id: id } });

export const meetingList = (status: MeetingLine["status"] | "", cursor: string | undefined) =>
  ask(api.GET("/api/v1/meetings", { params: { query: { limit: 30, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } } }));

export const meetingCandidates = () => ask(api.GET("/api/v1/meetings/candidates", {}));

export const oneMeeting = (id: string) => ask(api.GET("/api/v1/meetings/{meeting_id}", { params: at(id) }));

export const callMeeting = (tasks: string[]) => ask(api.POST("/api/v1/meetings", { params: {}, body: { tasks } }));

export const changeMeeting = (id: string, body: MeetingChange) => ask(api.PATCH("/api/v1/meetings/{meeting_id}", { params: at(id), body }));

export const attend = (id: string, rows: { person: string; status: Attended | null; reason?: string | null }[]) =>
  ask(api.PUT("/api/v1/meetings/{meeting_id}/attendance", { params: at(id), body: { attendance: rows } }));

export const putOn = (id: string, tasks: string[]) => ask(api.POST("/api/v1/meetings/{meeting_id}/items", { params: at(id), body: { tasks } }));

const ofItem = (id: string, task: string) => ({ path: { meeting_id: id, item_id: task } });

export const takeOff = (id: string, task: string) => ask(api.DELETE("/api/v1/meetings/{meeting_id}/items/{item_id}", { params: ofItem(id, task) }));

export const decide = (id: string, task: string, body: ItemChange) => ask(api.PATCH("/api/v1/meetings/{meeting_id}/items/{item_id}", { params: ofItem(id, task), body }));

export const putInOrder = (id: string, tasks: string[], rev: number) => ask(api.PUT("/api/v1/meetings/{meeting_id}/order", { params: at(id), body: { tasks, rev } }));

export const takeOver = (id: string, reason: string) => ask(api.POST("/api/v1/meetings/{meeting_id}/takeover", { params: at(id), body: { reason } }));

export const submitMeeting = (id: string, rev: number, signature: Signed | null) =>
  ask(api.POST("/api/v1/meetings/{meeting_id}/submit", { params: at(id), body: { rev, ...(signature ? { signature } : {}) } }));

export const confirmMeeting = (id: string) => ask(api.POST("/api/v1/meetings/{meeting_id}/confirm", { params: at(id) }));

export const sendBackMeeting = (id: string, reason: string) => ask(api.POST("/api/v1/meetings/{meeting_id}/send_back", { params: at(id), body: { reason } }));

export const cancelMeeting = (id: string, reason: string) => ask(api.POST("/api/v1/meetings/{meeting_id}/cancel", { params: at(id), body: { reason } }));
