/** What the pages ask of official documents. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type DocumentItem = Schemas["DocumentItem"];
export type OfficialDocument = Schemas["Document"];
export type NumberLine = Schemas["NumberLine"];
export type Spoken = OfficialDocument["page"]["language"];

/** Posts whose holders keep the register of their body. */
const KEEPERS: readonly string[] = ["document_clerk", "general_office"];

export const seesRegister = (who: Schemas["Me"]) => who.permissions.includes("trail.read_all") || who.posts.some((post) => KEEPERS.includes(post.role));

export const documentsOf = (id: string) => ask(api.GET("/api/v1/cases/{case_id}/documents", { params: { path: { case_id: id } } }));

export const oneDocument = (id: string, language: Spoken) =>
  ask(api.GET("/api/v1/documents/{document_id}", { params: { path: { document_id: id }, query: { language } } }));

export const pdfOf = (id: string, language: Spoken) => `/api/v1/documents/${id}/pdf?language=${language}`;

export const voidDocument = (id: string, reason: string) =>
  ask(api.POST("/api/v1/documents/{document_id}/voiding", { params: { path: { document_id: id } }, body: { reason } }));

export const seriesOnPaper = (unit: string) => ask(api.GET("/api/v1/document-series", { params: { query: unit ? { unit } : {} } }));

export type DistributionList = Schemas["DistributionListWhole"];

/** Whoever keeps the documents of a body or the directory keeps its lists; auditors see them. */
export const seesLists = (who: Schemas["Me"]) => seesRegister(who) || who.permissions.includes("directory.manage");

/** Bodies for which somebody may make a list: by a post there, or whoever keeps the directory for their own. */
export function keepsListsOf(who: Schemas["Me"]) {
  const everywhere = who.permissions.includes("directory.manage");
  const bodies = who.posts.filter((post) => everywhere || KEEPERS.includes(post.role)).map((post) => post.unit);
  return [...new Map(bodies.map((body) => [body.id, body])).values()];
}

const ofList = (id: string) => ({ path: { list_id: id } });

export const distributionLists = (closed: boolean) => ask(api.GET("/api/v1/distribution-lists", { params: { query: closed ? { closed } : {} } }));

export const distributionList = (id: string) => ask(api.GET("/api/v1/distribution-lists/{list_id}", { params: ofList(id) }));

export const beginList = (body: Schemas["NewList"]) => ask(api.POST("/api/v1/distribution-lists", { body }));

export const changeList = (id: string, body: Schemas["ChangedList"]) => ask(api.PUT("/api/v1/distribution-lists/{list_id}", { params: ofList(id), body }));

export const closeList = (id: string, body: Schemas["ListClosure"]) => ask(api.POST("/api/v1/distribution-lists/{list_id}/closure", { params: ofList(id), body }));

export interface RegisterFilter {
  unit: string;
  year: string;
  kind: string;
}

export const documentNumbers = ({ unit, year, kind }: RegisterFilter, cursor: string | undefined) =>
  ask(
    api.GET("/api/v1/document-numbers", {
      params: {
        query: {
          limit: 50,
          ...(unit ? { unit } : {}),
          ...(/^\d{4}$/.test(year) ? { year: Number(year) } : {}),
          ...(kind ? { kind } : {}),
          ...(cursor ? { cursor } : {}),
        },
      },
    }),
  );
