/** What the pages ask of notices, of how somebody wants to be told, and of channels. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type Told = Schemas["NoticeShape"];
export type Chosen = Schemas["PreferencesShape"];
export type Way = "at_once" | "digest" | "off";
export type Ways = Record<string, Record<string, Way>>;
export type Channel = Schemas["ChannelShape"];
export type Kind = Schemas["KindRef"];
export type NewChannel = Schemas["NewChannel"];
export type ChangedChannel = Schemas["ChangedChannel"];
export type Delivery = Schemas["DeliveryShape"];

const ofChannel = (id: string) => ({ path: { channel_id: id } });

export const told = (query: { unread?: boolean; cursor?: string | undefined; limit?: number }) =>
  ask(api.GET("/api/v1/notices", { params: { query: { limit: 50, unread: false, ...query } as never } }));

export const unreadCount = async () => (await ask(api.GET("/api/v1/notices/unread", {}))).unread;

export const markRead = (ids: readonly string[] | null) =>
  ask(api.POST("/api/v1/notices/read", { body: ids === null ? { all: true } : { ids: [...ids], all: false } }));

export const chosen = () => ask(api.GET("/api/v1/me/notices", {}));

export interface NewChoice {
  mail: string | null;
  language: "zh" | "en" | null;
  quiet: { from: string; to: string } | null;
  digest_at: string;
  ways: Ways;
}

export const choose = (body: NewChoice) => ask(api.PUT("/api/v1/me/notices", { body }));

export const tryMine = (channel: string) => ask(api.POST("/api/v1/me/notices/test", { body: { channel } }));

export const channels = () => ask(api.GET("/api/v1/channels", {}));

export const addChannel = (body: NewChannel) => ask(api.POST("/api/v1/channels", { body }));

export const changeChannel = (id: string, body: ChangedChannel) => ask(api.PUT("/api/v1/channels/{channel_id}", { params: ofChannel(id), body }));

export const disableChannel = (id: string) => ask(api.DELETE("/api/v1/channels/{channel_id}", { params: ofChannel(id) }));

export const enableChannel = (id: string) => ask(api.POST("/api/v1/channels/{channel_id}/opening", { params: ofChannel(id) }));

export const tryChannel = (id: string, to: string | null) =>
  ask(api.POST("/api/v1/channels/{channel_id}/test", { params: ofChannel(id), body: { to } as never }));

export const faults = (id: string, status: "failed" | "unknown") =>
  ask(api.GET("/api/v1/channels/{channel_id}/deliveries", { params: { ...ofChannel(id), query: { status, limit: 20 } } }));

export const sendAgain = (channel: string, delivery: string, sure: boolean) =>
  ask(api.POST("/api/v1/channels/{channel_id}/deliveries/{delivery_id}/again", { params: { path: { channel_id: channel, delivery_id: delivery } }, body: { sure } }));
