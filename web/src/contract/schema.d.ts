// Printed by `npm run contract` from the server's OpenAPI document. Not written by hand.

export interface paths {
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People and their accounts, by number; ``person`` is one of them, ``unit`` means it and everything below. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    person?: string | null;
                    q?: string;
                    state?: "active" | "disabled" | "locked" | "none" | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItemPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * An account for somebody, and the link by which they set their password; nobody else ever knows it.
         * @description An administrator's takes a second person: ``once`` is the link.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAccount"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountWithLink"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        /** One account. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItem"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/disabling": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close an account: its sessions end and its keys stop now. An administrator's takes a second person. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reasoned"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItem"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/enabling": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a closed account again. An administrator's takes a second person. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reasoned"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItem"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/identities": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        /** Who somebody is at providers. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IdentityPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Link an identity to somebody's account: always takes a second person. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LinkedByOthers"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/identities/{identity_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
                identity_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The identity signs in no more. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                    identity_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link by which somebody sets a new password, to be handed to them. An administrator's takes a second person:
         *     ``once`` is the link, good as soon as it has been confirmed.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reasoned"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountWithLink"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/second-factor-reset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take away the second factor of somebody who has lost it. An administrator's takes a second person. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reasoned"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItem"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End every session of an account now; its person signs in again. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Ended"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{account_id}/unlocking": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget the failed sign-ins of an account. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountItem"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a file for a case that the asker is about to start. */
        post: {
            parameters: {
                query?: {
                    level?: "public" | "internal" | "secret" | "confidential" | "top_secret" | null;
                    name?: string | null;
                };
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        level?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a file back, as long as its step is open; the entry and the bytes stay. */
        delete: {
            parameters: {
                query?: {
                    reason?: string | null;
                };
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    attachment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attachments/{attachment_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        /** The file, to be saved: in a sandbox, so that nothing in it acts where a browser opens it all the same. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    attachment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attachments/{attachment_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        /** The file, to be looked at in the page: raster images, and PDF in the browser's own viewer; others are saved. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    attachment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The office's calendar and those of units that have days of their own. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalendarList"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{calendar_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        /** One year of the office's calendar, or of a unit (its id or code), and everything that was ever adjusted in it. */
        get: {
            parameters: {
                query?: {
                    year?: number | null;
                };
                header?: never;
                path: {
                    calendar_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalendarYear"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{calendar_id}/arithmetic": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        /** What a length of time from a day leads to, by a calendar, in words that anybody can check. */
        get: {
            parameters: {
                query: {
                    at?: string | null;
                    count_first?: boolean;
                    days?: number | null;
                    from: string;
                    length?: string | null;
                };
                header?: never;
                path: {
                    calendar_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Arithmetic"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{calendar_id}/days": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adjust a calendar, or see beforehand which terms that moves; open terms follow at once, the rest by the clock. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    calendar_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AdjustmentSent"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Adjusted"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cases the asker may see, newest first. */
        get: {
            parameters: {
                query?: {
                    business_key?: string | null;
                    /** @description With the cases that another one called which the asker may see too. Left open, they are left out of the whole list, and found where q, definition, unit or business_key are given. */
                    called?: boolean | null;
                    cursor?: string | null;
                    definition?: string | null;
                    limit?: number;
                    mine?: boolean | null;
                    q?: string | null;
                    status?: "running" | "ended" | "cancelled" | "suspended" | "failed" | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseItemPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Start a case; whoever started it gets a receipt to keep, as for every act on a task. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Start"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseStarted"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** One case: its steps, its open tasks, its data. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The attachments of a case: all of them, or one's own for whoever sees only their part. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachments"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/called": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The cases that a case has called, as a table: all of them for whoever sees the whole of the caller. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CalledCasePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/called/reminders": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Urge everybody who has an open task in a case that this one has called, or those whose term is over. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RemindMany"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RemindedMany"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a case before its time, with a reason. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** What was said to a case, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Comments"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Say something to a case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewComment"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Comment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Who has a copy of a case, newest first, and whether they have looked at it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Copies"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The corrections of a case, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorrectionPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/data": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Correct variables of a case; answers what still stands still in it. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Correction"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IncidentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/cases/{case_id}/diagram": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The diagram, with what is done, open and held. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Diagram"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The documents that a case has issued or received; the person it is about sees those that are for them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DocumentItems"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose that personal values of an ended case are erased; a second person of another office confirms it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Erasing"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** One case as a file, for whoever sees the whole of it. The export is an entry of the case, with its hash. */
        get: {
            parameters: {
                query: {
                    format: "json" | "xes" | "ocel" | "pdf" | "bundle";
                    names?: boolean;
                    purpose?: string;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/holds": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a case under a legal hold, on a ground; nothing of it is erased or removed while it stands. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Grounded"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HoldShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** What stands still in one case; for those who mend and those who may see the whole case. */
        get: {
            parameters: {
                query?: {
                    all?: boolean;
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IncidentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/moves": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The moves of a case, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MovePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Propose a move to a second person, or only see what it would do. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Move"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MoveProposed"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/moves/{move_id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
                move_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second person executes the move, or refuses it; answers the moves of the case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                    move_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MoveDecision"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MovePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/records": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The holds of a case and what was erased of it, for whoever sees the whole of it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseRecords"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/resumption": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a suspended case go on, with a reason; its terms move by the time it stood still. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StandingShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Each clause of the case's procedure: met, departed from, open or not applicable, with its entries. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseClauses"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Everything that is printed of a case (审批单). */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sheet"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/steps/{element}/completion": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
                element: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete the open task of a step; a step that is not open is refused, and the attempt is recorded. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                    element: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Act"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a running case stand still, with a reason: its tasks are seen and cannot be done, its terms stop. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StandingShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The entries of the case, oldest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EntryPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/at": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The case as it stood after an entry; without one, after the last. */
        get: {
            parameters: {
                query?: {
                    entry?: number | null;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseThen"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/diagram": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The diagram of a version that the case has been on. */
        get: {
            parameters: {
                query: {
                    version: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Drawing"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/differences": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Field by field what differs between two moments. */
        get: {
            parameters: {
                query: {
                    from: number;
                    to: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Differences"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/knowers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Who knew the value of a field before an entry: who wrote it, and who was shown it in time. */
        get: {
            parameters: {
                query: {
                    before?: number | null;
                    field: string;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Knowers"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/moments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Every moment of a case, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MomentList"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/reads": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Who was shown the case, newest first; the auditor's own reads among them. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReadPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/trail/screen": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** The screen at a decision: form, data, permissions, whom it asked and what could be decided, as of then. */
        get: {
            parameters: {
                query: {
                    entry: number;
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Screen"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{case_id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The person the case is about takes the application back, with a reason. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who would get the case first and the steps that follow; nothing is started and no number is used up. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StartPreview"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AheadShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The channels there are, by name, and the kinds of notice. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Channels"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** A new channel; a webhook's secret is shown this once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewChannel"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewChannelShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Change a channel; a secret that is left out stays as it is. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ChangedChannel"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        /** Nothing goes out by it any more; what waits is not sent. What it has carried stays on record. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: string;
            };
            cookie?: never;
        };
        /** What went out by a channel, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    status?: "waiting" | "sending" | "sent" | "failed" | "unknown" | "cancelled" | null;
                };
                header?: never;
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeliveryPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel_id}/deliveries/{delivery_id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send once more what could not be sent; recorded. What may have arrived goes only for who is ``sure``. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    channel_id: string;
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Again"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChannelCounts"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel_id}/opening": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It carries again what happens from now on. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{channel_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message now; answers with what became of it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Try"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tried"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every clause across all cases: met, departed from, open, not applicable; those that stand as asked for first. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    state?: "met" | "exception" | "open" | "not_applicable";
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClauseTable"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clauses/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cases in which a clause stands so. */
        get: {
            parameters: {
                query: {
                    clause: string;
                    cursor?: string | null;
                    definition: string;
                    limit?: number;
                    state?: "met" | "exception" | "open" | "not_applicable";
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClauseCasePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What time it is. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClockShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Move the clock; everything that falls due is done, in order, before this answers. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClockShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let time pass; everything that falls due is done, in order, before this answers. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Advance"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClockShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/copies/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark the asker's copies of some cases, or all of them, as read. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReadCopies"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Read"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/corrections/{correction_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                correction_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree to a correction, which makes it, or refuse it with an opinion. Answers the corrections of its case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    correction_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Deciding"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorrectionPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{key}/evaluation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate one decision or decision service; ``key`` is its id, or ``definition.id`` where several have that id.
         * @description The newest version counts, with the parameters and the calendar of today. Nothing is stored.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Evaluation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EvaluationShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest version of every procedure, and whether the asker may start it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DefinitionPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Publish a process folder as the next version; refused with every finding where it could not be run faithfully,
         *     or where one of its rehearsals goes otherwise than it says.
         * @description With ``publish: false`` nothing is stored. The very same files as the newest version give that version again.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Published"];
                    };
                };
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Published"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** One procedure: its versions, and what starting it asks for. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DefinitionWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/activation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a version start cases: an earlier one again, or a new one in more units; 202 where it is arranged. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ActivationAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActivationDone"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActivationDone"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/activations/{plan_id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                plan_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Drop an activation that is arranged. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                    plan_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WhyAsked"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/check": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check files as publishing would; stores nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Folder"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Checked"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** How two versions differ, element by element, in sentences. */
        get: {
            parameters: {
                query?: {
                    from?: number | null;
                    to?: number | null;
                };
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DifferenceShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/duties": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** Where each rule is enforced in the newest version of a procedure, and whether every unit can keep it. */
        get: {
            parameters: {
                query?: {
                    units?: boolean;
                };
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DefinitionDuties"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/keeping": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Say who looks after a procedure, and in which folder the library shows it. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KeepingAsked"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/migrations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** The migrations of cases of a procedure, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MigrationPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Preview what would become of running cases on another version, or order that they go there.
         * @description The order is done by the clock, case by case; this answers at once with the migration's id.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MigrationAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MigrationDone"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MigrationDone"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/migrations/{migration_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                migration_id: string;
            };
            cookie?: never;
        };
        /** One migration while it is being done and afterwards, and what became of each case. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    status?: "waiting" | "moved" | "refused" | "gone" | "undone" | "kept" | null;
                };
                header?: never;
                path: {
                    key: string;
                    migration_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MigrationWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/migrations/{migration_id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                migration_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a migration that stopped go on. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                    migration_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GoOn"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/migrations/{migration_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                migration_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Order that a migration be undone, for every case on which nothing else has happened since. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                    migration_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MigrationReason"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** The parameters of a procedure: the default, and what holds in this office today. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ParameterPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/parameters/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Set the office's own value from today on, with a reason; a sensitive one takes a second person. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ParameterValue"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ParameterShape"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/parameters/{name}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                name: string;
            };
            cookie?: never;
        };
        /** Who changed a parameter when, from which value, and why, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ParameterChangePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/rehearsals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Play the rehearsals of files, or of the newest version, in a throw-away database; stores nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Rehearsing"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rehearsed"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/retirement": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Nobody starts cases of a procedure any more; running cases go on. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WhyAsked"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** A retired procedure can be started again. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WhyAsked"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** Every clause of the procedure, and the elements that enforce it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClauseRulePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/definitions/{key}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                version: number;
            };
            cookie?: never;
        };
        /** One version with its files. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VersionShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's delegations, newest first, or with ``side=office`` everybody's; ``over``: the ended ones too. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    over?: boolean;
                    side?: "from" | "to" | "both" | "office";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DelegationPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Somebody else does what one's posts ask, from one day to another; both sides are told. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Delegating"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DelegationShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{delegation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delegation_id: string;
            };
            cookie?: never;
        };
        /** One delegation, for either side of it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delegation_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DelegationShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{delegation_id}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delegation_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It ends now; either side may, and whoever keeps the directory. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    delegation_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DelegationShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which open tasks would go along and which stay; refused as the delegation itself would be. Nothing changes. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Delegating"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Effect"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/directory/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose changes of the organisation to a second person, all or none of them; ``preview`` only tries them. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reorganising"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrialOutlook"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/directory/trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What some changes would do to open tasks, to the steps of procedures, to duties and delegations; none is made. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Trial"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrialOutlook"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/distribution-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lists of the offices whose lists the asker keeps or audits; ``closed``: those that are no longer offered. */
        get: {
            parameters: {
                query?: {
                    closed?: boolean;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistributionLists"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** A new list of an office. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewList"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistributionListWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/distribution-lists/{list_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_id: string;
            };
            cookie?: never;
        };
        /** One list with its units and every version. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    list_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistributionListWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** The next version of a list; 409 ``err_list_changed`` where somebody else was first. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    list_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ChangedList"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistributionListWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/distribution-lists/{list_id}/closure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A list is no longer offered; its versions stay. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    list_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ListClosure"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistributionListWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/document-numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register of numbers (发文登记), for auditors and for whoever keeps the documents of a body. */
        get: {
            parameters: {
                query?: {
                    code?: string | null;
                    cursor?: string | null;
                    kind?: string | null;
                    limit?: number;
                    unit?: string | null;
                    year?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NumberLinePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/document-series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The series of numbers that began on paper before the first day. */
        get: {
            parameters: {
                query?: {
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SeriesLines"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                document_id: string;
            };
            cookie?: never;
        };
        /** One document with everything that is printed. */
        get: {
            parameters: {
                query?: {
                    language?: "zh" | "en";
                };
                header?: never;
                path: {
                    document_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Document"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/pdf": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                document_id: string;
            };
            cookie?: never;
        };
        /** The document as PDF/A, made of what was kept; 503 ``err_no_typesetter`` where the server cannot. */
        get: {
            parameters: {
                query?: {
                    language?: "zh" | "en";
                };
                header?: never;
                path: {
                    document_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{document_id}/voiding": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                document_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A document clerk of the body that issued it says that it is void, with a reason; its number is used up. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    document_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Voiding"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Document"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drafts, the one saved last first. */
        get: {
            parameters: {
                query?: {
                    key?: string | null;
                    q?: string;
                    state?: "draft" | "in_review" | "published" | "withdrawn" | "open" | "all";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Begin a draft: from nothing, a shipped procedure, a version, another draft, or files. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DraftAsked"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftBegun"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** One draft with its files. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a draft, or what is not saved of it yet, as publishing would. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FilesAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftChecked"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/checklist": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** All that is looked at before a draft is published. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Checklist"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** The comments of a draft, in order. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Write a comment about a draft, or about one element of it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CommentAsked"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentDone"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/comments/{no}/resolution": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
                no: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a comment is settled. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                    no: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** How a draft differs from the newest version of its key, in sentences and on the diagram. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftDifference"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/editing": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that one edits, or still does; every 30 seconds. ``take_over`` takes it from whoever else does. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["EditAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EditingShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Say that one edits no longer. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** The folder of a draft as a ZIP, as ``processes/`` has it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Save files; refused where somebody else saved before, or edits now: nothing is ever lost silently. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SaveAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/names": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** The names that an expression at an element may use, and whether each surely has a value there. */
        get: {
            parameters: {
                query?: {
                    element?: string | null;
                };
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NamesShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/plays": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Play a draft from its beginning by the real engine, on a virtual clock in a database that is thrown away. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PlayAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PlayShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** How far the running cases have been tried, and what would become of each. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    kind?: "unchanged" | "changes" | "moves" | "redoes" | "cannot" | null;
                    limit?: number;
                    unit?: string | null;
                };
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrialWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Begin to try every running case against a draft; the clock does it, and nothing of a case changes. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PlanAsked"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrialShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/publication": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a draft as the next version, active at once, from a time on, or in some units first.
         * @description Its rehearsals are played before, outside the transaction; refused where one goes otherwise than it says.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PublicationAsked"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PublicationDone"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/rehearsals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Play the rehearsals of a draft in a throw-away database; what came of the saved files is kept. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FilesAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rehearsed"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask people to review a draft; all of them have to sign it off before it is published. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReviewAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Take a draft out of review. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/saves": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        /** Every save of a draft, the newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/saves/{rev}/restoration": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
                rev: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an earlier save the newest one. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                    rev: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/sign-off": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign a draft off, or say that one does not agree; an entry of the trail with the hash of its files. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a draft up; it stays to be read and copied. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WhyAsked"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a draft from a file: a ZIP of a folder, a diagram, decisions, a form; of this product or of another. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        level?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DraftBegun"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The procedures that are shipped, to begin a draft from. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TemplatePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/duties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The office-wide rules of separation, in the asker's language. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DutyRules"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Propose the next version of the office-wide rules to a second person; refused with every finding.
         * @description It binds from the confirmation on. The very same rules as the newest version are that version still.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DutyPublication"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DutyPublished"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/duties/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was refused, done in spite of a warning, or reported, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    kind?: "refused" | "warned" | "reported" | null;
                    limit?: number;
                    rule?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DutyReportPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stream of server-sent events: ``ready`` at once, ``changed`` with the counts of the asker's boxes.
         * @description Whoever comes back says by Last-Event-ID what they have seen. Answers 429 where too many streams are open already:
         *     ask GET /tasks/counts now and then instead.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a search of cases finds, as one file, for auditors; an entry on each. 422 where they are too many. */
        get: {
            parameters: {
                query: {
                    definition?: string | null;
                    format: "json" | "xes" | "ocel" | "pdf" | "bundle";
                    from?: string | null;
                    names?: boolean;
                    purpose?: string;
                    q?: string | null;
                    status?: "running" | "ended" | "cancelled" | "suspended" | "failed" | null;
                    to?: string | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What entries show that somebody should look at, newest first. */
        get: {
            parameters: {
                query?: {
                    case?: string | null;
                    clause?: string | null;
                    cursor?: string | null;
                    definition?: string | null;
                    element?: string | null;
                    from?: string | null;
                    kind?: "deviation" | "moved" | "skipped" | "data_changed" | "corrected" | "duty_warned" | "duty_reported" | "duty_refused" | "bypass" | "override" | "fast" | "backdated" | "late_entry" | "overdue" | "extended" | "returned" | "not_confirmed" | "taken_back" | "read_unowned" | "exception" | null;
                    limit?: number;
                    person?: string | null;
                    rule?: string | null;
                    state?: "open" | "set_aside" | "all";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditFindingPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                finding: string;
            };
            cookie?: never;
        };
        /** One finding. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    finding: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditFinding"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}/setting-aside": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                finding: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looked into, and nothing more is to be done: an entry says who, when and why. The finding stays. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    finding: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FindingDecision"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditFinding"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}/taking-up": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                finding: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What was set aside is open again, with a reason. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    finding: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FindingDecision"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditFinding"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many there are of each kind, and where most of them are. */
        get: {
            parameters: {
                query?: {
                    case?: string | null;
                    clause?: string | null;
                    definition?: string | null;
                    element?: string | null;
                    from?: string | null;
                    kind?: "deviation" | "moved" | "skipped" | "data_changed" | "corrected" | "duty_warned" | "duty_reported" | "duty_refused" | "bypass" | "override" | "fast" | "backdated" | "late_entry" | "overdue" | "extended" | "returned" | "not_confirmed" | "taken_back" | "read_unowned" | "exception" | null;
                    person?: string | null;
                    rule?: string | null;
                    state?: "open" | "set_aside" | "all";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FindingCounts"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** From which numbers on something is a finding. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditLimits"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/limits/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Give a number of the office another value, with a reason; an entry says so. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AuditLimitChange"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditLimits"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Legal holds of the whole office, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    standing?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ListedHoldPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holds/{hold_id}/lifting": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hold_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose that a hold is lifted; a second person of another office confirms it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    hold_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Grounded"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that stands still, newest first. */
        get: {
            parameters: {
                query?: {
                    all?: boolean;
                    cursor?: string | null;
                    definition?: string | null;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IncidentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{incident_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it go on where it stopped; answers what still stands still in the case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    incident_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Mending"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IncidentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{incident_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                incident_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pass over the element that stopped; answers what still stands still in the case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    incident_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Skipping"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IncidentPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The figures of the whole, for auditors and for whoever leads a unit, over it and everything below. */
        get: {
            parameters: {
                query?: {
                    by?: "week" | "month";
                    definition?: string | null;
                    from?: string | null;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Overview"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cases that a figure counts, newest first. */
        get: {
            parameters: {
                query: {
                    age?: number | null;
                    cursor?: string | null;
                    definition?: string | null;
                    element?: string | null;
                    figure: "started" | "finished" | "broken_off" | "open";
                    for_reach?: "below" | "alone" | "outside";
                    for_unit?: string | null;
                    from?: string | null;
                    limit?: number;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CountedCasePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/diagram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The diagram on which the figures of steps are shown: of the newest version, or of the one asked for. */
        get: {
            parameters: {
                query: {
                    definition: string;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VersionDrawing"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a month; what is open or overdue in it is so now. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    month?: string | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Report"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/report/pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as PDF/A; 503 ``err_no_typesetter`` where the server cannot. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    language?: "zh" | "en";
                    month?: string | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The figures of each step. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    from?: string | null;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Steps"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tasks that a figure counts, newest first. */
        get: {
            parameters: {
                query: {
                    age?: number | null;
                    cursor?: string | null;
                    definition?: string | null;
                    element?: string | null;
                    figure: "done" | "waited" | "handled" | "with_term" | "kept" | "late" | "returned" | "redone" | "open" | "overdue" | "due_today";
                    for_reach?: "below" | "alone" | "outside";
                    for_unit?: string | null;
                    from?: string | null;
                    limit?: number;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CountedTaskPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The figures of the units right below, each with everything below it. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    from?: string | null;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Units"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/insights/waits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who waits for whom now, by units. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                    from?: string | null;
                    reach?: "below" | "alone" | "outside";
                    to?: string | null;
                    unit?: string | null;
                    version?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Waits"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/completion": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The job is done. Only who holds it may say so; done twice is 409 with who was first. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    job_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobResult"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobGiven"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/failure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The job was not done: it is tried again later, or stops its path; with ``error`` a BPMN error is thrown. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    job_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobFailure"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobGiven"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/activation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take jobs of a type, oldest first; waits for the first one where it was asked to. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobActivation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's own keys, or every key for whoever manages them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KeyPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * A new key, shown this once. A program cannot make itself another one.
         * @description A program's key with scopes of administrators, auditors or designers takes a second person: ``once`` is the key,
         *     good as soon as it has been confirmed.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewKeyShape"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The key stops now and for ever. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every procedure with its versions, running cases, drafts, owner and state, by folder and key. */
        get: {
            parameters: {
                query?: {
                    folder?: string | null;
                    q?: string;
                    state?: "draft" | "published" | "retired" | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LibraryProcedurePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{key}/versions/{version}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                version: number;
            };
            cookie?: never;
        };
        /** The folder of a version as a ZIP, as ``processes/`` has it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking: posts, permissions, language. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the asker is at providers. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IdentityPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Go to a provider to link who one is there; asks for the password. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Linking"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Whither"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identities/{identity_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identity_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The identity signs in no more. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    identity_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/language": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The language in which the asker is spoken to where a request does not say. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Language"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the asker is told, and what there is to choose from. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PreferencesShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** The asker's whole choice. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewPreferences"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PreferencesShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notices/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message to the asker now, by one channel for people. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Try"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tried"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** A new password; every other session of the account ends. A wrong old one counts as a wrong one at a sign-in. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewPassword"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/reads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What oneself was shown, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReadPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the asker has a second factor, and has to have one. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SecondFactor"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** A new secret: it counts once a code of it was given. An older one that was never confirmed is void. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BeginSecondFactor"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Enrolment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The first code switches it on. Every other session of the account ends. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConfirmSecondFactor"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecoveryCodes"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ten new recovery codes, with password and code; the old ones are void. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SecondFactorProof"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecoveryCodes"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factor/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch it off, with password and code. Every other session of the account ends. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SecondFactorProof"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's own sessions, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sessions"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of the asker's own sessions. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The meetings that the asker keeps or chairs, newest first; whoever may read every case sees all. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    status?: "draft" | "submitted" | "confirmed" | "cancelled" | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MeetingLinePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Call a meeting on open tasks; the asker keeps its minutes. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewMeeting"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        /** A whole meeting: agenda, attendance, results with their arithmetic, minutes. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change date, time, place, chair or minutes of a draft. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeetingChange"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/attendance": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Write down who is there; only those named change. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Attendance"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It is not held, or decided nothing: its tasks are free. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeetingReason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The chair confirms: every task of the agenda is completed with its result, or none is. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put more open tasks on the agenda. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MoreItems"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_id: string;
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take one item off the agenda; its task stays open. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    item_id: string;
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Write down what was decided of one item. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    item_id: string;
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ItemChange"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/order": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Put the items of a draft in another order. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/send_back": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The chair does not confirm, or the recorder takes it back: a draft again. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeetingReason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The recorder submits it to the chair; an item that could not be completed is named with its rule and article. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Submission"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/{meeting_id}/takeover": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                meeting_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep its minutes instead of a recorder who has left or is absent: whoever may do every task, with a reason. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeetingReason"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/meetings/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's open tasks that a meeting decides, at most 200. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MeetingCandidates"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages and signals, newest first: what is pending, and what became of the others. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    status?: "pending" | "delivered" | "expired" | "refused" | "undone" | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MessagePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Send a message to the case that waits for its name and key, now or before it expires. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Taken"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the asker was told, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    kind?: "task.assigned" | "task.returned" | "task.to_confirm" | "task.reminded" | "task.overdue" | "task.escalated" | "task.unattended" | "task.extended" | "task.term_changed" | "case.started_for" | "case.ended" | "case.cancelled" | "case.suspended" | "case.resumed" | "case.stopped" | "case.copied" | "comment.mentioned" | "task.urged" | "task.transferred" | "task.entrusted" | "task.given_back" | "task.taken_back" | "signature.asked" | "signature.given" | "signature.unasked" | "delegation.set" | "delegation.revoked" | "meeting.to_confirm" | "meeting.sent_back" | "meeting.confirmed" | "meeting.taken_over" | "account.reset_begun" | "account.password_reset" | "account.factor_on" | "account.factor_off" | "account.recovery_used" | "account.identity_linked" | "account.identity_unlinked" | "proposal.made" | "proposal.decided" | "tasks.handed_over" | null;
                    limit?: number;
                    unread?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NoticePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The asker has read these, or all; what is not theirs is left alone. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReadNotices"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Unread"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many the asker has not read and could still do something about. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Unread"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a link by mail; the answer is the same whether the account is known, has an address, or neither. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Forgotten"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the new password by a link; every session of the account ends. The link is good once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PasswordByLink"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People by number; ``unit`` means it and everything below, ``status`` is one or several with commas. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                    q?: string;
                    role?: string | null;
                    status?: string | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PersonPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/handover": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        /** Everything somebody holds: open tasks with who else is asked, posts, delegations, keys, drafts. */
        get: {
            parameters: {
                query?: {
                    to?: string | null;
                };
                header?: never;
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HandoverPlan"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Propose to end somebody's posts and account and to hand over every open task; ``preview`` only looks.
         * @description Refused with an error for each task that nobody may take and that is not left on purpose.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Leaving"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HandoverPlan"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person}/handover/tasks/{task_id}/people": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
                task_id: string;
            };
            cookie?: never;
        };
        /** People who could take over one task, and what keeps others from it: the rules of separation, above all. */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    q?: string;
                    unit?: string | null;
                };
                header?: never;
                path: {
                    person: string;
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TakerPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The posts that give permissions over the office, and who holds them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RolePermissionsPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The phrases that the asker may put into an opinion. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Phrases"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Put a list of phrases in the place of one's own, or of the office's. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewPhrases"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Phrases"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        /** Forget one's own phrases, or the office's. */
        delete: {
            parameters: {
                query?: {
                    of?: "own" | "office";
                };
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The posts of one person, or who holds a role at one unit, today. */
        get: {
            parameters: {
                query?: {
                    person?: string | null;
                    role?: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer" | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PostPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Give somebody a post; refused where one person would hold two administrator roles (sod_20).
         * @description A post that gives permissions over the office takes a second person.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PostShape"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/ending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody no longer holds a post. The post of an administrator takes a second person. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Ending"];
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalShape"];
                    };
                };
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every period of posts, of a person or at a unit, newest first; the newest 200. */
        get: {
            parameters: {
                query?: {
                    person?: string | null;
                    role?: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer" | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PostPeriodPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proposals that the asker may propose, confirm or watch over, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    kind?: "post.appoint" | "post.end" | "account.disable" | "account.enable" | "account.create" | "account.reset" | "account.second_factor" | "account.identity" | "person.leave" | "organisation.change" | "duties.publish" | "key.create" | "parameter.set" | "hold.lift" | "values.erase" | "log.key" | "log.witness" | null;
                    limit?: number;
                    status?: "proposed" | "confirmed" | "refused" | "withdrawn" | "expired" | null;
                    waiting?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Propose an act to a second person, whether or not it would take one; ``preview`` tries it and stores nothing. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Proposing"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        /** One proposal, with what it would change now. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second person lets it take effect, now and as a whole; refused where it can no longer be done. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ProposalConfirmation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second person does not agree. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ProposalRefusal"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whoever proposed it takes it back. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ProposalWithdrawal"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProposalWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which acts take two persons, and why. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AdministrationActPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long what each procedure leaves behind is kept. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Terms"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Say how many years a procedure's cases are kept after they have ended, on what ground. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Keeping"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Term"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention/due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ended cases whose term is over and that still hold personal values; nothing is erased by itself. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DueCasePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases, those that began last first, with where the words stand and whether their trail is whole. */
        get: {
            parameters: {
                query?: {
                    below?: boolean;
                    cursor?: string | null;
                    decision?: string | null;
                    definition?: string | null;
                    field?: string | null;
                    from?: string | null;
                    how?: "did" | "could" | "saw" | "about" | "started";
                    kind?: "account.blocked" | "account.changed" | "account.created" | "activity.compensated" | "activity.interrupted" | "attachment.added" | "attachment.refused" | "attachment.removed" | "ballot.cast" | "bypass.attempted" | "calendar.changed" | "case.called" | "case.cancelled" | "case.copied" | "case.data_changed" | "case.ended" | "case.exported" | "case.failed" | "case.imported" | "case.migrated" | "case.migration_undone" | "case.move_proposed" | "case.move_refused" | "case.moved" | "case.outline_read" | "case.read" | "case.resumed" | "case.retried" | "case.start_refused" | "case.started" | "case.stopped" | "case.suspended" | "case.went_on" | "case.withdrawn" | "cases.exported" | "channel.changed" | "clock.moved" | "comment.added" | "correction.made" | "correction.proposed" | "correction.refused" | "decision.evaluated" | "definition.activated" | "definition.activation_dropped" | "definition.activation_planned" | "definition.published" | "definition.reinstated" | "definition.retired" | "delegation.changed" | "document.filed" | "document.issued" | "document.read" | "document.restored" | "document.voided" | "draft.not_agreed" | "draft.sent_to_review" | "draft.signed_off" | "duties.published" | "duty.refused" | "duty.reported" | "duty.warned" | "event.caught" | "event.escalated" | "factor.enrolled" | "factor.recovered" | "factor.removed" | "factor.renewed" | "factor.reset" | "file.read" | "finding.set_aside" | "finding.taken_up" | "gate.warned" | "hold.lifted" | "hold.placed" | "identity.linked" | "identity.unlinked" | "incident.retried" | "incident.skipped" | "job.completed" | "job.exhausted" | "job.failed" | "job.opened" | "key.created" | "key.revoked" | "limit.changed" | "list.begun" | "list.changed" | "list.closed" | "log.key_changed" | "meeting.called" | "meeting.cancelled" | "meeting.confirmed" | "meeting.decided" | "meeting.read" | "meeting.sent_back" | "meeting.submitted" | "meeting.taken_over" | "membership.changed" | "message.expired" | "message.posted" | "message.sent" | "migration.ended" | "migration.resumed" | "migration.started" | "migration.stopped" | "migration.undone" | "notice.sent_again" | "office.built" | "office.imported" | "parameter.changed" | "password.reset" | "password.reset_begun" | "person.changed" | "person.left" | "phrases.changed" | "post.begun" | "post.changed" | "post.ended" | "proposal.confirmed" | "proposal.expired" | "proposal.made" | "proposal.refused" | "proposal.withdrawn" | "retention.changed" | "search.exported" | "search.made" | "series.begun" | "signal.posted" | "signal.sent" | "signer.added" | "signer.removed" | "signer.signed" | "step.imported" | "task.cancelled" | "task.claimed" | "task.completed" | "task.confirmation_refused" | "task.confirmed" | "task.entrusted" | "task.escalated" | "task.extended" | "task.given_back" | "task.handed_back" | "task.held" | "task.opened" | "task.overdue" | "task.paused" | "task.proposed" | "task.read" | "task.released" | "task.reminded" | "task.resumed" | "task.returned" | "task.signed_off" | "task.submitted" | "task.superior_asked" | "task.taken_back" | "task.term_changed" | "task.transferred" | "task.unattended" | "task.undone" | "task.urged" | "task.withdrawn" | "tasks.handed_over" | "tasks.released" | "term.changed" | "timer.delayed" | "timer.fired" | "timer.moved" | "unit.changed" | "values.erased" | "vote.counted" | "witness.asked" | "witness.released" | "witnessing.begun" | "witnessing.ended" | null;
                    limit?: number;
                    mark?: string | null;
                    max?: number | null;
                    min?: number | null;
                    person?: string | null;
                    q?: string | null;
                    status?: "running" | "ended" | "cancelled" | "suspended" | "failed" | null;
                    step?: string | null;
                    to?: string | null;
                    unit?: string | null;
                    value?: string | null;
                    version?: number | null;
                    when?: "started" | "ended";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FoundCases"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/choices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is to choose from, of one procedure or of all. */
        get: {
            parameters: {
                query?: {
                    definition?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Choices"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries, the newest first. Reads are found by their ``kind`` (``case.read`` …), and not among deeds. */
        get: {
            parameters: {
                query?: {
                    below?: boolean;
                    cursor?: string | null;
                    decision?: string | null;
                    definition?: string | null;
                    field?: string | null;
                    from?: string | null;
                    how?: "did" | "could" | "saw" | "about" | "started";
                    kind?: "account.blocked" | "account.changed" | "account.created" | "activity.compensated" | "activity.interrupted" | "attachment.added" | "attachment.refused" | "attachment.removed" | "ballot.cast" | "bypass.attempted" | "calendar.changed" | "case.called" | "case.cancelled" | "case.copied" | "case.data_changed" | "case.ended" | "case.exported" | "case.failed" | "case.imported" | "case.migrated" | "case.migration_undone" | "case.move_proposed" | "case.move_refused" | "case.moved" | "case.outline_read" | "case.read" | "case.resumed" | "case.retried" | "case.start_refused" | "case.started" | "case.stopped" | "case.suspended" | "case.went_on" | "case.withdrawn" | "cases.exported" | "channel.changed" | "clock.moved" | "comment.added" | "correction.made" | "correction.proposed" | "correction.refused" | "decision.evaluated" | "definition.activated" | "definition.activation_dropped" | "definition.activation_planned" | "definition.published" | "definition.reinstated" | "definition.retired" | "delegation.changed" | "document.filed" | "document.issued" | "document.read" | "document.restored" | "document.voided" | "draft.not_agreed" | "draft.sent_to_review" | "draft.signed_off" | "duties.published" | "duty.refused" | "duty.reported" | "duty.warned" | "event.caught" | "event.escalated" | "factor.enrolled" | "factor.recovered" | "factor.removed" | "factor.renewed" | "factor.reset" | "file.read" | "finding.set_aside" | "finding.taken_up" | "gate.warned" | "hold.lifted" | "hold.placed" | "identity.linked" | "identity.unlinked" | "incident.retried" | "incident.skipped" | "job.completed" | "job.exhausted" | "job.failed" | "job.opened" | "key.created" | "key.revoked" | "limit.changed" | "list.begun" | "list.changed" | "list.closed" | "log.key_changed" | "meeting.called" | "meeting.cancelled" | "meeting.confirmed" | "meeting.decided" | "meeting.read" | "meeting.sent_back" | "meeting.submitted" | "meeting.taken_over" | "membership.changed" | "message.expired" | "message.posted" | "message.sent" | "migration.ended" | "migration.resumed" | "migration.started" | "migration.stopped" | "migration.undone" | "notice.sent_again" | "office.built" | "office.imported" | "parameter.changed" | "password.reset" | "password.reset_begun" | "person.changed" | "person.left" | "phrases.changed" | "post.begun" | "post.changed" | "post.ended" | "proposal.confirmed" | "proposal.expired" | "proposal.made" | "proposal.refused" | "proposal.withdrawn" | "retention.changed" | "search.exported" | "search.made" | "series.begun" | "signal.posted" | "signal.sent" | "signer.added" | "signer.removed" | "signer.signed" | "step.imported" | "task.cancelled" | "task.claimed" | "task.completed" | "task.confirmation_refused" | "task.confirmed" | "task.entrusted" | "task.escalated" | "task.extended" | "task.given_back" | "task.handed_back" | "task.held" | "task.opened" | "task.overdue" | "task.paused" | "task.proposed" | "task.read" | "task.released" | "task.reminded" | "task.resumed" | "task.returned" | "task.signed_off" | "task.submitted" | "task.superior_asked" | "task.taken_back" | "task.term_changed" | "task.transferred" | "task.unattended" | "task.undone" | "task.urged" | "task.withdrawn" | "tasks.handed_over" | "tasks.released" | "term.changed" | "timer.delayed" | "timer.fired" | "timer.moved" | "unit.changed" | "values.erased" | "vote.counted" | "witness.asked" | "witness.released" | "witnessing.begun" | "witnessing.ended" | null;
                    limit?: number;
                    mark?: string | null;
                    max?: number | null;
                    min?: number | null;
                    person?: string | null;
                    q?: string | null;
                    status?: "running" | "ended" | "cancelled" | "suspended" | "failed" | null;
                    step?: string | null;
                    to?: string | null;
                    unit?: string | null;
                    value?: string | null;
                    version?: number | null;
                    when?: "started" | "ended";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FoundEntries"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a search finds as a table, CSV or XLSX; an entry of the office says who exported it, and what for. */
        get: {
            parameters: {
                query: {
                    below?: boolean;
                    columns?: string;
                    decision?: string | null;
                    definition?: string | null;
                    field?: string | null;
                    format: "csv" | "xlsx";
                    from?: string | null;
                    how?: "did" | "could" | "saw" | "about" | "started";
                    kind?: "account.blocked" | "account.changed" | "account.created" | "activity.compensated" | "activity.interrupted" | "attachment.added" | "attachment.refused" | "attachment.removed" | "ballot.cast" | "bypass.attempted" | "calendar.changed" | "case.called" | "case.cancelled" | "case.copied" | "case.data_changed" | "case.ended" | "case.exported" | "case.failed" | "case.imported" | "case.migrated" | "case.migration_undone" | "case.move_proposed" | "case.move_refused" | "case.moved" | "case.outline_read" | "case.read" | "case.resumed" | "case.retried" | "case.start_refused" | "case.started" | "case.stopped" | "case.suspended" | "case.went_on" | "case.withdrawn" | "cases.exported" | "channel.changed" | "clock.moved" | "comment.added" | "correction.made" | "correction.proposed" | "correction.refused" | "decision.evaluated" | "definition.activated" | "definition.activation_dropped" | "definition.activation_planned" | "definition.published" | "definition.reinstated" | "definition.retired" | "delegation.changed" | "document.filed" | "document.issued" | "document.read" | "document.restored" | "document.voided" | "draft.not_agreed" | "draft.sent_to_review" | "draft.signed_off" | "duties.published" | "duty.refused" | "duty.reported" | "duty.warned" | "event.caught" | "event.escalated" | "factor.enrolled" | "factor.recovered" | "factor.removed" | "factor.renewed" | "factor.reset" | "file.read" | "finding.set_aside" | "finding.taken_up" | "gate.warned" | "hold.lifted" | "hold.placed" | "identity.linked" | "identity.unlinked" | "incident.retried" | "incident.skipped" | "job.completed" | "job.exhausted" | "job.failed" | "job.opened" | "key.created" | "key.revoked" | "limit.changed" | "list.begun" | "list.changed" | "list.closed" | "log.key_changed" | "meeting.called" | "meeting.cancelled" | "meeting.confirmed" | "meeting.decided" | "meeting.read" | "meeting.sent_back" | "meeting.submitted" | "meeting.taken_over" | "membership.changed" | "message.expired" | "message.posted" | "message.sent" | "migration.ended" | "migration.resumed" | "migration.started" | "migration.stopped" | "migration.undone" | "notice.sent_again" | "office.built" | "office.imported" | "parameter.changed" | "password.reset" | "password.reset_begun" | "person.changed" | "person.left" | "phrases.changed" | "post.begun" | "post.changed" | "post.ended" | "proposal.confirmed" | "proposal.expired" | "proposal.made" | "proposal.refused" | "proposal.withdrawn" | "retention.changed" | "search.exported" | "search.made" | "series.begun" | "signal.posted" | "signal.sent" | "signer.added" | "signer.removed" | "signer.signed" | "step.imported" | "task.cancelled" | "task.claimed" | "task.completed" | "task.confirmation_refused" | "task.confirmed" | "task.entrusted" | "task.escalated" | "task.extended" | "task.given_back" | "task.handed_back" | "task.held" | "task.opened" | "task.overdue" | "task.paused" | "task.proposed" | "task.read" | "task.released" | "task.reminded" | "task.resumed" | "task.returned" | "task.signed_off" | "task.submitted" | "task.superior_asked" | "task.taken_back" | "task.term_changed" | "task.transferred" | "task.unattended" | "task.undone" | "task.urged" | "task.withdrawn" | "tasks.handed_over" | "tasks.released" | "term.changed" | "timer.delayed" | "timer.fired" | "timer.moved" | "unit.changed" | "values.erased" | "vote.counted" | "witness.asked" | "witness.released" | "witnessing.begun" | "witnessing.ended" | null;
                    mark?: string | null;
                    max?: number | null;
                    min?: number | null;
                    of?: "cases" | "entries";
                    person?: string | null;
                    purpose?: string;
                    q?: string | null;
                    status?: "running" | "ended" | "cancelled" | "suspended" | "failed" | null;
                    step?: string | null;
                    to?: string | null;
                    unit?: string | null;
                    value?: string | null;
                    version?: number | null;
                    when?: "started" | "ended";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in: answers who one is, and sets the session's cookie; or asks for the code of a second factor.
         * @description The password is hashed between two transactions, so that nobody waits for the database meanwhile. A failure is
         *     counted, and committed, before it is refused.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HalfSignedIn"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second step of signing in: a code of the app, or a recovery code. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignInCode"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign out: the session ends here and now. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go to a provider to sign in. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AtProvider"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Whither"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/oidc/{key}/arrival": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        /** Back from a provider: signs in, or links the identity; sends the browser on to a page. */
        get: {
            parameters: {
                query?: {
                    code?: string;
                    error?: string;
                    iss?: string | null;
                    state?: string;
                };
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                303: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one may sign in here besides with a password, and whether a forgotten one is reset by mail. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Ways"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of the server that concern administration; read only. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SettingPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a signal to every case that listens for it now. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Signal"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Taken"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's worklist: what is to do, was done, was started, was copied to or is delegated by or to the asker. */
        get: {
            parameters: {
                query?: {
                    arrived_from?: string | null;
                    arrived_to?: string | null;
                    below?: boolean;
                    box?: "todo" | "done" | "started" | "copied" | "delegated" | "drafts";
                    case?: string | null;
                    claimed?: "mine" | "free" | null;
                    cursor?: string | null;
                    definition?: string | null;
                    due_before?: string | null;
                    due_from?: string | null;
                    due_to?: string | null;
                    limit?: number;
                    mark?: string | null;
                    overdue?: boolean | null;
                    q?: string | null;
                    sort?: "due" | "opened" | "completed" | null;
                    stage?: string | null;
                    starter?: string | null;
                    step?: string | null;
                    total?: boolean;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskItemPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        /** One task with form, values, outcomes and what the asker can do. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** The same, for programs that put files. */
        put: {
            parameters: {
                query?: {
                    level?: "public" | "internal" | "secret" | "confidential" | "top_secret" | null;
                    name?: string | null;
                };
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        level?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Put a file with an open task: as the part ``file`` of a form, or as the body itself. */
        post: {
            parameters: {
                query?: {
                    level?: "public" | "internal" | "secret" | "confidential" | "top_secret" | null;
                    name?: string | null;
                };
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        level?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attachment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The asker takes the task; a second one is told who was first. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something to a task. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewComment"];
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Comment"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/completion": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete the task, or propose its completion where a second person has to confirm. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignedCompletion"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second person confirms what the first entered, or sends it back to them. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An added signer agrees, or says why not. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send copies (抄送): whoever gets one may see the whole case and has nothing to do in it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewCopies"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Copied"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        /** What whoever proposes a correction fills in. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorrectionForm"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Propose other answers to a completed task; a second person has to agree. Answers the corrections of its case. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Correcting"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorrectionPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/delegation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let somebody do the work, who gives it back; the asker completes it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Entrusting"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Keep unfinished answers; nobody else sees them. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/extension": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** More time for the task, with a reason: by whoever its step lets extend it, not more often than it says. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Extension"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/giving-back": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The work that was entrusted is done; it goes back to whoever entrusted it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GivingBack"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What completing the task so would lead to: nothing is written, and a refusal is that of the completion. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Act"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AheadShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The asker puts the task back. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/reminder": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Urge whoever has a task (催办): once in four hours. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reminded"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the case back, with an opinion: along a way that was drawn, or to an earlier step. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Return"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DoneBack"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        /** Where the task may be returned to, and for each place whose task disappears and which opinions become void. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Returns"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/signers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add people who have to sign, or let some go who have not signed yet. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Signers"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/taking-back": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What was entrusted, or waits for signatures, comes back before it was given. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Withdrawal"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give the task away for good; from now on it asks that person alone. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back whole what was done in a batch, before anything of it has left the house. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DoneBack"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/verbs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        /** How the task could be handed over now: each with what it would do, to whom it may go, and why not. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Verbs"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/verbs/{verb}/people": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
                verb: string;
            };
            cookie?: never;
        };
        /** The people to whom the task may go by a verb: the source of its person picker. */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    q?: string;
                };
                header?: never;
                path: {
                    task_id: string;
                    verb: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receivers"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whoever completed the task takes it back, as long as nobody has acted on it. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    task_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Withdrawal"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DoneBack"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete many tasks, each in a transaction of its own and answered by itself: one refusal stops no other.
         * @description Until ``undo_until`` of a task nothing of it leaves the house, and POST /tasks/{id}/undo takes it back whole.
         *
         *     Under an Idempotency-Key each task acts once, also where the request is sent again after half of it was done.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BatchDone"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/batch/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks beside each other, before they are done in a batch: what they share, where they differ, what may go. */
        get: {
            parameters: {
                query: {
                    ids: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BatchPreview"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many tasks each box of the asker has, in one look. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BoxCounts"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of every chain, newest first; ``q`` is looked for in what was hashed.
         * @description Reads are found by their ``kind`` (``case.read`` …) or ``chain`` (``reads:`` and a person), and not among deeds.
         *
         *     Who may read what administrators did, and no more, finds the entries that are of no case.
         */
        get: {
            parameters: {
                query?: {
                    actor?: string | null;
                    chain?: string | null;
                    cursor?: string | null;
                    from?: string | null;
                    kind?: "account.blocked" | "account.changed" | "account.created" | "activity.compensated" | "activity.interrupted" | "attachment.added" | "attachment.refused" | "attachment.removed" | "ballot.cast" | "bypass.attempted" | "calendar.changed" | "case.called" | "case.cancelled" | "case.copied" | "case.data_changed" | "case.ended" | "case.exported" | "case.failed" | "case.imported" | "case.migrated" | "case.migration_undone" | "case.move_proposed" | "case.move_refused" | "case.moved" | "case.outline_read" | "case.read" | "case.resumed" | "case.retried" | "case.start_refused" | "case.started" | "case.stopped" | "case.suspended" | "case.went_on" | "case.withdrawn" | "cases.exported" | "channel.changed" | "clock.moved" | "comment.added" | "correction.made" | "correction.proposed" | "correction.refused" | "decision.evaluated" | "definition.activated" | "definition.activation_dropped" | "definition.activation_planned" | "definition.published" | "definition.reinstated" | "definition.retired" | "delegation.changed" | "document.filed" | "document.issued" | "document.read" | "document.restored" | "document.voided" | "draft.not_agreed" | "draft.sent_to_review" | "draft.signed_off" | "duties.published" | "duty.refused" | "duty.reported" | "duty.warned" | "event.caught" | "event.escalated" | "factor.enrolled" | "factor.recovered" | "factor.removed" | "factor.renewed" | "factor.reset" | "file.read" | "finding.set_aside" | "finding.taken_up" | "gate.warned" | "hold.lifted" | "hold.placed" | "identity.linked" | "identity.unlinked" | "incident.retried" | "incident.skipped" | "job.completed" | "job.exhausted" | "job.failed" | "job.opened" | "key.created" | "key.revoked" | "limit.changed" | "list.begun" | "list.changed" | "list.closed" | "log.key_changed" | "meeting.called" | "meeting.cancelled" | "meeting.confirmed" | "meeting.decided" | "meeting.read" | "meeting.sent_back" | "meeting.submitted" | "meeting.taken_over" | "membership.changed" | "message.expired" | "message.posted" | "message.sent" | "migration.ended" | "migration.resumed" | "migration.started" | "migration.stopped" | "migration.undone" | "notice.sent_again" | "office.built" | "office.imported" | "parameter.changed" | "password.reset" | "password.reset_begun" | "person.changed" | "person.left" | "phrases.changed" | "post.begun" | "post.changed" | "post.ended" | "proposal.confirmed" | "proposal.expired" | "proposal.made" | "proposal.refused" | "proposal.withdrawn" | "retention.changed" | "search.exported" | "search.made" | "series.begun" | "signal.posted" | "signal.sent" | "signer.added" | "signer.removed" | "signer.signed" | "step.imported" | "task.cancelled" | "task.claimed" | "task.completed" | "task.confirmation_refused" | "task.confirmed" | "task.entrusted" | "task.escalated" | "task.extended" | "task.given_back" | "task.handed_back" | "task.held" | "task.opened" | "task.overdue" | "task.paused" | "task.proposed" | "task.read" | "task.released" | "task.reminded" | "task.resumed" | "task.returned" | "task.signed_off" | "task.submitted" | "task.superior_asked" | "task.taken_back" | "task.term_changed" | "task.transferred" | "task.unattended" | "task.undone" | "task.urged" | "task.withdrawn" | "tasks.handed_over" | "tasks.released" | "term.changed" | "timer.delayed" | "timer.fired" | "timer.moved" | "unit.changed" | "values.erased" | "vote.counted" | "witness.asked" | "witness.released" | "witnessing.begun" | "witnessing.ended" | null;
                    limit?: number;
                    q?: string | null;
                    to?: string | null;
                    unit?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EntryPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signed checkpoints, newest first. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckpointPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/checkpoints/{size}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                size: string;
            };
            cookie?: never;
        };
        /** The checkpoint of so many entries, or ``newest``. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    size: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckpointWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/checkpoints/{size}/print": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                size: string;
            };
            cookie?: never;
        };
        /** The same as a page for paper: the note, its QR code and who has cosigned it; without a script. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    size: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description The file. */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": string;
                    };
                };
                /** @description As it was. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That the log only grew: from one size to another one, the newest if none is said. */
        get: {
            parameters: {
                query: {
                    from: number;
                    to?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GrowthShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries/{chain}/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chain: string;
                seq: string;
            };
            cookie?: never;
        };
        /** An entry as it was hashed, for whoever sees the whole case, or reads the trail; its hash can be worked out. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    chain: string;
                    seq: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EntryText"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries/{chain}/{seq}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chain: string;
                seq: string;
            };
            cookie?: never;
        };
        /** That an entry, named by its chain and its position there, is in the log; 409 while it has no place yet. */
        get: {
            parameters: {
                query?: {
                    size?: number | null;
                };
                header?: never;
                path: {
                    chain: string;
                    seq: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProofShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries/{entry}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry: string;
            };
            cookie?: never;
        };
        /** That an entry, named by its hash, is in the log. */
        get: {
            parameters: {
                query?: {
                    size?: number | null;
                };
                header?: never;
                path: {
                    entry: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProofShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By which keys checkpoints, receipts and cosignatures are verified. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KeysShape"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the log stands: its newest checkpoint, what waits, every place that is to have it, and the witnesses. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LogStanding"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/readers/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        /** What somebody (id or number) was shown, newest first; that the auditor looked goes on record as well. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    limit?: number;
                };
                header?: never;
                path: {
                    person: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReadPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recompute every hash, link and leaf, of one chain or of all, and what rests on them. */
        get: {
            parameters: {
                query?: {
                    chain?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Verification"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Units by code, today or ``on`` a day; ``q`` searches names and codes, ``parent`` (id or code): directly below,
         *     ``below``: on every level below.
         */
        get: {
            parameters: {
                query?: {
                    below?: string | null;
                    cursor?: string | null;
                    kind?: string | null;
                    limit?: number;
                    on?: string | null;
                    parent?: string | null;
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitPage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units/{unit}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                unit: string;
            };
            cookie?: never;
        };
        /** One unit (id or code), today or on another day. */
        get: {
            parameters: {
                query?: {
                    on?: string | null;
                };
                header?: never;
                path: {
                    unit: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitWhole"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units/{unit}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                unit: string;
            };
            cookie?: never;
        };
        /** What a unit was when, the newest period first; days to come among them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitStatePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units/{unit}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                unit: string;
            };
            cookie?: never;
        };
        /** The posts of a unit with their terms: held on a day or later; ``past``: those that have ended too. */
        get: {
            parameters: {
                query?: {
                    on?: string | null;
                    past?: boolean;
                };
                header?: never;
                path: {
                    unit: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitPosts"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What becomes otherwise in the structure between two days, both inclusive; the first 200 changes. */
        get: {
            parameters: {
                query: {
                    since: string;
                    until: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StructureChangePage"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/units/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The posts and the kinds of unit that there are. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DirectoryWords"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's saved views of the worklist, or of another page, in their order. */
        get: {
            parameters: {
                query?: {
                    page?: "worklist" | "search";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Views"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Save a view under an id of the asker's choice, new or in place of the one that is there. */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    view_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ViewGiven"];
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["View"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        /** Keep a view no longer. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A request sent again under the same key acts once and is given the same answer. */
                    "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                };
                path: {
                    view_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The words a designer may write, for the modeler's panel. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Vocabulary"];
                    };
                };
                /** @description Refused. */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccessThen: {
            access: string;
            field: string;
            label: string;
        };
        AccountItem: {
            /** Format: date-time */
            created_at: string | null;
            /** Format: date-time */
            disabled_at: string | null;
            has_second_factor: boolean;
            id: string | null;
            is_administrator: boolean;
            language: string | null;
            /** Format: date-time */
            locked_until: string | null;
            name: string | null;
            person: components["schemas"]["NumberedPerson"];
            posts: components["schemas"]["PostRef"][];
            /** Format: date-time */
            seen_at: string | null;
            sessions: number;
            /** @enum {string} */
            state: "active" | "disabled" | "locked" | "none";
            unit: components["schemas"]["UnitRef"] | null;
        };
        AccountItemPage: {
            items: components["schemas"]["AccountItem"][];
            next: string | null;
            total?: number;
        };
        AccountRef: {
            id: string;
            name: string;
        };
        AccountWithLink: {
            account: components["schemas"]["AccountItem"];
            link: string;
            /** Format: date-time */
            until: string;
        };
        Act: {
            answers?: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
        };
        ActivationAsked: {
            /**
             * Format: date-time
             * @default null
             */
            from?: string | null;
            reason: string;
            /** @default null */
            units?: string[] | null;
            version: number;
        };
        ActivationDone: {
            is_active: boolean;
        };
        ActShape: {
            acting_for: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            confirmed_by: components["schemas"]["PersonRef"] | null;
            decision_label: string | null;
            element: string;
            is_late: boolean;
            is_void: boolean;
            name: string;
            /** Format: date-time */
            opened_at: string;
            /** @enum {string} */
            status: "completed" | "returned" | "signed" | "given_back" | "transferred";
            step: string | null;
            task: string;
            to: string | null;
        };
        Adjusted: {
            days: components["schemas"]["AdjustmentDay"][];
            looked_at: number;
            moved: components["schemas"]["MovedTask"][];
            number: number | null;
            open: number;
        };
        AdjustmentDay: {
            /** Format: date */
            day: string;
            is_worked: boolean | null;
            name: string;
        };
        AdjustmentSent: {
            /** @default null */
            basis?: string | null;
            /** @default null */
            csv?: string | null;
            days?: components["schemas"]["DaySent"][];
            /** @default null */
            hours?: components["schemas"]["HoursSent"][] | null;
            /** @default false */
            preview?: boolean;
            /** @default  */
            reason?: string;
            /** @default null */
            year?: number | null;
        };
        AdjustmentShape: {
            /** Format: date-time */
            at: string;
            basis: string | null;
            days: components["schemas"]["AdjustmentDay"][];
            hours: components["schemas"]["Hours"][] | null;
            number: number;
            reason: string;
            set_by: components["schemas"]["PersonRef"] | null;
            year: number | null;
        };
        AdministrationAct: {
            confirmers: string[];
            hours: number;
            kind: string;
            name: string;
            proposers: string[];
            why: string;
        };
        AdministrationActPage: {
            items: components["schemas"]["AdministrationAct"][];
            next: string | null;
            total?: number;
        };
        Advance: {
            by: string;
        };
        Again: {
            /** @default false */
            sure?: boolean;
        };
        Age: {
            age: number;
            count: number;
            from_days: number;
            to_days: number | null;
        };
        Agenda: {
            /** Format: date */
            held_on: string;
            may_take_over: boolean;
            meeting: string | null;
            name: string;
            recorder: components["schemas"]["PersonRef"];
            /** @enum {string} */
            status: "draft" | "submitted" | "confirmed" | "cancelled";
        };
        AheadShape: {
            chain: components["schemas"]["AheadStep"][];
            confirm: components["schemas"]["Asks"] | null;
            is_ended: boolean;
            next: components["schemas"]["AheadStep"][];
            outcome_label: string | null;
        };
        AheadStep: {
            /** Format: date */
            due_on: string | null;
            element: string;
            holders: string[];
            is_held: boolean;
            is_vacant: boolean;
            /** @enum {string} */
            kind: "task" | "case" | "depends";
            more: number;
            name: string;
            options: string[];
            people: components["schemas"]["PersonRef"][];
            stage_name: string | null;
            step: string | null;
            why: string[];
        };
        AnswerLine: {
            label: string;
            value: unknown;
        };
        Appointment: {
            /** @default null */
            basis?: string | null;
            /**
             * Format: date
             * @default null
             */
            from_on?: string | null;
            person: string;
            /** @default null */
            reason?: string | null;
            /** @enum {string} */
            role: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer";
            /**
             * Format: date
             * @default null
             */
            to_on?: string | null;
            unit: string;
        };
        Arithmetic: {
            at: string | null;
            /** Format: date */
            on: string;
            provisional: boolean;
            text: string;
        };
        Aside: {
            is_given: boolean;
            person: components["schemas"]["PersonRef"];
            reason: string | null;
            rule: string | null;
            why: string;
        };
        AsideGiven: {
            person: string;
            reason: string;
        };
        AskedThen: {
            holder: string;
            people: components["schemas"]["PersonRef"][];
        };
        Asks: {
            holders: string[];
            more: number;
            people: components["schemas"]["PersonRef"][];
        };
        AspectShape: {
            after: unknown;
            before: unknown;
            name: string;
            text: string;
        };
        AtProvider: {
            provider: string;
        };
        Attachment: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            case: string | null;
            id: string;
            media_type: string;
            mine: boolean;
            name: string;
            previews: boolean;
            sha256: string;
            size: number;
            task: string | null;
            /** @enum {string} */
            verdict: "clean" | "unscanned" | "waiting" | "infected";
        };
        Attachments: {
            items: components["schemas"]["Attachment"][];
            next: string | null;
        };
        AttachmentThen: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            entry: number;
            id: string;
            name: string | null;
            sha256: string;
        };
        Attendance: {
            attendance: components["schemas"]["Attended"][];
            /** @default null */
            rev?: number | null;
        };
        Attended: {
            person: string;
            /** @default null */
            reason?: string | null;
            /**
             * @default null
             * @enum {string|null}
             */
            status?: "present" | "leave" | "absent" | "exempt" | null;
        };
        Attendee: {
            has_vote: boolean;
            person: components["schemas"]["PersonRef"];
            reason: string | null;
            /** @enum {string|null} */
            status: "present" | "leave" | "absent" | "exempt" | null;
            status_label: string | null;
        };
        AuditFinding: {
            actual: string[];
            /** Format: date-time */
            at: string;
            case: components["schemas"]["FindingCase"];
            chain: string;
            clause: components["schemas"]["Clause"] | null;
            definition: components["schemas"]["FindingDefinition"];
            element: string | null;
            element_name: string | null;
            expected: string[];
            hash: string;
            id: string;
            /** @enum {string} */
            kind: "deviation" | "moved" | "skipped" | "data_changed" | "corrected" | "duty_warned" | "duty_reported" | "duty_refused" | "bypass" | "override" | "fast" | "backdated" | "late_entry" | "overdue" | "extended" | "returned" | "not_confirmed" | "taken_back" | "read_unowned" | "exception";
            kind_name: string;
            measure: number | null;
            person: components["schemas"]["PersonRef"] | null;
            reason: string | null;
            rev: number;
            rule: string;
            said: string | null;
            sentence: string | null;
            seq: number;
            set_aside: components["schemas"]["SetAside"] | null;
            unit: components["schemas"]["UnitRef"];
            version: number;
        };
        AuditFindingPage: {
            items: components["schemas"]["AuditFinding"][];
            next: string | null;
            total?: number;
        };
        AuditLimit: {
            least: number;
            most: number;
            /** @enum {string} */
            name: "fast_seconds" | "backdated_days";
            text: string;
            usual: number;
            value: number;
        };
        AuditLimitChange: {
            reason: string;
            value: number;
        };
        AuditLimits: {
            items: components["schemas"]["AuditLimit"][];
        };
        Batch: {
            items: components["schemas"]["BatchItem"][];
        };
        BatchAnswer: {
            done: components["schemas"]["Done"] | null;
            problem: components["schemas"]["Problem"] | null;
            status: number;
            task: string;
        };
        BatchDone: {
            items: components["schemas"]["BatchAnswer"][];
        };
        BatchItem: {
            answers?: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            rev?: number | null;
            task: string;
        };
        BatchLine: {
            differs: boolean;
            label: string;
            value: unknown;
        };
        BatchOutcome: {
            /** @enum {string} */
            kind: "agree" | "return" | "reject" | "neutral";
            label: string;
            /** @enum {string} */
            opinion: "required" | "optional" | "none";
            value: string;
        };
        BatchPreview: {
            common: components["schemas"]["BatchLine"][];
            is_plain: boolean;
            items: components["schemas"]["BatchTask"][];
            outcomes: components["schemas"]["BatchOutcome"][];
            shared: string | null;
            sums: components["schemas"]["BatchSum"][];
        };
        BatchSum: {
            label: string;
            value: unknown;
        };
        BatchTask: {
            allowed: boolean;
            opening: Record<string, unknown> | null;
            reason: string | null;
            task: components["schemas"]["TaskItem"];
            values: components["schemas"]["BatchLine"][];
        };
        Becoming: {
            new: string;
            new_name: string;
            old: string;
            old_name: string;
        };
        BeginSecondFactor: {
            /** @default null */
            password?: string | null;
        };
        BoxCount: {
            count: number;
            is_more: boolean;
            unread: number;
        };
        BoxCounts: {
            copied: components["schemas"]["BoxCount"];
            delegated: components["schemas"]["BoxCount"];
            done: components["schemas"]["BoxCount"];
            drafts: components["schemas"]["BoxCount"];
            started: components["schemas"]["BoxCount"];
            todo: components["schemas"]["BoxCount"];
        };
        Break: {
            chain: string;
            message: string;
            rule: string;
            seq: number;
        };
        BusinessDate: {
            /** Format: date */
            earliest: string | null;
            field: string;
            /** Format: date */
            late_before: string | null;
            /** Format: date */
            latest: string | null;
        };
        BystanderShape: {
            id: string;
            name: string;
        };
        CalendarDay: {
            calendar: string | null;
            /** Format: date */
            day: string;
            holiday: string | null;
            is_worked: boolean;
            name: string | null;
            national: boolean | null;
            own: boolean;
        };
        CalendarItem: {
            /** Format: date-time */
            at: string | null;
            hours: components["schemas"]["Hours"][];
            id: string;
            name: string;
            noticed: number[];
            number: number;
            set_by: components["schemas"]["PersonRef"] | null;
            unit: components["schemas"]["UnitRef"] | null;
        };
        CalendarList: {
            can_adjust: boolean;
            items: components["schemas"]["CalendarItem"][];
            national: number[];
        };
        CalendarYear: {
            /** Format: date-time */
            at: string | null;
            can_adjust: boolean;
            days: components["schemas"]["CalendarDay"][];
            history: components["schemas"]["AdjustmentShape"][];
            hours: components["schemas"]["Hours"][];
            id: string;
            name: string;
            noticed: number[];
            number: number;
            provisional: boolean;
            set_by: components["schemas"]["PersonRef"] | null;
            unit: components["schemas"]["UnitRef"] | null;
            working_days: number;
            year: number;
        };
        CalledCase: {
            definition: string;
            definition_name: string;
            /** Format: date */
            due_on: string | null;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            is_late: boolean;
            number: string;
            outcome: string | null;
            outcome_label: string | null;
            sees: boolean;
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            steps: string[];
            summary: components["schemas"]["Label"][];
            unit: components["schemas"]["UnitRef"];
            urged: number;
        };
        CalledCasePage: {
            items: components["schemas"]["CalledCase"][];
            next: string | null;
            total?: number;
        };
        CaseClauses: {
            counts: {
                [key: string]: number;
            };
            items: components["schemas"]["ReadClause"][];
            number: string;
        };
        CaseItem: {
            business_key: string | null;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            incidents: number;
            number: string;
            outcome: string | null;
            outcome_label: string | null;
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"];
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            summary: components["schemas"]["Label"][];
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        CaseItemPage: {
            items: components["schemas"]["CaseItem"][];
            next: string | null;
            total?: number;
        };
        CaseOfEntry: {
            id: string;
            number: string;
            title: string;
        };
        CaseOfTask: {
            id: string;
            number: string;
            title: string | null;
            unit: components["schemas"]["UnitRef"];
        };
        CaseRecords: {
            attachments: number;
            can: ("hold" | "erase")[];
            erasable: components["schemas"]["ErasedField"][] | null;
            erasures: components["schemas"]["Erased"][];
            holds: components["schemas"]["HoldShape"][];
            is_held: boolean;
            is_open: boolean;
        };
        CaseRef: {
            id: string;
            number: string;
            title: string;
        };
        CaseStarted: {
            acts: components["schemas"]["ActShape"][];
            business_key: string | null;
            called: components["schemas"]["LinkedCase"][];
            can: string[];
            countersigns: components["schemas"]["CountersignShape"][];
            data: Record<string, unknown>;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            incidents: number;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            /** Format: date-time */
            now: string;
            number: string;
            open_incidents: components["schemas"]["OpenIncident"][];
            open_tasks: components["schemas"]["OpenTask"][];
            outcome: string | null;
            outcome_label: string | null;
            parent: components["schemas"]["LinkedCase"] | null;
            receipt: components["schemas"]["ReceiptShape"];
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"];
            started_for: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            steps: components["schemas"]["StepShape"][];
            summary: components["schemas"]["Label"][];
            suspension: components["schemas"]["SuspensionShape"] | null;
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        CaseState: {
            id: string;
            number: string;
            status: string;
            title: string;
        };
        CaseSums: {
            broken_off: number;
            finished: number;
            open: number;
            started: number;
        };
        CaseThen: {
            /** Format: date-time */
            at: string;
            attachments: components["schemas"]["AttachmentThen"][];
            /** Format: date */
            business_on: string;
            changes: components["schemas"]["Difference"][];
            definition: string;
            definition_name: string;
            documents: components["schemas"]["DocumentThen"][];
            done: components["schemas"]["DoneThen"][];
            elements: {
                [key: string]: components["schemas"]["ElementState"];
            };
            entry: components["schemas"]["EntryShape"];
            id: string;
            incidents: string[];
            last: number;
            number: string;
            open_tasks: components["schemas"]["OpenThen"][];
            opinions: components["schemas"]["OpinionThen"][];
            outcome: string | null;
            outcome_label: string | null;
            rules: components["schemas"]["RuleThen"][];
            since: number | null;
            started_by: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            unknown: string[];
            values: components["schemas"]["ValueThen"][];
            version: number;
        };
        CaseWhole: {
            acts: components["schemas"]["ActShape"][];
            business_key: string | null;
            called: components["schemas"]["LinkedCase"][];
            can: string[];
            countersigns: components["schemas"]["CountersignShape"][];
            data: Record<string, unknown>;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            incidents: number;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            /** Format: date-time */
            now: string;
            number: string;
            open_incidents: components["schemas"]["OpenIncident"][];
            open_tasks: components["schemas"]["OpenTask"][];
            outcome: string | null;
            outcome_label: string | null;
            parent: components["schemas"]["LinkedCase"] | null;
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"];
            started_for: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            steps: components["schemas"]["StepShape"][];
            summary: components["schemas"]["Label"][];
            suspension: components["schemas"]["SuspensionShape"] | null;
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        Change: {
            before?: unknown;
            field: string;
            label: string;
            value: unknown;
        };
        ChangedChannel: {
            name: string;
            secrets?: components["schemas"]["Secrets"];
            settings: components["schemas"]["ChannelSettings"];
        };
        ChangedList: {
            name: string;
            /** @default  */
            name_en?: string;
            /** @default  */
            reason?: string;
            units: string[];
            version: number;
        };
        ChangeShape: {
            aspects: components["schemas"]["AspectShape"][];
            element: string;
            /** @enum {string} */
            kind: "added" | "removed" | "changed";
            name: string;
            sentences: string[];
            what: string;
        };
        ChannelCounts: {
            failed: number;
            sent: number;
            unknown: number;
            waiting: number;
        };
        ChannelRef: {
            id: string;
            kind: string;
            name: string;
        };
        Channels: {
            items: components["schemas"]["ChannelShape"][];
            kinds: components["schemas"]["KindRef"][];
            next: string | null;
        };
        ChannelSettings: {
            domains?: string[];
            /** @default  */
            host?: string;
            kinds?: string[];
            /**
             * @default zh
             * @enum {string}
             */
            language?: "zh" | "en";
            /** @default null */
            port?: number | null;
            /**
             * @default starttls
             * @enum {string}
             */
            security?: "starttls" | "tls" | "none";
            /** @default  */
            sender?: string;
            /** @default  */
            sender_name?: string;
            /** @default false */
            titles?: boolean;
            units?: string[];
            /** @default  */
            user?: string;
        };
        ChannelShape: {
            /** @enum {string} */
            audience: "people" | "office";
            /** Format: date-time */
            created_at: string;
            deliveries: components["schemas"]["ChannelCounts"];
            /** Format: date-time */
            disabled_at: string | null;
            error: string | null;
            /** Format: date-time */
            error_at: string | null;
            id: string;
            /** @enum {string} */
            kind: "mail" | "webhook" | "wecom" | "dingtalk";
            name: string;
            /** Format: date-time */
            open_until: string | null;
            settings: Record<string, unknown>;
        };
        Checked: {
            findings: components["schemas"]["FindingShape"][];
            key: string | null;
            ok: boolean;
        };
        Checklist: {
            files_hash: string;
            findings: components["schemas"]["FindingShape"][];
            may_publish: boolean;
            open_comments: number;
            outdated: components["schemas"]["OutdatedShape"] | null;
            preview: components["schemas"]["TrialShape"];
            rehearsals: components["schemas"]["RehearsedShort"] | null;
            retired: boolean;
            running: number;
            sign_offs: components["schemas"]["LackingShape"];
            staffing: components["schemas"]["FindingShape"][];
        };
        CheckpointPage: {
            items: components["schemas"]["CheckpointShape"][];
            next: string | null;
            total?: number;
        };
        CheckpointPlace: {
            /** Format: date-time */
            at: string;
            place: string;
        };
        CheckpointShape: {
            /** Format: date-time */
            at: string;
            is_witnessed: boolean;
            note: string;
            root: string;
            size: number;
            witnesses: string[];
        };
        CheckpointWhole: {
            /** Format: date-time */
            at: string;
            is_witnessed: boolean;
            note: string;
            published: components["schemas"]["CheckpointPlace"][];
            root: string;
            size: number;
            timestamps: string[];
            witnesses: string[];
        };
        Choices: {
            columns: {
                [key: string]: components["schemas"]["ColumnChoice"][];
            };
            fields: components["schemas"]["FieldChoice"][];
            indexed: components["schemas"]["IndexedShape"];
            kinds: string[];
            marks: string[];
            steps: components["schemas"]["StepChoice"][];
        };
        Clause: {
            article: string | null;
            id: string;
            text: string | null;
        };
        ClauseCase: {
            exceptions: number;
            id: string;
            number: string;
            /** Format: date-time */
            started_at: string;
            status: string;
            title: string;
            unit: components["schemas"]["UnitRef"];
        };
        ClauseCasePage: {
            items: components["schemas"]["ClauseCase"][];
            next: string | null;
            total?: number;
        };
        ClauseCounts: {
            clause: components["schemas"]["Clause"];
            counts: {
                [key: string]: number;
            };
            definition: components["schemas"]["FindingDefinition"];
            departures: number;
        };
        ClauseRule: {
            article: string;
            enforced_by: components["schemas"]["Enforcer"][];
            id: string;
            /** @enum {string} */
            kind: "national" | "local" | "policy";
            parameters: string[];
            text: string;
        };
        ClauseRulePage: {
            items: components["schemas"]["ClauseRule"][];
            next: string | null;
            total?: number;
        };
        ClauseStep: {
            element: string;
            is_done: boolean;
            is_open: boolean;
            name: string;
            step: string | null;
        };
        ClauseTable: {
            entries: number;
            items: components["schemas"]["ClauseCounts"][];
            read: number;
        };
        ClockShape: {
            acted?: number;
            /** Format: date-time */
            now: string;
            /** Format: date */
            today: string;
        };
        Code: {
            path: string;
            size: number;
        };
        ColumnChoice: {
            column: string;
            is_usual: boolean;
            label: string;
        };
        Comment: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            case: string;
            id: string;
            mentions: components["schemas"]["PersonRef"][];
            task: string | null;
            text: string;
        };
        CommentAsked: {
            /** @default null */
            element?: string | null;
            text: string;
        };
        CommentDone: {
            no: number;
        };
        CommentPage: {
            items: components["schemas"]["CommentShape"][];
            next: string | null;
            total?: number;
        };
        Comments: {
            items: components["schemas"]["Comment"][];
            next: string | null;
        };
        CommentShape: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"];
            element: string | null;
            no: number;
            /** Format: date-time */
            resolved_at: string | null;
            resolved_by: components["schemas"]["PersonRef"] | null;
            rev: number;
            text: string;
        };
        Confirmation: {
            agree: boolean;
            /** @default null */
            opinion?: string | null;
        };
        ConfirmSecondFactor: {
            code: string;
        };
        Copied: {
            to: components["schemas"]["PersonRef"][];
        };
        Copies: {
            items: components["schemas"]["Copy"][];
            next: string | null;
        };
        Copy: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            id: string;
            note: string | null;
            /** Format: date-time */
            read_at: string | null;
            task: string | null;
            to: components["schemas"]["PersonRef"];
        };
        Correcting: {
            answers: Record<string, unknown>;
            reason: string;
        };
        Correction: {
            reason: string;
            values: Record<string, unknown>;
        };
        CorrectionForm: {
            context: Record<string, unknown>;
            form: unknown;
            values: Record<string, unknown>;
        };
        CorrectionPage: {
            items: components["schemas"]["CorrectionShape"][];
            next: string | null;
            total?: number;
        };
        CorrectionShape: {
            can: "confirm"[];
            changes: components["schemas"]["Change"][];
            /** Format: date-time */
            decided_at: string | null;
            decided_by: components["schemas"]["PersonRef"] | null;
            element: string;
            element_name: string;
            id: string;
            opinion: string | null;
            /** Format: date-time */
            proposed_at: string;
            proposed_by: components["schemas"]["PersonRef"];
            reason: string;
            /** @enum {string} */
            status: "proposed" | "made" | "refused";
            step: string | null;
            task: string;
        };
        CountedCase: {
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            number: string;
            outcome_label: string | null;
            /** Format: date-time */
            started_at: string;
            status: string;
            title: string | null;
            unit: components["schemas"]["UnitRef"];
            version: number;
        };
        CountedCasePage: {
            items: components["schemas"]["CountedCase"][];
            next: string | null;
            total?: number;
        };
        CountedTask: {
            case: components["schemas"]["CaseOfTask"];
            /** Format: date-time */
            completed_at: string | null;
            definition: string;
            definition_name: string;
            /** Format: date */
            due_on: string | null;
            element: string;
            id: string;
            is_late: boolean;
            name: string;
            /** Format: date-time */
            opened_at: string;
            status: string;
            step: string | null;
            /** Format: date-time */
            taken_at: string | null;
            unit: components["schemas"]["UnitRef"];
            version: number;
            wait_seconds: number | null;
            work_seconds: number | null;
        };
        CountedTaskPage: {
            items: components["schemas"]["CountedTask"][];
            next: string | null;
            total?: number;
        };
        CountersignShape: {
            abstain: number | null;
            against: number | null;
            agree: number | null;
            asked: number;
            /** @enum {string|null} */
            base: "present" | "eligible" | "cast" | null;
            element: string;
            is_secret: boolean;
            more: number;
            name: string;
            needed: number | null;
            quorum: number | null;
            /** @enum {string} */
            rule: "all" | "any" | "share" | "vote";
            sentence: string;
            share: string | null;
            signers: components["schemas"]["Signer"][];
            voted: number;
        };
        Counts: {
            cannot: number;
            changes: number;
            moves: number;
            redoes: number;
            unchanged: number;
        };
        CoverageShape: {
            elements: number;
            flows: number;
            missed_elements: string[];
            missed_flows: string[];
        };
        Credentials: {
            name: string;
            password: string;
        };
        DaySent: {
            /** Format: date */
            day: string;
            is_worked: boolean | null;
            /** @default  */
            name?: string;
        };
        DecidedShape: {
            decision: string;
            hit_policy: string | null;
            inputs: Record<string, unknown>;
            name: string;
            notes: string[];
            rule_ids: string[];
            rules: number[];
            value: unknown;
        };
        Deciding: {
            agree: boolean;
            /** @default null */
            opinion?: string | null;
        };
        DefinitionCount: {
            count: number;
            key: string;
            name: string;
        };
        DefinitionDuties: {
            findings: components["schemas"]["FindingShape"][];
            other_gaps: components["schemas"]["DutyGap"][];
            rules: components["schemas"]["DutyBound"][];
            version: number;
        };
        DefinitionPage: {
            items: components["schemas"]["DefinitionShape"][];
            next: string | null;
            total?: number;
        };
        DefinitionRef: {
            key: string;
            name: string;
        };
        DefinitionShape: {
            can_start: boolean;
            description: string;
            key: string;
            name: string;
            version: number;
        };
        DefinitionWhole: {
            can_start: boolean;
            description: string;
            key: string;
            name: string;
            start: components["schemas"]["StartShape"] | null;
            steps: components["schemas"]["NumberedStep"][];
            version: number;
            versions: components["schemas"]["VersionRef"][];
        };
        Delegating: {
            /** @default null */
            actions?: ("act" | "confirm")[] | null;
            /** @default null */
            definitions?: string[] | null;
            /** @default null */
            document_no?: string | null;
            /** @default null */
            from?: string | null;
            /**
             * Format: date
             * @default null
             */
            from_on?: string | null;
            reason: string;
            to: string;
            /** Format: date */
            to_on: string;
        };
        DelegationPage: {
            items: components["schemas"]["DelegationShape"][];
            next: string | null;
            total?: number;
        };
        DelegationShape: {
            actions: ("act" | "confirm")[] | null;
            approved_by: components["schemas"]["PersonRef"] | null;
            can_revoke: boolean;
            /** Format: date-time */
            created_at: string;
            definitions: components["schemas"]["DefinitionRef"][] | null;
            document_no: string | null;
            from: components["schemas"]["PersonRef"];
            /** Format: date */
            from_on: string;
            id: string;
            reason: string;
            /** Format: date-time */
            revoked_at: string | null;
            revoked_because: string | null;
            revoked_by: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            state: "coming" | "current" | "over" | "revoked";
            to: components["schemas"]["PersonRef"];
            /** Format: date */
            to_on: string;
        };
        DeliveryPage: {
            items: components["schemas"]["DeliveryShape"][];
            next: string | null;
            total?: number;
        };
        DeliveryShape: {
            /** Format: date-time */
            at: string;
            attempts: number;
            /** Format: date-time */
            done_at: string | null;
            error: string | null;
            id: string;
            kind: string;
            /** Format: date-time */
            next_at: string;
            /** @enum {string} */
            status: "waiting" | "sending" | "sent" | "failed" | "unknown" | "cancelled";
            way: string;
        };
        Demands: {
            clause: components["schemas"]["Clause"] | null;
            least: number;
            /** @description The outcomes that demand them, in words; empty: whatever the outcome is. */
            least_for: string[];
            most: number | null;
            signature: ("password" | "drawing")[];
            signed_outcomes: string[];
            types: string[];
        };
        Diagram: {
            elements: {
                [key: string]: components["schemas"]["ElementState"];
            };
            texts: {
                [key: string]: string;
            };
            xml: string;
        };
        Difference: {
            after: unknown;
            before: unknown;
            field?: string;
            name: string;
            task?: string;
            /** @enum {string} */
            what: "status" | "version" | "unit" | "task" | "due" | "holder" | "value" | "attachment" | "document";
        };
        Differences: {
            items: components["schemas"]["Difference"][];
        };
        DifferenceShape: {
            changes: components["schemas"]["ChangeShape"][];
            from: number;
            suggestions: components["schemas"]["SuggestionShape"][];
            to: number;
        };
        DirectoryWords: {
            kinds: components["schemas"]["Word"][];
            roles: components["schemas"]["Word"][];
        };
        DistributionList: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            can_keep: boolean;
            count: number;
            id: string;
            is_closed: boolean;
            missing: number;
            name: string;
            unit: components["schemas"]["UnitRef"];
            version: number;
        };
        DistributionLists: {
            items: components["schemas"]["DistributionList"][];
            next: string | null;
        };
        DistributionListWhole: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            can_keep: boolean;
            count: number;
            id: string;
            is_closed: boolean;
            missing: number;
            name: string;
            name_en: string;
            name_zh: string;
            unit: components["schemas"]["UnitRef"];
            units: components["schemas"]["ListedUnit"][];
            version: number;
            versions: components["schemas"]["ListVersion"][];
        };
        Document: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            can_void: boolean;
            case: string;
            /** Format: date */
            dated_on: string;
            element: string;
            id: string;
            is_received: boolean;
            is_void: boolean;
            is_whole: boolean;
            kind: string;
            kind_name: string;
            number: string | null;
            page: components["schemas"]["DocumentPage"];
            sha256: string;
            title: string;
            unit: components["schemas"]["UnitRef"];
            /** Format: date-time */
            void_at: string | null;
            void_because: string | null;
            void_by: components["schemas"]["PersonRef"] | null;
        };
        DocumentEnclosure: {
            name: string;
            sha256: string | null;
        };
        DocumentItem: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            can_void: boolean;
            case: string;
            /** Format: date */
            dated_on: string;
            element: string;
            id: string;
            is_received: boolean;
            is_void: boolean;
            is_whole: boolean;
            kind: string;
            kind_name: string;
            number: string | null;
            sha256: string;
            title: string;
            unit: components["schemas"]["UnitRef"];
            /** Format: date-time */
            void_at: string | null;
            void_because: string | null;
            void_by: components["schemas"]["PersonRef"] | null;
        };
        DocumentItems: {
            items: components["schemas"]["DocumentItem"][];
            next: string | null;
        };
        DocumentPage: {
            attachments: components["schemas"]["DocumentEnclosure"][];
            body: components["schemas"]["DocumentParagraph"][];
            copies: string[];
            date: string;
            has_head_word: boolean;
            issuers: string[];
            /** @enum {string} */
            language: "zh" | "en";
            note: string | null;
            number: string | null;
            printed_on: string;
            signer: string | null;
            title: string;
            to: string | null;
            urgency: string | null;
        };
        DocumentParagraph: {
            level: number;
            text: string;
        };
        DocumentThen: {
            entry: number;
            id: string;
            is_void: boolean;
            name: string;
            number: string | null;
            sha256: string | null;
        };
        Done: {
            case: components["schemas"]["CaseState"];
            next_task: components["schemas"]["TaskItem"] | null;
            now_with: string[];
            receipt: components["schemas"]["ReceiptShape"] | null;
            task: components["schemas"]["TaskItem"];
        };
        DoneBack: {
            case: components["schemas"]["CaseState"];
            next_task: components["schemas"]["TaskItem"] | null;
            now_with: string[];
            receipt: components["schemas"]["ReceiptShape"] | null;
            straight: boolean;
            target: components["schemas"]["StepRef"] | null;
            task: components["schemas"]["TaskItem"];
            void: components["schemas"]["UndoneTask"][];
        };
        DoneThen: {
            acting_for: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string;
            /** Format: date */
            business_on: string | null;
            by: components["schemas"]["PersonRef"] | null;
            confirmed_by: components["schemas"]["PersonRef"] | null;
            decision_label: string | null;
            element: string;
            entry: number | null;
            is_late: boolean;
            is_void: boolean;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            name: string;
            status: string;
            step: string | null;
            task: string;
        };
        Draft: {
            answers: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
        };
        DraftAsked: {
            from: components["schemas"]["Origin"];
            /** @default  */
            note?: string;
        };
        DraftBegun: {
            based_on: number | null;
            /** Format: date-time */
            created_at: string;
            edited_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            editing_until: string | null;
            files_hash: string;
            id: string;
            key: string;
            name: string;
            newest: number | null;
            owner: components["schemas"]["PersonRef"];
            published_version: number | null;
            reason: string | null;
            report: components["schemas"]["RemarkShape"][];
            rev: number;
            reviewers: components["schemas"]["PersonRef"][];
            running: number;
            /** Format: date-time */
            saved_at: string;
            saved_by: components["schemas"]["PersonRef"];
            sign_offs: components["schemas"]["SignOffShape"][];
            /** @enum {string} */
            state: "draft" | "in_review" | "published" | "withdrawn";
        };
        DraftChecked: {
            findings: components["schemas"]["FindingShape"][];
            key: string | null;
            ok: boolean;
        };
        DraftDifference: {
            after: string | null;
            before: string | null;
            changes: components["schemas"]["ChangeShape"][];
            elements: {
                [key: string]: string;
            };
            from: number | null;
            running: number;
            suggestions: components["schemas"]["SuggestionShape"][];
            units: number;
        };
        DraftPage: {
            items: components["schemas"]["DraftShape"][];
            next: string | null;
            total?: number;
        };
        DraftShape: {
            based_on: number | null;
            /** Format: date-time */
            created_at: string;
            edited_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            editing_until: string | null;
            files_hash: string;
            id: string;
            key: string;
            name: string;
            newest: number | null;
            owner: components["schemas"]["PersonRef"];
            published_version: number | null;
            reason: string | null;
            rev: number;
            reviewers: components["schemas"]["PersonRef"][];
            running: number;
            /** Format: date-time */
            saved_at: string;
            saved_by: components["schemas"]["PersonRef"];
            sign_offs: components["schemas"]["SignOffShape"][];
            /** @enum {string} */
            state: "draft" | "in_review" | "published" | "withdrawn";
        };
        DraftWhole: {
            based_on: number | null;
            /** Format: date-time */
            created_at: string;
            edited_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            editing_until: string | null;
            files: {
                [key: string]: string;
            };
            files_hash: string;
            id: string;
            key: string;
            name: string;
            newest: number | null;
            owner: components["schemas"]["PersonRef"];
            published_version: number | null;
            reason: string | null;
            rev: number;
            reviewers: components["schemas"]["PersonRef"][];
            running: number;
            /** Format: date-time */
            saved_at: string;
            saved_by: components["schemas"]["PersonRef"];
            sign_offs: components["schemas"]["SignOffShape"][];
            /** @enum {string} */
            state: "draft" | "in_review" | "published" | "withdrawn";
        };
        DraftWords: {
            /** Format: date-time */
            at: string;
            decision: string | null;
            opinion: string | null;
            reason: string | null;
        };
        Drawing: {
            texts: {
                [key: string]: string;
            };
            xml: string;
        };
        Due: {
            /** Format: date-time */
            at: string | null;
            extended: number;
            /** Format: date */
            on: string | null;
            provisional: boolean;
            remaining: string | null;
            /** @enum {string} */
            state: "none" | "running" | "near" | "late" | "paused" | "closed";
            text: string | null;
        };
        DueCase: {
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string;
            id: string;
            is_held: boolean;
            number: string;
            unit: components["schemas"]["UnitRef"];
        };
        DueCasePage: {
            items: components["schemas"]["DueCase"][];
            next: string | null;
            total?: number;
        };
        DueThen: {
            entry: number | null;
            is_known: boolean;
            on: string;
            text: string | null;
        };
        DueWhole: {
            /** Format: date-time */
            at: string | null;
            clause: components["schemas"]["Clause"] | null;
            earliest: string | null;
            extended: number;
            extensions: components["schemas"]["Extended"][];
            latest: string | null;
            /** Format: date */
            on: string | null;
            /** Format: date-time */
            paused_since: string | null;
            provisional: boolean;
            remaining: string | null;
            /** @enum {string} */
            state: "none" | "running" | "near" | "late" | "paused" | "closed";
            text: string | null;
        };
        DutyBound: {
            basis: string;
            elements: components["schemas"]["DutyElement"][];
            gaps: components["schemas"]["DutyGap"][];
            id: string;
            is_offices: boolean;
            terms: components["schemas"]["DutyTerm"][];
            text: string;
        };
        DutyCase: {
            id: string;
            number: string;
            title: string;
        };
        DutyElement: {
            element: string;
            name: string;
            step: string | null;
        };
        DutyGap: {
            count: number;
            elements: components["schemas"]["DutyElement"][];
            is_vacant: boolean;
            units: components["schemas"]["UnitRef"][];
        };
        DutyPublication: {
            content: unknown;
            reason: string;
        };
        DutyPublished: {
            is_new: boolean;
            version: number;
        };
        DutyReport: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            case: components["schemas"]["DutyCase"];
            count: number | null;
            definition: string;
            element: string | null;
            element_name: string | null;
            hash: string;
            /** @enum {string} */
            kind: "refused" | "warned" | "reported";
            people: components["schemas"]["PersonRef"][];
            reason: string | null;
            rule: string;
            seq: number;
            text: string | null;
        };
        DutyReportPage: {
            items: components["schemas"]["DutyReport"][];
            next: string | null;
            total?: number;
        };
        DutyRule: {
            basis: string;
            id: string;
            is_offices: boolean;
            terms: components["schemas"]["DutyTerm"][];
            text: string;
        };
        DutyRules: {
            content: string | null;
            rules: components["schemas"]["DutyRule"][];
            version: number;
            versions: components["schemas"]["DutyVersion"][];
        };
        DutyTerm: {
            duties: string[];
            /** @enum {string} */
            enforcement: "block" | "warn" | "report" | "parameter";
            enforcement_name: string;
            /** @enum {string} */
            kind: "own_case" | "named" | "relative" | "apart" | "different" | "second_person" | "posts" | "foreign_unit" | "concentration" | "delegation" | "followed_by" | "elsewhere";
            kind_name: string;
            people: string[];
        };
        DutyVersion: {
            /** Format: date-time */
            published_at: string;
            reason: string;
            sha256: string;
            version: number;
        };
        EditAsked: {
            /** @default false */
            take_over?: boolean;
        };
        EditingShape: {
            edited_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            editing_until: string | null;
        };
        Effect: {
            along: components["schemas"]["TaskRef"][];
            notes: string[];
            stays: components["schemas"]["TaskRef"][];
        };
        ElementState: {
            /** @enum {string} */
            status: "done" | "open" | "held" | "stopped";
            times: number;
        };
        Ended: {
            ended: number;
        };
        Ending: {
            /** @default null */
            basis?: string | null;
            /**
             * Format: date
             * @default null
             */
            on?: string | null;
            person: string;
            /** @default null */
            reason?: string | null;
            /** @enum {string} */
            role: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer";
            unit: string;
        };
        Enforcer: {
            element: string;
            name: string;
            step: string | null;
        };
        Enrolment: {
            qr: components["schemas"]["QrCode"];
            secret: string;
            uri: string;
        };
        Entrusting: {
            /** @default null */
            opinion?: string | null;
            to: string;
        };
        EntryActor: {
            name: string;
            person_id: string | null;
            post: string | null;
        };
        EntryPage: {
            items: components["schemas"]["EntryShape"][];
            next: string | null;
            total?: number;
        };
        EntryShape: {
            actor: components["schemas"]["EntryActor"] | null;
            /** Format: date-time */
            at: string;
            /** Format: date */
            business_on: string | null;
            chain: string;
            changes: components["schemas"]["Change"][];
            clause: components["schemas"]["Clause"] | null;
            decision: string | null;
            decision_label: string | null;
            element: string | null;
            element_name: string | null;
            hash: string;
            is_void: boolean;
            kind: string;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            opinion: string | null;
            prev: string;
            reason: string | null;
            sentence: string;
            seq: number;
            step: string | null;
            task: string | null;
        };
        EntryText: {
            chain: string;
            hash: string;
            seq: number;
            text: string;
        };
        Erased: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            confirmed_by: components["schemas"]["PersonRef"] | null;
            count: number;
            fields: string[];
            files: number;
            ground: string;
            id: string;
        };
        ErasedField: {
            field: string;
            label: string;
            times: number;
        };
        Erasing: {
            fields?: string[];
            /** @default false */
            files?: boolean;
            ground: string;
        };
        Error: {
            /** @description Error code */
            code?: number;
            /** @description Errors */
            errors?: {
                [key: string]: unknown;
            };
            /** @description Error message */
            message?: string;
            /** @description Error name */
            status?: string;
        };
        Evaluation: {
            data: {
                [key: string]: unknown;
            };
        };
        EvaluationShape: {
            decision: string;
            definition: string;
            hit_policy: string | null;
            inputs: Record<string, unknown>;
            name: string;
            notes: string[];
            rule_ids: string[];
            rules: number[];
            steps: components["schemas"]["DecidedShape"][];
            value: unknown;
            version: number;
        };
        Extended: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            length: string;
            reason: string;
        };
        Extension: {
            reason: string;
        };
        FieldChoice: {
            field: string;
            label: string;
        };
        FieldProblem: {
            clause: string | null;
            code: string;
            earliest: string | null;
            field: string;
            message: string;
        };
        FilesAsked: {
            /** @default null */
            files?: {
                [key: string]: string;
            } | null;
        };
        FindingCase: {
            id: string;
            number: string;
            title: string;
        };
        FindingCounts: {
            definitions: components["schemas"]["DefinitionCount"][];
            entries: number;
            kinds: components["schemas"]["KindCount"][];
            people: components["schemas"]["PersonCount"][];
            read: number;
            total: number;
            units: components["schemas"]["UnitCount"][];
        };
        FindingDecision: {
            reason: string;
            rev: number;
        };
        FindingDefinition: {
            key: string;
            name: string;
        };
        FindingShape: {
            element: string | null;
            file: string;
            line: number | null;
            message: string;
            path?: string[];
            remedy: string;
            rule: string;
            /** @enum {string} */
            severity: "error" | "warning";
        };
        Folder: {
            files: {
                [key: string]: unknown;
            };
        };
        Forgotten: {
            name: string;
        };
        FoundCase: {
            business_key: string | null;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            hits: components["schemas"]["Hit"][];
            id: string;
            incidents: number;
            more_hits: number;
            number: string;
            outcome: string | null;
            outcome_label: string | null;
            seal: components["schemas"]["Integrity"];
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"];
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            summary: components["schemas"]["Label"][];
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        FoundCases: {
            indexed: components["schemas"]["IndexedShape"];
            items: components["schemas"]["FoundCase"][];
            next: string | null;
        };
        FoundEntries: {
            indexed: components["schemas"]["IndexedShape"];
            items: components["schemas"]["FoundEntry"][];
            next: string | null;
        };
        FoundEntry: {
            actor: components["schemas"]["EntryActor"] | null;
            /** Format: date-time */
            at: string;
            /** Format: date */
            business_on: string | null;
            case: components["schemas"]["CaseOfEntry"] | null;
            chain: string;
            changes: components["schemas"]["Change"][];
            clause: components["schemas"]["Clause"] | null;
            decision: string | null;
            decision_label: string | null;
            element: string | null;
            element_name: string | null;
            hash: string;
            hits: components["schemas"]["Hit"][];
            is_void: boolean;
            kind: string;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            more_hits: number;
            opinion: string | null;
            prev: string;
            reason: string | null;
            seal: components["schemas"]["Integrity"];
            sentence: string;
            seq: number;
            step: string | null;
            task: string | null;
        };
        FrameShape: {
            at: string;
            ended: string | null;
            step: number;
            variables: unknown;
            waiting: components["schemas"]["WaitingShape"][];
            walked: string[];
        };
        FromNothing: {
            key: string;
            /** @default  */
            name_en?: string;
            /** @default  */
            name_zh?: string;
        };
        FromVersion: {
            key: string;
            /** @default null */
            version?: number | null;
        };
        FunctionShape: {
            name: string;
            text: string;
        };
        GivingBack: {
            answers?: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
        };
        GoneTask: {
            element: string;
            holders: string[];
            name: string;
            task: string | null;
        };
        GoOn: {
            /** @default false */
            retry?: boolean;
        };
        Grounded: {
            ground: string;
        };
        Group: {
            of: string | null;
            /** @enum {string} */
            reach: "below" | "alone" | "outside";
            unit: components["schemas"]["UnitRef"] | null;
        };
        GrowthShape: {
            from: number;
            hashes: string[];
            to: number;
        };
        HalfSignedIn: {
            /** @enum {string} */
            needs: "code";
            seconds: number;
        };
        HandedOver: {
            before: string[];
            case: string;
            element: string;
            /** @enum {string} */
            goes: "to" | "stays" | "left" | "undecided" | "refused";
            id: string;
            name: string;
            number: string;
            to: components["schemas"]["PersonRef"] | null;
            unit: components["schemas"]["UnitRef"];
        };
        HandoverPlan: {
            account: components["schemas"]["HeldAccount"] | null;
            channels: components["schemas"]["Named"][];
            delegations: components["schemas"]["HeldDelegation"][];
            drafts: number;
            keys: components["schemas"]["Named"][];
            meetings: components["schemas"]["HeldMeeting"][];
            person: components["schemas"]["NumberedPerson"];
            posts: components["schemas"]["HeldPost"][];
            /** Format: date */
            posts_until: string;
            refused: number;
            tasks: components["schemas"]["HeldTask"][];
            tasks_total: number;
            views: number;
        };
        Held: {
            clause: unknown;
            code: string;
            /** Format: date */
            earliest: string | null;
            message: string;
        };
        HeldAccount: {
            id: string;
            name: string;
            /** @enum {string} */
            state: "active" | "disabled" | "locked" | "none";
        };
        HeldDelegation: {
            from: components["schemas"]["PersonRef"];
            /** Format: date */
            from_on: string;
            id: string;
            to: components["schemas"]["PersonRef"];
            /** Format: date */
            to_on: string;
        };
        HeldMeeting: {
            /** Format: date */
            held_on: string;
            id: string;
            name: string;
            /** @enum {string} */
            role: "recorder" | "chair";
        };
        HeldPost: {
            /** Format: date */
            from_on: string;
            id: string;
            role: string;
            role_name: string;
            /** Format: date */
            to_on: string | null;
            unit: components["schemas"]["UnitRef"];
        };
        HeldTask: {
            can_hand_over: boolean;
            candidates: components["schemas"]["PersonRef"][];
            case: string;
            definition_name: string;
            /** Format: date */
            due_on: string | null;
            element: string;
            /** @enum {string} */
            goes: "to" | "stays" | "left" | "undecided" | "refused";
            id: string;
            is_claimed: boolean;
            is_only: boolean;
            name: string;
            number: string;
            part: string | null;
            rule: string | null;
            status: string;
            to: components["schemas"]["PersonRef"] | null;
            unit: components["schemas"]["UnitRef"];
            why: string | null;
        };
        Hit: {
            after: boolean;
            before: boolean;
            entry: number;
            marks: number[][];
            name: string;
            page: number | null;
            text: string;
            /** @enum {string} */
            where: "title" | "number" | "business_key" | "summary" | "opinion" | "reason" | "note" | "ground" | "name" | "answer" | "file" | "file_name";
        };
        HoldShape: {
            case: string;
            ground: string;
            id: string;
            lift_confirmed_by: components["schemas"]["PersonRef"] | null;
            lift_ground: string | null;
            /** Format: date-time */
            lifted_at: string | null;
            lifted_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            placed_at: string;
            placed_by: components["schemas"]["PersonRef"] | null;
        };
        Hours: {
            since: string;
            until: string;
        };
        HoursSent: {
            since: string;
            until: string;
        };
        IdentityPage: {
            items: components["schemas"]["IdentityShape"][];
            next: string | null;
            total?: number;
        };
        IdentityShape: {
            id: string;
            issuer: string;
            /** Format: date-time */
            linked_at: string;
            name: string | null;
            provider: string | null;
            subject: string;
            /** Format: date-time */
            used_at: string | null;
        };
        IncidentPage: {
            items: components["schemas"]["IncidentShape"][];
            next: string | null;
            total?: number;
        };
        IncidentShape: {
            /** Format: date-time */
            at: string;
            can: ("retry" | "skip")[];
            case: string;
            definition: string;
            definition_name: string;
            details: Record<string, unknown>;
            element: string | null;
            element_name: string | null;
            id: string;
            number: string;
            reason: string;
            resolution: string | null;
            /** Format: date-time */
            resolved_at: string | null;
            resolved_by: components["schemas"]["PersonRef"] | null;
            ways: components["schemas"]["Way"][];
        };
        IndexedShape: {
            entries: number;
            files_read: number;
            files_unread: number;
            files_waiting: number;
            of: number;
            waiting: number;
        };
        Integrity: {
            entries: number;
            place: number | null;
            /** @enum {string} */
            state: "sealed" | "waiting" | "broken";
        };
        ItemChange: {
            answers?: Record<string, unknown>;
            decision?: string | null;
            opinion?: string | null;
            reason?: string | null;
            recused?: components["schemas"]["AsideGiven"][];
            /** @default null */
            rev?: number | null;
            votes?: components["schemas"]["VotesGiven"] | null;
        };
        ItemCounted: {
            eligible: number;
            is_carried: boolean | null;
            is_quorate: boolean;
            needed_for: number | null;
            needed_present: number | null;
            present: number;
            recused: number;
            text: string;
        };
        JobActivation: {
            /** @default 1 */
            max?: number;
            /**
             * @description how long the worker keeps the job; without it, as the designer says
             * @default null
             */
            timeout?: string | number | null;
            type: string;
            /** @default 0 */
            wait?: number;
            worker: string;
        };
        JobFailure: {
            /**
             * @description how long the job rests before it may be taken again
             * @default null
             */
            backoff?: string | number | null;
            /** @default null */
            error?: string | null;
            message: string;
            /** @default null */
            retries?: number | null;
            /** @default null */
            worker?: string | null;
        };
        JobGiven: {
            case: string;
            id: string;
        };
        JobPage: {
            items: components["schemas"]["JobShape"][];
            next: string | null;
            total?: number;
        };
        JobResult: {
            data?: Record<string, unknown>;
            /** @default null */
            worker?: string | null;
        };
        JobShape: {
            case: string;
            data: Record<string, unknown>;
            /** Format: date-time */
            deadline: string;
            element: string;
            id: string;
            number: string;
            retries: number;
            type: string;
            worker: string;
        };
        Keeping: {
            ground: string;
            years: number | null;
        };
        KeepingAsked: {
            /** @default  */
            folder?: string;
            /** @default null */
            owner?: string | null;
        };
        KeyPage: {
            items: components["schemas"]["KeyShape"][];
            next: string | null;
            total?: number;
        };
        KeyShape: {
            account: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            name: string;
            /** Format: date-time */
            revoked_at: string | null;
            scopes: string[];
            /** Format: date-time */
            used_at: string | null;
        };
        KeysShape: {
            log: components["schemas"]["LogKey"][];
            origin: string | null;
            quorum: number;
            witness: string | null;
            witnesses: components["schemas"]["WitnessKey"][];
        };
        KindCount: {
            count: number;
            /** @enum {string} */
            kind: "deviation" | "moved" | "skipped" | "data_changed" | "corrected" | "duty_warned" | "duty_reported" | "duty_refused" | "bypass" | "override" | "fast" | "backdated" | "late_entry" | "overdue" | "extended" | "returned" | "not_confirmed" | "taken_back" | "read_unowned" | "exception";
            name: string;
        };
        KindRef: {
            is_urgent: boolean;
            kind: string;
            name: string;
        };
        Knowers: {
            before: number;
            field: string;
            items: components["schemas"]["KnowerShape"][];
            known_in: number;
            label: string;
        };
        KnowerShape: {
            /** Format: date-time */
            at: string;
            decided: boolean;
            entry: number | null;
            /** @enum {string} */
            how: "wrote" | "read";
            person: components["schemas"]["PersonRef"];
            read: components["schemas"]["ReadShape"] | null;
        };
        Label: {
            label: string;
            value: unknown;
        };
        LackingShape: {
            against: components["schemas"]["PersonRef"][];
            count: number;
            missing: components["schemas"]["PersonRef"][];
            voided: components["schemas"]["PersonRef"][];
        };
        Language: {
            /** @enum {string} */
            language: "zh" | "en";
        };
        Leaving: {
            /** @default false */
            leave_rest?: boolean;
            /**
             * Format: date
             * @default null
             */
            posts_until?: string | null;
            /** @default false */
            preview?: boolean;
            reason: string;
            tasks?: components["schemas"]["TaskGoes"][];
            /** @default null */
            to?: string | null;
        };
        LibraryDraft: {
            edited_by: components["schemas"]["PersonRef"] | null;
            id: string;
            /** Format: date-time */
            saved_at: string;
            saved_by: components["schemas"]["PersonRef"];
            state: string;
        };
        LibraryProcedure: {
            drafts: components["schemas"]["LibraryDraft"][];
            folder: string;
            key: string;
            name: string;
            owner: components["schemas"]["PersonRef"] | null;
            plans: components["schemas"]["PlanShape"][];
            purpose: string;
            /** Format: date-time */
            retired_at: string | null;
            retired_because: string | null;
            retired_by: components["schemas"]["PersonRef"] | null;
            running: number;
            /** @enum {string} */
            state: "draft" | "published" | "retired";
            versions: components["schemas"]["LibraryVersion"][];
        };
        LibraryProcedurePage: {
            items: components["schemas"]["LibraryProcedure"][];
            next: string | null;
            total?: number;
        };
        LibraryVersion: {
            /** @enum {string} */
            active: "everywhere" | "units" | "no";
            note: string;
            /** Format: date-time */
            published_at: string;
            published_by: components["schemas"]["PersonRef"] | null;
            running: number;
            units: components["schemas"]["UnitRef"][];
            version: number;
        };
        Line: {
            label: string;
            value: string;
        };
        LinkedByOthers: {
            provider: string;
            reason: string;
            subject: string;
        };
        LinkedCase: {
            id: string;
            number: string;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
        };
        Linking: {
            password: string;
            provider: string;
        };
        ListClosure: {
            reason: string;
            version: number;
        };
        ListedHold: {
            case: string;
            definition_name: string;
            ground: string;
            id: string;
            lift_confirmed_by: components["schemas"]["PersonRef"] | null;
            lift_ground: string | null;
            /** Format: date-time */
            lifted_at: string | null;
            lifted_by: components["schemas"]["PersonRef"] | null;
            number: string;
            /** Format: date-time */
            placed_at: string;
            placed_by: components["schemas"]["PersonRef"] | null;
            unit: components["schemas"]["UnitRef"];
        };
        ListedHoldPage: {
            items: components["schemas"]["ListedHold"][];
            next: string | null;
            total?: number;
        };
        ListedUnit: {
            code: string;
            id: string;
            is_gone: boolean;
            name: string;
        };
        ListVersion: {
            added: components["schemas"]["UnitRef"][];
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            count: number;
            is_closed: boolean;
            name: string;
            reason: string;
            removed: components["schemas"]["UnitRef"][];
            version: number;
        };
        LogKey: {
            from: string;
            until: string | null;
            vkey: string;
        };
        LogPlace: {
            /** Format: date-time */
            at: string | null;
            failures: number;
            fault: string | null;
            is_late: boolean;
            place: string;
            size: number;
            target: string;
        };
        LogStanding: {
            /** Format: date-time */
            at: string | null;
            can: "propose"[];
            fault: string | null;
            /** Format: date-time */
            now: string;
            origin: string | null;
            places: components["schemas"]["LogPlace"][];
            quorum: number;
            root: string | null;
            size: number;
            unsealed: number;
            /** Format: date-time */
            unsealed_since: string | null;
            witnessed: number;
            witnesses: components["schemas"]["LogWitness"][];
            witnessing: components["schemas"]["WitnessedLog"][];
        };
        LogWitness: {
            /** Format: date-time */
            at: string | null;
            fault: string | null;
            is_late: boolean;
            name: string;
            /** Format: date-time */
            since: string;
            size: number;
            url: string;
            vkey: string;
        };
        Me: {
            account: components["schemas"]["AccountRef"];
            csrf: string | null;
            is_virtual_clock: boolean;
            /** @enum {string} */
            language: "zh" | "en";
            memberships: components["schemas"]["MyMembership"][];
            must_enrol: boolean;
            permissions: string[];
            person: components["schemas"]["MyPerson"] | null;
            posts: components["schemas"]["PostRef"][];
            /** Format: date */
            today: string;
        };
        Meaning: {
            label: string;
            name: string;
            text: string;
        };
        Meeting: {
            attendance: components["schemas"]["Attendee"][];
            because: string | null;
            can: ("edit" | "submit" | "confirm" | "send_back" | "cancel" | "take_over")[];
            chair: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            closed_at: string | null;
            /** Format: date-time */
            confirmed_at: string | null;
            counts: components["schemas"]["MeetingCounts"];
            /** Format: date-time */
            created_at: string;
            /** Format: date */
            held_on: string;
            id: string;
            items: components["schemas"]["MeetingItem"][];
            kind: string;
            minutes: string;
            name: string;
            place: string | null;
            recorder: components["schemas"]["PersonRef"];
            rev: number;
            signature: string[];
            /** Format: date-time */
            signed_at: string | null;
            skeleton: string;
            starts_at: string | null;
            /** @enum {string} */
            status: "draft" | "submitted" | "confirmed" | "cancelled";
            status_label: string;
            /** Format: date-time */
            submitted_at: string | null;
            unit: components["schemas"]["UnitRef"];
        };
        MeetingCandidate: {
            agenda: components["schemas"]["Agenda"] | null;
            group: string;
            kind: string;
            meets: components["schemas"]["UnitRef"];
            name: string;
            task: components["schemas"]["TaskItem"];
        };
        MeetingCandidates: {
            items: components["schemas"]["MeetingCandidate"][];
        };
        MeetingChange: {
            chair?: string | null;
            /** Format: date */
            held_on?: string;
            minutes?: string;
            place?: string | null;
            /** @default null */
            rev?: number | null;
            starts_at?: string | null;
        };
        MeetingCounts: {
            absent: number;
            eligible: number;
            exempt: number;
            leave: number;
            observers: number;
            present: number;
            unsaid: number;
        };
        MeetingItem: {
            answers: Record<string, unknown>;
            case: components["schemas"]["CaseRef"];
            clause: components["schemas"]["Clause"] | null;
            counted: components["schemas"]["ItemCounted"];
            decision: string | null;
            decision_label: string | null;
            definition_name: string;
            filled: string[];
            hindrance: string | null;
            is_secret: boolean;
            lines: components["schemas"]["AnswerLine"][];
            name: string;
            number: number;
            opinion: string | null;
            outcome_computed: boolean;
            outcomes: components["schemas"]["Outcome"][];
            proposed: string[];
            reason: string | null;
            recused: components["schemas"]["Aside"][];
            step: string | null;
            task: string;
            votes: components["schemas"]["Votes"];
        };
        MeetingLine: {
            asks_me: boolean;
            chair: components["schemas"]["PersonRef"] | null;
            /** Format: date */
            held_on: string;
            id: string;
            items: number;
            kind: string;
            name: string;
            place: string | null;
            recorder: components["schemas"]["PersonRef"];
            starts_at: string | null;
            /** @enum {string} */
            status: "draft" | "submitted" | "confirmed" | "cancelled";
            status_label: string;
            unit: components["schemas"]["UnitRef"];
        };
        MeetingLinePage: {
            items: components["schemas"]["MeetingLine"][];
            next: string | null;
            total?: number;
        };
        MeetingReason: {
            reason: string;
        };
        Mending: {
            reason: string;
        };
        Message: {
            data?: Record<string, unknown>;
            /** @default  */
            key?: string;
            name: string;
            /** @default null */
            time_to_live?: unknown;
        };
        MessagePage: {
            items: components["schemas"]["MessageShape"][];
            next: string | null;
            total?: number;
        };
        MessageShape: {
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            expires_at: string;
            from_case: string | null;
            id: string;
            /** @enum {string} */
            kind: "message" | "signal" | "return";
            name: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "expired" | "refused" | "undone";
            to_case: string | null;
        };
        MigrationAsked: {
            /** @default null */
            after?: string | null;
            /** @default null */
            cases?: string[] | null;
            from: number;
            /** @default 500 */
            limit?: number;
            plan?: components["schemas"]["PlanAsked"];
            /** @default true */
            preview?: boolean;
            /** @default  */
            reason?: string;
            /** @default 1 */
            stop_after?: number;
            to: number;
            /** @default null */
            unit?: string | null;
        };
        MigrationDone: {
            id: string | null;
            preview: components["schemas"]["PreviewShape"] | null;
        };
        MigrationPage: {
            items: components["schemas"]["MigrationShape"][];
            next: string | null;
            total?: number;
        };
        MigrationReason: {
            reason: string;
        };
        MigrationShape: {
            counts: components["schemas"]["ResultCounts"];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            from: number;
            id: string;
            plan: Record<string, unknown>;
            reason: string;
            /** @enum {string} */
            status: "running" | "stopped" | "done" | "undoing" | "undone";
            to: number;
            undone_because: string | null;
            undone_by: string | null;
        };
        MigrationWhole: {
            counts: components["schemas"]["ResultCounts"];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            from: number;
            id: string;
            items: components["schemas"]["ResultShape"][];
            next: string | null;
            plan: Record<string, unknown>;
            reason: string;
            /** @enum {string} */
            status: "running" | "stopped" | "done" | "undoing" | "undone";
            to: number;
            undone_because: string | null;
            undone_by: string | null;
        };
        MomentList: {
            items: components["schemas"]["MomentTick"][];
        };
        MomentTick: {
            /** Format: date-time */
            at: string;
            kind: string;
            /** @enum {string} */
            mark: "act" | "late" | "admin" | "step";
            seq: number;
        };
        MonthBefore: {
            cases: components["schemas"]["CaseSums"];
            /** Format: date */
            from: string;
            tasks: components["schemas"]["TaskSums"];
            times: components["schemas"]["Times"];
            /** Format: date */
            to: string;
        };
        MoreItems: {
            /** @default null */
            rev?: number | null;
            tasks: string[];
        };
        Move: {
            cancel?: string[];
            /** @default false */
            preview?: boolean;
            reason: string;
            start?: string[];
        };
        MovedCase: {
            id: string;
            number: string;
            title: string;
        };
        MoveDecision: {
            agree: boolean;
            /** @default null */
            opinion?: string | null;
        };
        MovedElement: {
            element: string;
            name: string;
        };
        MovedGone: {
            element: string;
            holders: string[];
            /** @enum {string} */
            kind: "task" | "job" | "call" | "incident";
            name: string;
            task: string | null;
        };
        MovedOpened: {
            element: string;
            holders: string[];
            /** @enum {string} */
            kind: "task" | "job" | "call" | "incident";
            name: string;
        };
        MovedTask: {
            case: components["schemas"]["MovedCase"];
            name: string;
            new: string;
            old: string;
            task: string | null;
            text: string | null;
        };
        MovePage: {
            items: components["schemas"]["MoveShape"][];
            next: string | null;
            total?: number;
        };
        MovePreview: {
            ends: boolean;
            gone: components["schemas"]["MovedGone"][];
            opened: components["schemas"]["MovedOpened"][];
            /** @enum {string} */
            sound: "sound" | "weak" | "unknown";
            void: components["schemas"]["MovedElement"][];
            waiting: components["schemas"]["MovedElement"][];
        };
        MoveProposed: {
            move: string | null;
            preview: components["schemas"]["MovePreview"];
        };
        MoveShape: {
            can_confirm: boolean;
            cancel: components["schemas"]["MovedElement"][];
            /** Format: date-time */
            decided_at: string | null;
            decided_by: components["schemas"]["PersonRef"] | null;
            id: string;
            /** Format: date-time */
            proposed_at: string;
            proposed_by: components["schemas"]["PersonRef"];
            reason: string;
            start: components["schemas"]["MovedElement"][];
            /** @enum {string} */
            status: "proposed" | "done" | "refused";
        };
        MyMembership: {
            status: string;
            unit: string;
        };
        MyPerson: {
            id: string;
            name: string;
            name_en: string;
        };
        MySession: {
            /** Format: date-time */
            created_at: string;
            /** @enum {string|null} */
            factor: "totp" | "recovery" | "provider" | null;
            id: string;
            is_current: boolean;
            /** Format: date-time */
            seen_at: string;
        };
        Named: {
            id: string;
            name: string;
        };
        NameShape: {
            element: string | null;
            from: string;
            is_set: boolean;
            name: string;
        };
        NamesShape: {
            names: components["schemas"]["NameShape"][];
        };
        NewAccount: {
            /**
             * @default null
             * @enum {string|null}
             */
            language?: "zh" | "en" | null;
            name: string;
            person: string;
            /** @default null */
            reason?: string | null;
        };
        NewChannel: {
            /**
             * @default null
             * @enum {string|null}
             */
            audience?: "people" | "office" | null;
            /** @enum {string} */
            kind: "mail" | "webhook" | "wecom" | "dingtalk";
            name: string;
            secrets?: components["schemas"]["Secrets"];
            settings: components["schemas"]["ChannelSettings"];
        };
        NewChannelShape: {
            id: string;
            secret: string | null;
        };
        NewComment: {
            mentions?: string[];
            text: string;
        };
        NewCopies: {
            /** @default null */
            note?: string | null;
            to: string[];
        };
        NewKey: {
            /** @default null */
            account?: string | null;
            /** @default 90 */
            days?: number;
            /** @default false */
            is_program?: boolean;
            name: string;
            /** @default null */
            reason?: string | null;
            scopes?: ("accounts.manage" | "administration.confirm" | "cases.mend" | "cases.move" | "cases.read_all" | "cases.suspend" | "channels.manage" | "definitions.publish" | "definitions.read" | "directory.manage" | "duties.publish" | "jobs.work" | "keys.manage" | "messages.send" | "permissions.read" | "phrases.manage" | "read" | "records.confirm" | "records.keep" | "security.confirm" | "trail.read_administration" | "trail.read_all" | "trail.verify" | "write")[];
        };
        NewKeyShape: {
            id: string;
            key: string;
            name: string;
        };
        NewList: {
            name: string;
            /** @default  */
            name_en?: string;
            /** @default  */
            reason?: string;
            unit: string;
            units: string[];
        };
        NewMeeting: {
            /**
             * Format: date
             * @default null
             */
            held_on?: string | null;
            /** @default null */
            place?: string | null;
            /** @default null */
            starts_at?: string | null;
            tasks: string[];
        };
        NewPassword: {
            new: string;
            old: string;
        };
        NewPhrases: {
            items: string[];
            /**
             * @default own
             * @enum {string}
             */
            of?: "own" | "office";
        };
        NewPreferences: {
            /** @default 08:30 */
            digest_at?: string;
            /**
             * @default null
             * @enum {string|null}
             */
            language?: "zh" | "en" | null;
            /** @default null */
            mail?: string | null;
            /** @default null */
            quiet?: components["schemas"]["NewQuiet"] | null;
            ways?: Record<string, unknown>;
        };
        NewQuiet: {
            from: string;
            to: string;
        };
        NoticeCase: {
            id: string;
            number: string;
            title: string | null;
        };
        NoticePage: {
            items: components["schemas"]["NoticeShape"][];
            next: string | null;
            total?: number;
        };
        NoticeShape: {
            /** Format: date-time */
            at: string;
            case: components["schemas"]["NoticeCase"] | null;
            id: string;
            is_done: boolean;
            is_read: boolean;
            is_urgent: boolean;
            kind: string;
            link: string | null;
            procedure: string | null;
            task: string | null;
            text: string;
        };
        NumberedPerson: {
            id: string;
            name: string;
            number: string;
        };
        NumberedStep: {
            name: string;
            stage: string | null;
            stage_name: string | null;
            step: string;
        };
        NumberLine: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            case: string;
            case_number: string;
            code: string;
            /** Format: date */
            dated_on: string;
            document: string;
            is_void: boolean;
            kind: string;
            kind_name: string;
            number: string;
            serial: number;
            sha256: string;
            title: string;
            unit: components["schemas"]["UnitRef"];
            /** Format: date-time */
            void_at: string | null;
            void_because: string | null;
            void_by: components["schemas"]["PersonRef"] | null;
            year: number;
        };
        NumberLinePage: {
            items: components["schemas"]["NumberLine"][];
            next: string | null;
            total?: number;
        };
        OpenIncident: {
            /** Format: date-time */
            at: string;
            element: string | null;
            element_name: string;
            id: string;
            reason: string;
        };
        OpenTask: {
            claimed_by: components["schemas"]["PersonRef"] | null;
            /** Format: date */
            due_on: string | null;
            element: string;
            holders: string[];
            id: string;
            is_late: boolean;
            mine: boolean;
            more: number;
            name: string;
            people: components["schemas"]["PersonRef"][];
            /** Format: date-time */
            since: string;
            status: string;
            step: string | null;
        };
        OpenThen: {
            claimed_by: components["schemas"]["PersonRef"] | null;
            due: components["schemas"]["DueThen"] | null;
            element: string;
            held_by: string[];
            holders: string[];
            id: string;
            is_late: boolean;
            is_paused: boolean;
            more: number;
            name: string;
            opened_in: number;
            part: string | null;
            people: components["schemas"]["PersonRef"][];
            /** Format: date-time */
            since: string;
            status: string;
            step: string | null;
        };
        OpinionThen: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            entry: number;
            name: string | null;
            text: string;
        };
        OptionThen: {
            is_chosen: boolean;
            label: string;
            value: string;
        };
        Order: {
            /** @default null */
            rev?: number | null;
            tasks: string[];
        };
        Origin: {
            copy?: unknown;
            files?: {
                [key: string]: string;
            };
            nothing?: components["schemas"]["FromNothing"];
            template?: unknown;
            version?: components["schemas"]["FromVersion"];
        };
        Outcome: {
            enabled: boolean;
            is_partial: boolean;
            /** @enum {string} */
            kind: "agree" | "return" | "reject" | "neutral";
            label: string;
            /** @enum {string} */
            opinion: "required" | "optional" | "none";
            reason: string | null;
            value: string;
        };
        OutcomeCounts: {
            cannot: number;
            changes: number;
            moves: number;
            redoes: number;
            unchanged: number;
        };
        OutdatedShape: {
            /** Format: date-time */
            at: string;
            by: string | null;
            newest: number;
        };
        OutlookShape: {
            case: string;
            /** @enum {string} */
            kind: "unchanged" | "changes" | "moves" | "redoes" | "cannot";
            moved: components["schemas"]["Becoming"][];
            number: string;
            redone: components["schemas"]["Becoming"][];
            why: string | null;
        };
        Overview: {
            above: components["schemas"]["UnitRef"][];
            ages: components["schemas"]["Age"][];
            /** Format: date-time */
            as_of: string;
            cases: components["schemas"]["CaseSums"];
            definitions: components["schemas"]["Procedure"][];
            flow: components["schemas"]["Span"][];
            /** Format: date */
            from: string;
            tasks: components["schemas"]["TaskSums"];
            times: components["schemas"]["Times"];
            /** Format: date */
            to: string;
            unit: components["schemas"]["UnitRef"] | null;
        };
        PaginationMetadata: {
            /** @description First available page number. */
            first_page?: number;
            /** @description Last available page number. */
            last_page?: number;
            /** @description Next page number. */
            next_page?: number;
            /** @description Current page number. */
            page?: number;
            /** @description Previous page number. */
            previous_page?: number;
            /** @description Total number of items. */
            total?: number;
            /** @description Total number of pages. */
            total_pages?: number;
        };
        ParameterChange: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            confirmed_by: components["schemas"]["PersonRef"] | null;
            hash: string;
            reason: string;
            seq: number;
            value: unknown;
            was: unknown;
        };
        ParameterChangePage: {
            items: components["schemas"]["ParameterChange"][];
            next: string | null;
            total?: number;
        };
        ParameterPage: {
            items: components["schemas"]["ParameterShape"][];
            next: string | null;
            total?: number;
        };
        ParameterShape: {
            choices: string[];
            clauses: components["schemas"]["Clause"][];
            default: unknown;
            id: string;
            is_sensitive: boolean;
            /** @enum {string} */
            kind: "local" | "unsure" | "policy";
            maximum: number | null;
            minimum: number | null;
            text: string;
            /** @enum {string} */
            type: "boolean" | "duration" | "list" | "number" | "text";
            unit: string | null;
            value: unknown;
        };
        ParameterValue: {
            reason: string;
            value: unknown;
        };
        PartShape: {
            acting_for: components["schemas"]["PersonRef"] | null;
            asked: string | null;
            asked_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string | null;
            by: components["schemas"]["PersonRef"] | null;
            id: string;
            is_void: boolean;
            /** @enum {string|null} */
            mode: "before" | "after" | "parallel" | null;
            mode_label: string | null;
            opinion: string | null;
            /** @enum {string} */
            part: "sign" | "entrust" | "transfer";
            person: components["schemas"]["PersonRef"] | null;
            /** @enum {string|null} */
            rule: "all" | "any" | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "waiting" | "completed" | "returned" | "cancelled" | "signed" | "given_back" | "transferred";
            /** @enum {string|null} */
            verdict: "agree" | "disagree" | null;
        };
        PasswordByLink: {
            password: string;
            token: string;
        };
        Pending: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"];
            decision: string | null;
            decision_label: string | null;
            opinion: string | null;
            reason: string | null;
            values: Record<string, unknown>;
        };
        Permission: {
            id: string;
            text: string;
        };
        PersonCount: {
            count: number;
            id: string | null;
            name: string;
        };
        PersonPage: {
            items: components["schemas"]["PersonShape"][];
            next: string | null;
            total?: number;
        };
        PersonRef: {
            id: string | null;
            name: string;
        };
        PersonShape: {
            id: string;
            name: string;
            number: string;
            posts: components["schemas"]["PostRef"][];
            unit: components["schemas"]["UnitRef"] | null;
        };
        Phrases: {
            may_set_office: boolean;
            office: string[];
            own: string[];
        };
        PlanAsked: {
            mapping?: {
                [key: string]: string;
            };
            redo?: {
                [key: string]: string;
            };
        };
        PlanShape: {
            by: components["schemas"]["PersonRef"];
            /** Format: date-time */
            from_at: string;
            id: string;
            reason: string;
            units: components["schemas"]["UnitRef"][] | null;
            version: number;
        };
        PlayAsked: {
            /** @default null */
            files?: {
                [key: string]: string;
            } | null;
            play: {
                [key: string]: unknown;
            };
        };
        PlayShape: {
            frames: components["schemas"]["FrameShape"][];
            people: components["schemas"]["BystanderShape"][];
            stopped: components["schemas"]["StoppedShape"] | null;
            units: string[];
        };
        PostHeld: {
            role: string;
            role_name: string;
            unit: components["schemas"]["UnitRef"];
        };
        PostPage: {
            items: components["schemas"]["PostShape"][];
            next: string | null;
            total?: number;
        };
        PostPeriod: {
            basis: string | null;
            /** Format: date */
            from_on: string;
            id: string;
            person: components["schemas"]["PersonRef"];
            role: string;
            role_name: string;
            /** Format: date */
            to_on: string | null;
            unit: components["schemas"]["UnitRef"];
        };
        PostPeriodPage: {
            items: components["schemas"]["PostPeriod"][];
            next: string | null;
            total?: number;
        };
        PostRef: {
            role: string;
            role_name: string;
            unit: components["schemas"]["UnitRef"];
        };
        PostShape: {
            person: components["schemas"]["PersonRef"];
            role: string;
            role_name: string;
            unit: components["schemas"]["UnitRef"];
        };
        PreferencesShape: {
            channels: components["schemas"]["ChannelRef"][];
            digest_at: string;
            domains: string[];
            kinds: components["schemas"]["KindRef"][];
            language: string | null;
            mail: string | null;
            quiet: components["schemas"]["Quiet"] | null;
            ways: Record<string, unknown>;
        };
        PreviewShape: {
            after: string | null;
            counts: components["schemas"]["Counts"];
            items: components["schemas"]["OutlookShape"][];
            total: number;
        };
        Problem: {
            at?: unknown;
            by?: unknown;
            clause: components["schemas"]["Clause"] | null;
            code: string;
            detail: string;
            errors: components["schemas"]["FieldProblem"][];
            findings?: components["schemas"]["FindingShape"][];
            missing?: {
                [key: string]: unknown;
            }[];
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Procedure: {
            key: string;
            name: string;
            versions: number[];
        };
        ProofShape: {
            chain: string;
            hash: string;
            hashes: string[];
            index: number;
            note: string;
            root: string;
            seq: number;
            size: number;
            sm3: string | null;
        };
        ProposalConfirmation: {
            /** @default null */
            seen?: string | null;
        };
        ProposalPage: {
            items: components["schemas"]["ProposalShape"][];
            next: string | null;
            total?: number;
        };
        ProposalRefusal: {
            reason: string;
        };
        ProposalShape: {
            can: ("confirm" | "refuse" | "withdraw")[];
            confirmers: string[];
            /** Format: date-time */
            decided_at: string | null;
            decided_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            expires_at: string | null;
            id: string | null;
            /** @enum {string} */
            kind: "post.appoint" | "post.end" | "account.disable" | "account.enable" | "account.create" | "account.reset" | "account.second_factor" | "account.identity" | "person.leave" | "organisation.change" | "duties.publish" | "key.create" | "parameter.set" | "hold.lift" | "values.erase" | "log.key" | "log.witness";
            kind_name: string;
            once?: string;
            opinion: string | null;
            /** Format: date-time */
            proposed_at: string | null;
            proposed_by: components["schemas"]["PersonRef"] | null;
            reason: string | null;
            /** @enum {string|null} */
            status: "proposed" | "confirmed" | "refused" | "withdrawn" | "expired" | null;
            status_name: string | null;
            subject: components["schemas"]["PersonRef"] | null;
            summary: string;
        };
        ProposalWhole: {
            can: ("confirm" | "refuse" | "withdraw")[];
            confirmers: string[];
            /** Format: date-time */
            decided_at: string | null;
            decided_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            expires_at: string | null;
            handed_over: components["schemas"]["HandedOver"][] | null;
            handover: components["schemas"]["HandoverPlan"] | null;
            hindrance: string | null;
            id: string | null;
            is_changed: boolean;
            /** @enum {string} */
            kind: "post.appoint" | "post.end" | "account.disable" | "account.enable" | "account.create" | "account.reset" | "account.second_factor" | "account.identity" | "person.leave" | "organisation.change" | "duties.publish" | "key.create" | "parameter.set" | "hold.lift" | "values.erase" | "log.key" | "log.witness";
            kind_name: string;
            lines: components["schemas"]["Line"][];
            mark: string | null;
            once?: string;
            opinion: string | null;
            plan: unknown;
            /** Format: date-time */
            proposed_at: string | null;
            proposed_by: components["schemas"]["PersonRef"] | null;
            reason: string | null;
            /** @enum {string|null} */
            status: "proposed" | "confirmed" | "refused" | "withdrawn" | "expired" | null;
            status_name: string | null;
            subject: components["schemas"]["PersonRef"] | null;
            summary: string;
        };
        ProposalWithdrawal: {
            /** @default null */
            reason?: string | null;
        };
        Proposing: {
            kind: string;
            plan: {
                [key: string]: unknown;
            };
            /** @default false */
            preview?: boolean;
            reason: string;
        };
        ProviderRef: {
            key: string;
            name: string;
        };
        Publication: {
            files: {
                [key: string]: unknown;
            };
            /** @default  */
            note?: string;
            /** @default true */
            publish?: boolean;
        };
        PublicationAsked: {
            /**
             * Format: date-time
             * @default null
             */
            active_from?: string | null;
            /** @default null */
            files_hash?: string | null;
            note: string;
            /** @default null */
            over?: number | null;
            /** @default null */
            units?: string[] | null;
        };
        PublicationDone: {
            findings: components["schemas"]["FindingShape"][];
            is_active: boolean;
            key: string;
            version: number;
        };
        Published: {
            findings: components["schemas"]["FindingShape"][];
            is_new: boolean;
            key: string | null;
            version: number | null;
        };
        QrCode: {
            path: string;
            size: number;
        };
        Quiet: {
            from: string;
            to: string;
        };
        Read: {
            read: number;
        };
        ReadClause: {
            article: string | null;
            evidence: components["schemas"]["EntryShape"][];
            exceptions: components["schemas"]["EntryShape"][];
            id: string;
            /** @enum {string} */
            kind: "national" | "local" | "policy";
            more: number;
            parameters: string[];
            /** @enum {string} */
            state: "met" | "exception" | "open" | "not_applicable";
            steps: components["schemas"]["ClauseStep"][];
            text: string | null;
        };
        ReadCopies: {
            /** @default null */
            cases?: string[] | null;
        };
        ReadNotices: {
            /** @default false */
            all?: boolean;
            /** @default null */
            ids?: string[] | null;
        };
        ReadPage: {
            items: components["schemas"]["ReadShape"][];
            next: string | null;
            total?: number;
        };
        ReadShape: {
            /** Format: date-time */
            at: string;
            case: string;
            chain: string;
            fields: string[];
            hash: string;
            kind: string;
            number: string | null;
            person: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            purpose: "task" | "own" | "case" | "delegation" | "audit";
            purpose_label: string;
            scope: string | null;
            seen: number;
            sentence: string;
            seq: number;
            via: string[];
        };
        Reason: {
            reason: string;
        };
        Reasoned: {
            reason: string;
        };
        ReceiptShape: {
            /** Format: date-time */
            at: string;
            chain: string;
            hash: string;
            note: string | null;
            seq: number;
        };
        Receiver: {
            id: string;
            name: string;
            number: string;
            posts: components["schemas"]["PostHeld"][];
            unit: components["schemas"]["UnitRef"] | null;
            why_not: string | null;
        };
        Receivers: {
            items: components["schemas"]["Receiver"][];
        };
        RecoveryCodes: {
            recovery_codes: string[];
        };
        RehearsalShape: {
            acts: number;
            file: string;
            line: number | null;
            message: string | null;
            passed: boolean;
            step: number | null;
            title: string;
        };
        Rehearsed: {
            acts: number;
            coverage: components["schemas"]["CoverageShape"];
            passed: boolean;
            rehearsals: components["schemas"]["RehearsalShape"][];
        };
        RehearsedShort: {
            /** Format: date-time */
            at: string;
            count: number;
            elements: number;
            flows: number;
            missed_elements: string[];
            missed_flows: string[];
            passed: boolean;
        };
        Rehearsing: {
            files?: {
                [key: string]: unknown;
            };
        };
        RemarkShape: {
            element: string | null;
            file: string;
            /** @enum {string} */
            kind: "mapped" | "changed" | "needs_human" | "left_out";
            line: number | null;
            text: string;
        };
        Reminded: {
            /** Format: date-time */
            again_at: string;
        };
        RemindedMany: {
            left: number;
            urged: number;
        };
        RemindMany: {
            /** @default false */
            late_only?: boolean;
        };
        Reorganising: {
            changes: components["schemas"]["TrialChange"][];
            /** @default false */
            preview?: boolean;
            reason: string;
        };
        Report: {
            ages: components["schemas"]["Age"][];
            /** Format: date-time */
            as_of: string;
            before: components["schemas"]["MonthBefore"];
            cases: components["schemas"]["CaseSums"];
            flow: components["schemas"]["Span"][];
            /** Format: date */
            from: string;
            meanings: components["schemas"]["Meaning"][];
            month: string;
            office: string | null;
            steps: components["schemas"]["StepFigures"][];
            tasks: components["schemas"]["TaskSums"];
            times: components["schemas"]["Times"];
            /** Format: date */
            to: string;
            unit: components["schemas"]["UnitRef"] | null;
            units: components["schemas"]["UnitFigures"][];
        };
        ResultCounts: {
            gone: number;
            kept: number;
            moved: number;
            refused: number;
            undone: number;
            waiting: number;
        };
        ResultShape: {
            /** Format: date-time */
            at: string | null;
            case: string;
            number: string;
            reason: string | null;
            status: string;
        };
        Return: {
            answers?: Record<string, unknown>;
            opinion: string;
            /** @default null */
            straight?: boolean | null;
            /** @default null */
            to?: string | null;
        };
        Returns: {
            clause: components["schemas"]["Clause"] | null;
            /** @enum {string} */
            mode: "again" | "straight" | "ask";
            targets: components["schemas"]["ReturnTarget"][];
        };
        ReturnTarget: {
            goes_to: components["schemas"]["PersonRef"][];
            gone: components["schemas"]["GoneTask"][];
            is_submitters: boolean;
            /** @enum {string} */
            kind: "drawn" | "step";
            name: string;
            redone: number;
            step: string | null;
            to: string;
            void: components["schemas"]["UndoneTask"][];
        };
        ReviewAsked: {
            /** @default  */
            note?: string;
            reviewers: string[];
        };
        Revocation: {
            reason: string;
        };
        RolePermissions: {
            holders: components["schemas"]["PersonRef"][];
            is_administrator: boolean;
            permissions: components["schemas"]["Permission"][];
            role: string;
            role_name: string;
        };
        RolePermissionsPage: {
            items: components["schemas"]["RolePermissions"][];
            next: string | null;
            total?: number;
        };
        RoleShape: {
            id: string;
            text: string;
        };
        RosterShape: {
            activists: number;
            applicants: number;
            development_targets: number;
            full_members: number;
            probationary_members: number;
            voting_members: number;
        };
        RuleInput: {
            name: string;
            value: unknown;
        };
        RuleThen: {
            decision: string;
            entry: number;
            inputs: components["schemas"]["RuleInput"][];
            rules: string[];
            value: unknown;
        };
        SaveAsked: {
            files: {
                [key: string]: unknown;
            };
            /** @default  */
            note?: string;
            rev: number;
        };
        SavePage: {
            items: components["schemas"]["SaveShape"][];
            next: string | null;
            total?: number;
        };
        SaveShape: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"];
            changed: string[];
            files_hash: string;
            note: string;
            rev: number;
        };
        Screen: {
            access: components["schemas"]["AccessThen"][];
            acting_for: components["schemas"]["PersonRef"] | null;
            asked: components["schemas"]["AskedThen"][];
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            decision_label: string | null;
            due: components["schemas"]["DueThen"] | null;
            element: string;
            entry: number;
            form: unknown;
            form_name: string | null;
            gates: string[];
            kind: string;
            known: components["schemas"]["ValueThen"][];
            name: string;
            opinion: string | null;
            options: components["schemas"]["OptionThen"][];
            reason: unknown;
            sha256: string;
            source: string | null;
            unknown: string[];
            values: Record<string, unknown>;
            version: number;
        };
        Seal: {
            hash: string;
            seq: number;
        };
        SecondFactor: {
            asks_password: boolean;
            is_demanded: boolean;
            is_on: boolean;
            recovery_left: number;
            /** Format: date-time */
            since: string | null;
        };
        SecondFactorProof: {
            code: string;
            password: string;
        };
        Secrets: {
            /** @default  */
            key?: string;
            /** @default  */
            password?: string;
            /** @default  */
            url?: string;
        };
        SeriesLine: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            code: string;
            last: number;
            reason: string;
            unit: components["schemas"]["UnitRef"];
            year: number;
        };
        SeriesLines: {
            items: components["schemas"]["SeriesLine"][];
            next: string | null;
        };
        Sessions: {
            items: components["schemas"]["MySession"][];
            next: string | null;
        };
        SetAside: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            reason: string;
        };
        Setting: {
            /** Format: date-time */
            now: string;
        };
        SettingPage: {
            items: components["schemas"]["SettingShape"][];
            next: string | null;
            total?: number;
        };
        SettingShape: {
            is_default: boolean | null;
            name: string;
            range: string | null;
            text: string;
            unit: string | null;
            value: unknown;
        };
        Sheet: {
            address: string;
            attachments: components["schemas"]["Attachment"][];
            comments: components["schemas"]["Comment"][];
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            forms: components["schemas"]["SheetForm"][];
            id: string;
            number: string;
            outcome_label: string | null;
            /** Format: date-time */
            printed_at: string;
            printed_by: components["schemas"]["PersonRef"] | null;
            qr: components["schemas"]["Code"];
            seal: components["schemas"]["Seal"];
            signed: components["schemas"]["SheetLine"][];
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"] | null;
            status: string;
            summary: components["schemas"]["Label"][];
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        SheetForm: {
            /** Format: date-time */
            at: string;
            element: string;
            lines: components["schemas"]["Label"][];
            lists: components["schemas"]["SheetTable"][];
            name: string;
            step: string | null;
        };
        SheetLine: {
            acting_for: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string;
            /** Format: date */
            business_on: string | null;
            by: components["schemas"]["PersonRef"] | null;
            confirmed_by: components["schemas"]["PersonRef"] | null;
            decision_label: string | null;
            name: string;
            opinion: string | null;
            signature: components["schemas"]["SheetSignature"] | null;
            status: string;
            step: string | null;
            task: string;
        };
        SheetSignature: {
            drawing: string | null;
            /** @enum {string} */
            way: "password" | "drawing";
        };
        SheetTable: {
            columns: string[];
            label: string;
            rows: unknown[][];
        };
        Signal: {
            data?: Record<string, unknown>;
            name: string;
        };
        SignAsked: {
            agree: boolean;
            /** @default null */
            files_hash?: string | null;
            /** @default  */
            note?: string;
        };
        SignatureShape: {
            /** @default null */
            drawing?: string | null;
            /** @default null */
            password?: string | null;
        };
        SignedCompletion: {
            answers?: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            rev?: number | null;
            /** @default null */
            signature?: components["schemas"]["SignatureShape"] | null;
        };
        Signer: {
            acting_for: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string | null;
            by: components["schemas"]["PersonRef"] | null;
            decision_label: string | null;
            holders: string[];
            opinion: string | null;
            /** @enum {string|null} */
            side: "agree" | "against" | "abstain" | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "waiting" | "completed" | "returned" | "cancelled" | "signed" | "given_back" | "transferred";
            task: string;
        };
        Signers: {
            add?: string[];
            /**
             * @default null
             * @enum {string|null}
             */
            mode?: "before" | "after" | "parallel" | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
            remove?: string[];
            /**
             * @default null
             * @enum {string|null}
             */
            rule?: "all" | "any" | null;
        };
        SignInCode: {
            code: string;
        };
        SignOffShape: {
            agree: boolean;
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"];
            files_hash: string;
            note: string;
            rev: number;
            valid: boolean;
        };
        Skipping: {
            /** @default null */
            flow?: string | null;
            reason: string;
        };
        Span: {
            broken_off: number;
            finished: number;
            /** Format: date */
            from: string;
            started: number;
            /** Format: date */
            to: string;
        };
        Spread: {
            mean: number;
            p50: number;
            p90: number;
        };
        StandingShape: {
            id: string;
            number: string;
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
        };
        Start: {
            /** @default null */
            business_key?: string | null;
            data?: Record<string, unknown>;
            definition: string;
            /** @default null */
            unit?: string | null;
            /** @default null */
            version?: number | null;
        };
        StartPreview: {
            data?: Record<string, unknown>;
            definition: string;
            /** @default null */
            unit?: string | null;
        };
        StartShape: {
            form: unknown;
            units: components["schemas"]["UnitRef"][];
        };
        StepChoice: {
            element: string;
            name: string;
        };
        StepFigures: {
            definition: string;
            definition_name: string;
            done: number;
            due_today: number;
            element: string;
            kept: number;
            late: number;
            name: string;
            open: number;
            overdue: number;
            redone: number;
            returned: number;
            step: string | null;
            times: components["schemas"]["Times"] | null;
            with_term: number;
        };
        StepRef: {
            element: string;
            name: string;
        };
        Steps: {
            items: components["schemas"]["StepFigures"][];
        };
        StepShape: {
            done_by: components["schemas"]["PersonRef"] | null;
            /** Format: date */
            done_on: string | null;
            element: string;
            name: string;
            stage: string | null;
            stage_name: string | null;
            /** @enum {string} */
            status: "done" | "open" | "held" | "pending";
            step: string | null;
            times: number;
        };
        StoppedShape: {
            message: string;
            step: number;
        };
        StructureChange: {
            basis: string | null;
            changed: ("founded" | "name" | "kind" | "parent" | "can_approve_members" | "term" | "status")[];
            /** Format: date */
            on: string;
            /** @enum {string} */
            status: "active" | "merging" | "dissolved";
            unit: components["schemas"]["UnitRef"];
        };
        StructureChangePage: {
            items: components["schemas"]["StructureChange"][];
            next: string | null;
            total?: number;
        };
        Submission: {
            /** @default null */
            rev?: number | null;
            /** @default null */
            signature?: components["schemas"]["SignatureShape"] | null;
        };
        SuggestionShape: {
            /** @enum {string} */
            because: "name" | "neighbours";
            new: string;
            old: string;
            text: string;
        };
        SuspensionShape: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            reason: string | null;
            through: string | null;
        };
        Taken: {
            id: string;
        };
        Taker: {
            id: string;
            name: string;
            number: string;
            rule: string | null;
            unit: components["schemas"]["UnitRef"] | null;
            why: string | null;
        };
        TakerPage: {
            items: components["schemas"]["Taker"][];
            next: string | null;
            total?: number;
        };
        TaskDuty: {
            basis: string | null;
            /** @enum {string} */
            enforcement: "block" | "warn" | "report";
            rule: string;
            text: string;
            why: string | null;
        };
        TaskGoes: {
            /** @default false */
            leave?: boolean;
            task: string;
            /** @default null */
            to?: string | null;
        };
        TaskItem: {
            acting_for: components["schemas"]["PersonRef"] | null;
            age_days: number;
            batch_refusal: string | null;
            can_withdraw: boolean;
            case: components["schemas"]["CaseRef"];
            claimed_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            completed_at: string | null;
            decision: string | null;
            decision_label: string | null;
            definition: string;
            definition_name: string;
            due: components["schemas"]["Due"] | null;
            /** Format: date */
            due_on: string | null;
            element: string;
            id: string;
            is_late: boolean;
            is_unread: boolean;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            name: string;
            /** Format: date-time */
            opened_at: string;
            /** @enum {string|null} */
            part: "sign" | "entrust" | "transfer" | null;
            /** @enum {string|null} */
            purpose: "act" | "confirm" | null;
            rev: number;
            stage: string | null;
            started_by: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "waiting" | "completed" | "returned" | "cancelled" | "signed" | "given_back" | "transferred";
            step: string | null;
            summary: components["schemas"]["Label"][];
            /** Format: date-time */
            undo_until: string | null;
            unit: components["schemas"]["UnitRef"] | null;
            /** Format: date-time */
            void_at: string | null;
            why: string[];
            why_me: components["schemas"]["WhyMe"] | null;
        };
        TaskItemPage: {
            items: components["schemas"]["TaskItem"][];
            next: string | null;
            total?: number;
        };
        TaskMeeting: {
            agenda: components["schemas"]["Agenda"] | null;
            kind: string;
            name: string;
        };
        TaskRef: {
            case: string;
            id: string;
            name: string;
            title: string;
        };
        TaskSums: {
            done: number;
            due_today: number;
            kept: number;
            late: number;
            open: number;
            overdue: number;
            redone: number;
            returned: number;
            with_term: number;
        };
        TaskWhole: {
            acting_for: components["schemas"]["PersonRef"] | null;
            age_days: number;
            attachments: components["schemas"]["Attachment"][];
            batch_refusal: string | null;
            business_date: components["schemas"]["BusinessDate"] | null;
            can: string[];
            can_withdraw: boolean;
            case: components["schemas"]["CaseRef"];
            claimed_by: components["schemas"]["PersonRef"] | null;
            clauses: components["schemas"]["Clause"][];
            /** Format: date-time */
            completed_at: string | null;
            context: Record<string, unknown>;
            countersign: components["schemas"]["CountersignShape"] | null;
            decision: string | null;
            decision_label: string | null;
            definition: string;
            definition_name: string;
            demands: components["schemas"]["Demands"];
            documentation: string | null;
            draft: components["schemas"]["DraftWords"] | null;
            due: components["schemas"]["DueWhole"] | null;
            /** Format: date */
            due_on: string | null;
            duties: components["schemas"]["TaskDuty"][];
            element: string;
            form: unknown;
            held: components["schemas"]["Held"][];
            id: string;
            is_late: boolean;
            is_unread: boolean;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            meeting: components["schemas"]["TaskMeeting"] | null;
            name: string;
            /** Format: date-time */
            opened_at: string;
            outcome_computed: boolean;
            outcomes: components["schemas"]["Outcome"][];
            own_part: components["schemas"]["PartShape"] | null;
            /** @enum {string|null} */
            part: "sign" | "entrust" | "transfer" | null;
            parts: components["schemas"]["PartShape"][];
            pending: components["schemas"]["Pending"] | null;
            /** @enum {string|null} */
            purpose: "act" | "confirm" | null;
            rev: number;
            stage: string | null;
            started_by: components["schemas"]["PersonRef"] | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "waiting" | "completed" | "returned" | "cancelled" | "signed" | "given_back" | "transferred";
            step: string | null;
            summary: components["schemas"]["Label"][];
            suspension: components["schemas"]["SuspensionShape"] | null;
            /** Format: date-time */
            undo_until: string | null;
            unit: components["schemas"]["UnitRef"] | null;
            /** Format: date-time */
            urged_until: string | null;
            values: Record<string, unknown>;
            /** Format: date-time */
            void_at: string | null;
            why: string[];
            why_me: components["schemas"]["WhyMe"] | null;
        };
        TemplatePage: {
            items: components["schemas"]["TemplateShape"][];
            next: string | null;
            total?: number;
        };
        TemplateShape: {
            key: string;
            name: string;
            purpose: string;
        };
        Term: {
            /** Format: date-time */
            at: string | null;
            definition: string;
            definition_name: string;
            ground: string | null;
            set_by: components["schemas"]["PersonRef"] | null;
            years: number | null;
        };
        Terms: {
            items: components["schemas"]["Term"][];
            next: string | null;
        };
        Times: {
            handled: number;
            wait: components["schemas"]["Spread"] | null;
            wait_office: components["schemas"]["Spread"] | null;
            waited: number;
            work: components["schemas"]["Spread"] | null;
            work_office: components["schemas"]["Spread"] | null;
        };
        TouchedDelegation: {
            from: components["schemas"]["PersonRef"];
            id: string;
            to: components["schemas"]["PersonRef"];
            /** Format: date */
            until: string;
        };
        TouchedDelegations: {
            items: components["schemas"]["TouchedDelegation"][];
            total: number;
        };
        TouchedDuties: {
            items: components["schemas"]["TouchedDuty"][];
            total: number;
        };
        TouchedDuty: {
            definition: string;
            definition_name: string;
            element: string;
            name: string;
            other: string;
            rule: string;
            unit: components["schemas"]["UnitRef"];
        };
        TouchedStep: {
            definition: string;
            definition_name: string;
            element: string;
            holders: string[];
            name: string;
            unit: components["schemas"]["UnitRef"];
        };
        TouchedSteps: {
            items: components["schemas"]["TouchedStep"][];
            total: number;
        };
        TouchedTask: {
            after: components["schemas"]["PersonRef"][];
            before: components["schemas"]["PersonRef"][];
            case: string;
            element: string;
            id: string;
            is_left: boolean;
            name: string;
            number: string;
            unit: components["schemas"]["UnitRef"];
        };
        TouchedTasks: {
            items: components["schemas"]["TouchedTask"][];
            total: number;
        };
        Transfer: {
            reason: string;
            to: string;
        };
        Trial: {
            changes: components["schemas"]["TrialChange"][];
        };
        TrialChange: {
            /** @default null */
            basis?: string | null;
            /** @default null */
            code?: string | null;
            /** @default null */
            into?: string | null;
            /** @enum {string} */
            kind: "end_post" | "appoint" | "leave" | "dissolve" | "merge" | "competence" | "found" | "rename" | "move";
            /** @default null */
            may?: boolean | null;
            /** @default null */
            name?: string | null;
            /** @default null */
            name_en?: string | null;
            /**
             * Format: date
             * @default null
             */
            on?: string | null;
            /** @default null */
            person?: string | null;
            /**
             * @default null
             * @enum {string|null}
             */
            role?: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer" | null;
            /** @default null */
            unit?: string | null;
            /**
             * @default null
             * @enum {string|null}
             */
            unit_kind?: "branch" | "branch_group" | "department" | "departmental_committee" | "discipline_committee" | "general_branch" | "grassroots_committee" | "joint_branch" | "leading_members_group" | "temporary_organisation" | "unit" | "working_committee" | null;
        };
        TrialOutlook: {
            delegations: components["schemas"]["TouchedDelegations"];
            duties: components["schemas"]["TouchedDuties"];
            is_more: boolean;
            left: number;
            /** Format: date */
            on: string;
            steps: components["schemas"]["TouchedSteps"];
            tasks: components["schemas"]["TouchedTasks"];
        };
        TrialShape: {
            /** Format: date-time */
            at: string | null;
            counts: components["schemas"]["OutcomeCounts"];
            done: number;
            /** Format: date-time */
            done_at: string | null;
            fault: string | null;
            is_current: boolean;
            of: number;
            rev: number | null;
            /** @enum {string} */
            status: "none" | "running" | "done" | "failed";
            units: components["schemas"]["UnitOutcome"][];
        };
        TrialWhole: {
            /** Format: date-time */
            at: string | null;
            counts: components["schemas"]["OutcomeCounts"];
            done: number;
            /** Format: date-time */
            done_at: string | null;
            fault: string | null;
            is_current: boolean;
            items: components["schemas"]["TriedCase"][];
            next: string | null;
            of: number;
            rev: number | null;
            /** @enum {string} */
            status: "none" | "running" | "done" | "failed";
            units: components["schemas"]["UnitOutcome"][];
        };
        Tried: {
            error: string | null;
            /** @enum {string} */
            status: "waiting" | "sending" | "sent" | "failed" | "unknown" | "cancelled";
        };
        TriedCase: {
            case: string;
            /** @enum {string} */
            kind: "unchanged" | "changes" | "moves" | "redoes" | "cannot";
            moved: components["schemas"]["Becoming"][];
            number: string;
            redone: components["schemas"]["Becoming"][];
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
            why: string | null;
        };
        Try: {
            /** @default null */
            channel?: string | null;
            /** @default null */
            to?: string | null;
        };
        UndoneTask: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            decision: string | null;
            decision_label: string | null;
            element: string;
            name: string;
            opinion: string | null;
            task: string;
        };
        UnitCount: {
            code: string;
            count: number;
            id: string;
            name: string;
        };
        UnitFigures: {
            cases: components["schemas"]["CaseSums"];
            done: number;
            due_today: number;
            kept: number;
            late: number;
            of: string | null;
            open: number;
            overdue: number;
            people: number;
            /** @enum {string} */
            reach: "below" | "alone" | "outside";
            redone: number;
            returned: number;
            times: components["schemas"]["Times"] | null;
            unit: components["schemas"]["UnitRef"] | null;
            with_term: number;
        };
        UnitOutcome: {
            counts: components["schemas"]["OutcomeCounts"];
            unit: components["schemas"]["UnitRef"];
        };
        UnitPage: {
            items: components["schemas"]["UnitShape"][];
            next: string | null;
            total?: number;
        };
        UnitPost: {
            basis: string | null;
            /** Format: date */
            from_on: string;
            id: string;
            number: string;
            open_tasks: number;
            person: components["schemas"]["PersonRef"];
            role: string;
            role_name: string;
            /** @enum {string} */
            state: "coming" | "current" | "over";
            /** Format: date */
            to_on: string | null;
        };
        UnitPosts: {
            items: components["schemas"]["UnitPost"][];
            /** Format: date */
            on: string;
            open_tasks: number;
        };
        UnitRef: {
            code: string;
            id: string;
            name: string;
        };
        Units: {
            items: components["schemas"]["UnitFigures"][];
        };
        UnitShape: {
            can_approve_members: boolean;
            code: string;
            has_branch_committee: boolean;
            id: string;
            kind: string;
            kind_name: string;
            name: string;
            parent: string | null;
            /** @enum {string} */
            status: "active" | "merging" | "dissolved";
            /** Format: date */
            term_expires_on: string | null;
            /** Format: date */
            term_started_on: string | null;
        };
        UnitState: {
            basis: string | null;
            can_approve_members: boolean;
            changed: ("founded" | "name" | "kind" | "parent" | "can_approve_members" | "term" | "status")[];
            /** Format: date */
            from_on: string;
            kind: string;
            kind_name: string;
            name: string;
            parent: components["schemas"]["UnitRef"] | null;
            /** @enum {string} */
            status: "active" | "merging" | "dissolved";
            /** Format: date */
            term_expires_on: string | null;
            /** Format: date */
            term_started_on: string | null;
            /** Format: date */
            to_on: string | null;
        };
        UnitStatePage: {
            items: components["schemas"]["UnitState"][];
            next: string | null;
            total?: number;
        };
        UnitWhole: {
            ancestors: components["schemas"]["UnitRef"][];
            can_approve_members: boolean;
            code: string;
            has_branch_committee: boolean;
            id: string;
            kind: string;
            kind_name: string;
            name: string;
            parent: string | null;
            roster: components["schemas"]["RosterShape"];
            /** @enum {string} */
            status: "active" | "merging" | "dissolved";
            /** Format: date */
            term_expires_on: string | null;
            /** Format: date */
            term_started_on: string | null;
        };
        Unread: {
            unread: number;
        };
        ValueThen: {
            acting_for: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            at: string;
            by: components["schemas"]["PersonRef"] | null;
            entry: number;
            field: string;
            /** @enum {string} */
            how: "plain" | "opened" | "erased" | "altered";
            is_new: boolean;
            label: string;
            name: string | null;
            value: unknown;
        };
        Verb: {
            clause: components["schemas"]["Clause"] | null;
            effect: string;
            is_possible: boolean;
            reach: string | null;
            /** @enum {string} */
            verb: "transfer" | "entrust" | "add_signer" | "remove_signer" | "take_back" | "consent" | "give_back";
            why_not: string | null;
        };
        Verbs: {
            items: components["schemas"]["Verb"][];
        };
        Verification: {
            cases: number;
            chains: number;
            checkpoints: number;
            cosignatures: number;
            definitions: number;
            documents: number;
            entries: number;
            files: number;
            findings: components["schemas"]["Break"][];
            is_whole: boolean;
            leaves: number;
            limits: string[];
            more_findings: number;
            rows: number;
            values: number;
            waiting: number;
        };
        VersionDrawing: {
            definition: string;
            texts: {
                [key: string]: string;
            };
            version: number;
            xml: string;
        };
        VersionRef: {
            note: string;
            /** Format: date-time */
            published_at: string;
            version: number;
        };
        VersionShape: {
            files: {
                [key: string]: string;
            };
            key: string;
            name: string;
            note: string;
            /** Format: date-time */
            published_at: string;
            sha256: string;
            version: number;
        };
        View: {
            filter: {
                [key: string]: string;
            };
            id: string;
            name: string;
            /** @enum {string} */
            page: "worklist" | "search";
            position: number;
        };
        ViewGiven: {
            filter: Record<string, unknown>;
            name: string;
            /**
             * @default worklist
             * @enum {string}
             */
            page?: "worklist" | "search";
            /** @default 0 */
            position?: number;
        };
        Views: {
            items: components["schemas"]["View"][];
        };
        Vocabulary: {
            functions: components["schemas"]["FunctionShape"][];
            names: string[];
            namespace: string;
            roles: components["schemas"]["RoleShape"][];
            words: components["schemas"]["WordShape"][];
        };
        Voiding: {
            reason: string;
        };
        Votes: {
            abstain: number | null;
            against: number | null;
            for: number | null;
            invalid: number | null;
        };
        VotesGiven: {
            /** @default null */
            abstain?: number | null;
            /** @default null */
            against?: number | null;
            /** @default null */
            for?: number | null;
            /** @default null */
            invalid?: number | null;
        };
        Wait: {
            count: number;
            whom: components["schemas"]["Group"];
            whose: components["schemas"]["Group"];
        };
        WaitingShape: {
            asked: string[];
            due: string | null;
            element: string;
            name: string;
            /** @enum {string} */
            status: "open" | "held";
        };
        Waits: {
            items: components["schemas"]["Wait"][];
        };
        Way: {
            flow: string;
            name: string;
            target: string;
            target_name: string;
        };
        Ways: {
            mails_resets: boolean;
            providers: components["schemas"]["ProviderRef"][];
        };
        Whither: {
            url: string;
        };
        WhyAsked: {
            reason: string;
        };
        WhyMe: {
            for: components["schemas"]["PersonRef"] | null;
            rule: string;
            /** Format: date */
            since: string | null;
            text: string;
            /** Format: date */
            until: string | null;
        };
        Withdrawal: {
            reason: string;
        };
        WitnessedLog: {
            /** Format: date-time */
            at: string | null;
            origin: string;
            size: number;
            vkeys: string[];
        };
        WitnessKey: {
            vkey: string;
        };
        Word: {
            id: string;
            name: string;
        };
        WordPart: {
            choices: string[];
            kind: string;
            name: string;
            required: boolean;
            text: string;
        };
        WordShape: {
            attribute: boolean;
            many: boolean;
            name: string;
            on: string[];
            parts: components["schemas"]["WordPart"][];
            text: string;
        };
    };
    responses: never;
    parameters: {
        /** @description A request sent again under the same key acts once and is given the same answer. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
