/** What the pages ask about signing in: the second factor, a forgotten password, providers, one's own sessions. */
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";

type Schemas = components["schemas"];
export type Ways = Schemas["Ways"];
export type SecondFactor = Schemas["SecondFactor"];
export type Enrolment = Schemas["Enrolment"];
export type Identity = Schemas["IdentityShape"];
export type MySession = Schemas["MySession"];

export const ways = () => ask(api.GET("/api/v1/sessions/ways", {}));

export const signInWithCode = (code: string) => ask(api.POST("/api/v1/sessions/code", { body: { code } }));

export const goToProvider = (provider: string) => ask(api.POST("/api/v1/sessions/oidc", { body: { provider } }));

export const forgotPassword = (name: string) => ask(api.POST("/api/v1/password-resets", { body: { name } }));

export const setForgotten = (token: string, password: string) => ask(api.POST("/api/v1/password-resets/completion", { body: { token, password } }));

export const secondFactor = () => ask(api.GET("/api/v1/me/second-factor", {}));

export const beginSecondFactor = (password: string | null) => ask(api.POST("/api/v1/me/second-factor", { body: { password } }));

export const confirmSecondFactor = (code: string) => ask(api.POST("/api/v1/me/second-factor/confirmation", { body: { code } }));

export const removeSecondFactor = (password: string, code: string) => ask(api.POST("/api/v1/me/second-factor/removal", { body: { password, code } }));

export const newRecoveryCodes = (password: string, code: string) => ask(api.POST("/api/v1/me/second-factor/recovery-codes", { body: { password, code } }));

export const changePassword = (old: string, fresh: string) => ask(api.PUT("/api/v1/me/password", { body: { old, new: fresh } }));

export const mySessions = () => ask(api.GET("/api/v1/me/sessions", {}));

export const endSession = (id: string) => ask(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } }));

export const myIdentities = () => ask(api.GET("/api/v1/me/identities", {}));

export const linkIdentity = (provider: string, password: string) => ask(api.POST("/api/v1/me/identities", { body: { provider, password } }));

export const unlinkIdentity = (id: string) => ask(api.DELETE("/api/v1/me/identities/{identity_id}", { params: { path: { identity_id: id } } }));
