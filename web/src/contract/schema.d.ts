// Printed by `npm run contract` from the server's OpenAPI document. Not written by hand.

export interface paths {
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
        /** Start a case. */
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
    "/api/v1/cases/{case_id}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                case_id: string;
            };
            cookie?: never;
        };
        /** Why one case stands still; empty where it does not. */
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
         * Publish a process folder as the next version; refused with every finding where it could not be run faithfully.
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
        /** Set the office's own value from today on, with a reason. */
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
                /** @description Refused. */
                default: {
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
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every case that stands still, newest first. */
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
    "/api/v1/incidents/{case_id}/retry": {
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
        /** Let the case go on: the clock wakes it at its next beat. */
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
        /** A new key, shown this once. A program cannot make itself another one. */
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
                /** @description Refused. */
                default: {
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
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** A new password; every other session of the account ends. */
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
        /** Give somebody a post; refused where one person would hold two administrator roles (sod_20). */
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
                /** @description Refused. */
                default: {
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
        /** Somebody no longer holds a post. */
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
         * Sign in: answers who one is, and sets the session's cookie.
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
                /** @description Refused. */
                default: {
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
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The asker's worklist: what is to do, what was done, what the asker started. */
        get: {
            parameters: {
                query?: {
                    box?: "todo" | "done" | "started" | "copied" | "delegated" | "drafts";
                    case?: string | null;
                    cursor?: string | null;
                    definition?: string | null;
                    due_before?: string | null;
                    limit?: number;
                    q?: string | null;
                    sort?: "due" | "opened" | "completed";
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
                    "application/json": components["schemas"]["Completion"];
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
        /** Send the case back, with an opinion. */
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
         * @description Under an Idempotency-Key each task acts once, also where the request is sent again after half of it was done.
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
    "/api/v1/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of every chain, newest first; ``q`` is looked for in what was hashed. */
        get: {
            parameters: {
                query?: {
                    actor?: string | null;
                    chain?: string | null;
                    cursor?: string | null;
                    from?: string | null;
                    kind?: "account.blocked" | "account.changed" | "account.created" | "bypass.attempted" | "case.cancelled" | "case.ended" | "case.failed" | "case.retried" | "case.start_refused" | "case.started" | "case.withdrawn" | "clock.moved" | "decision.evaluated" | "definition.published" | "delegation.changed" | "gate.warned" | "key.created" | "key.revoked" | "membership.changed" | "office.built" | "office.imported" | "parameter.changed" | "person.changed" | "post.changed" | "task.cancelled" | "task.claimed" | "task.completed" | "task.confirmation_refused" | "task.confirmed" | "task.held" | "task.opened" | "task.overdue" | "task.proposed" | "task.released" | "task.reminded" | "timer.fired" | "unit.changed" | null;
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
    "/api/v1/trail/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recompute every hash and link, of one chain or of all. */
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
        /** Units by code; ``q`` searches names and codes, ``parent`` (id or code) gives those directly below. */
        get: {
            parameters: {
                query?: {
                    cursor?: string | null;
                    kind?: string | null;
                    limit?: number;
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
        /** One unit (id or code). */
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
        AccountRef: {
            id: string;
            name: string;
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
        Advance: {
            by: string;
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
            /** @enum {string} */
            role: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer";
            /**
             * Format: date
             * @default null
             */
            to_on?: string | null;
            unit: string;
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
        CaseItem: {
            business_key: string | null;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
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
        CaseRef: {
            id: string;
            number: string;
            title: string;
        };
        CaseState: {
            id: string;
            number: string;
            status: string;
            title: string;
        };
        CaseWhole: {
            business_key: string | null;
            can: string[];
            data: Record<string, unknown>;
            definition: string;
            definition_name: string;
            /** Format: date-time */
            ended_at: string | null;
            id: string;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            number: string;
            open_tasks: components["schemas"]["OpenTask"][];
            outcome: string | null;
            outcome_label: string | null;
            /** Format: date-time */
            started_at: string;
            started_by: components["schemas"]["PersonRef"];
            /** @enum {string} */
            status: "running" | "ended" | "cancelled" | "suspended" | "failed";
            steps: components["schemas"]["StepShape"][];
            summary: components["schemas"]["Label"][];
            title: string;
            unit: components["schemas"]["UnitRef"] | null;
            version: number;
        };
        Change: {
            field: string;
            label: string;
            value: unknown;
        };
        Checked: {
            findings: components["schemas"]["FindingShape"][];
            key: string | null;
            ok: boolean;
        };
        Clause: {
            article: string | null;
            id: string;
            text: string | null;
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
        ClockShape: {
            acted?: number;
            /** Format: date-time */
            now: string;
            /** Format: date */
            today: string;
        };
        Completion: {
            answers?: Record<string, unknown>;
            /** @default null */
            decision?: string | null;
            /** @default null */
            opinion?: string | null;
            /** @default null */
            reason?: string | null;
            /** @default null */
            rev?: number | null;
        };
        Confirmation: {
            agree: boolean;
            /** @default null */
            opinion?: string | null;
        };
        Credentials: {
            name: string;
            password: string;
        };
        DefinitionPage: {
            items: components["schemas"]["DefinitionShape"][];
            next: string | null;
            total?: number;
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
            version: number;
            versions: components["schemas"]["VersionRef"][];
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
        Done: {
            case: components["schemas"]["CaseState"];
            next_task: components["schemas"]["TaskItem"] | null;
            now_with: string[];
            receipt: components["schemas"]["ReceiptShape"] | null;
            task: components["schemas"]["TaskItem"];
        };
        Draft: {
            answers: Record<string, unknown>;
        };
        ElementState: {
            /** @enum {string} */
            status: "done" | "open" | "held";
            times: number;
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
            /** @enum {string} */
            role: "assessment_reviewer" | "assessor" | "audit_admin" | "auditor" | "branch_deputy_secretary" | "branch_group_leader" | "branch_secretary" | "co_signer" | "committee_member" | "committee_secretary" | "delegate" | "designer" | "discipline_commissioner" | "document_clerk" | "drafter" | "dues_accountant" | "dues_cashier" | "dues_collector" | "fulltime_deputy_secretary" | "general_office" | "handling_department" | "lead_department" | "organisation_commissioner" | "organisation_department" | "organiser" | "principal_head" | "publicity_commissioner" | "publicity_department" | "records_officer" | "seal_keeper" | "security_admin" | "signer" | "standing_committee_member" | "system_admin" | "text_reviewer";
            unit: string;
        };
        Enforcer: {
            element: string;
            name: string;
            step: string | null;
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
        FieldProblem: {
            clause: string | null;
            code: string;
            earliest: string | null;
            field: string;
            message: string;
        };
        FindingShape: {
            element: string | null;
            file: string;
            line: number | null;
            message: string;
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
        FunctionShape: {
            name: string;
            text: string;
        };
        Held: {
            clause: unknown;
            code: string;
            /** Format: date */
            earliest: string | null;
            message: string;
        };
        IncidentPage: {
            items: components["schemas"]["IncidentShape"][];
            next: string | null;
            total?: number;
        };
        IncidentShape: {
            /** Format: date-time */
            at: string;
            id: string;
            number: string;
            reason: string;
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
        Label: {
            label: string;
            value: unknown;
        };
        Language: {
            /** @enum {string} */
            language: "zh" | "en";
        };
        Me: {
            account: components["schemas"]["AccountRef"];
            csrf: string | null;
            is_virtual_clock: boolean;
            /** @enum {string} */
            language: "zh" | "en";
            memberships: components["schemas"]["MyMembership"][];
            permissions: string[];
            person: components["schemas"]["MyPerson"] | null;
            posts: components["schemas"]["PostRef"][];
            /** Format: date */
            today: string;
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
            id: string;
            /** Format: date-time */
            seen_at: string;
        };
        NewKey: {
            /** @default null */
            account?: string | null;
            /** @default 90 */
            days?: number;
            name: string;
            scopes?: ("accounts.manage" | "cases.read_all" | "definitions.publish" | "definitions.read" | "directory.manage" | "keys.manage" | "permissions.read" | "read" | "trail.read_all" | "trail.verify" | "write")[];
        };
        NewKeyShape: {
            id: string;
            key: string;
            name: string;
        };
        NewPassword: {
            new: string;
            old: string;
        };
        OpenTask: {
            /** Format: date */
            due_on: string | null;
            element: string;
            holders: string[];
            id: string;
            is_late: boolean;
            mine: boolean;
            name: string;
            status: string;
            step: string | null;
        };
        Outcome: {
            enabled: boolean;
            /** @enum {string} */
            kind: "agree" | "return" | "reject" | "neutral";
            label: string;
            /** @enum {string} */
            opinion: "required" | "optional";
            reason: string | null;
            value: string;
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
        ParameterPage: {
            items: components["schemas"]["ParameterShape"][];
            next: string | null;
            total?: number;
        };
        ParameterShape: {
            default: unknown;
            id: string;
            /** @enum {string} */
            kind: "local" | "unsure" | "policy";
            text: string;
            /** @enum {string} */
            type: "boolean" | "duration" | "list" | "number" | "text";
            value: unknown;
        };
        ParameterValue: {
            reason: string;
            value: unknown;
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
        PostPage: {
            items: components["schemas"]["PostShape"][];
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
        Publication: {
            files: {
                [key: string]: unknown;
            };
            /** @default  */
            note?: string;
            /** @default true */
            publish?: boolean;
        };
        Published: {
            findings: components["schemas"]["FindingShape"][];
            is_new: boolean;
            key: string | null;
            version: number | null;
        };
        Reason: {
            reason: string;
        };
        ReceiptShape: {
            /** Format: date-time */
            at: string;
            chain: string;
            hash: string;
            seq: number;
        };
        Return: {
            answers?: Record<string, unknown>;
            opinion: string;
            /** @default null */
            to?: string | null;
        };
        RosterShape: {
            activists: number;
            applicants: number;
            development_targets: number;
            full_members: number;
            probationary_members: number;
            voting_members: number;
        };
        Sessions: {
            items: components["schemas"]["MySession"][];
            next: string | null;
        };
        Setting: {
            /** Format: date-time */
            now: string;
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
        StartShape: {
            form: unknown;
            units: components["schemas"]["UnitRef"][];
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
        TaskItem: {
            age_days: number;
            case: components["schemas"]["CaseRef"];
            claimed_by: components["schemas"]["PersonRef"] | null;
            /** Format: date-time */
            completed_at: string | null;
            decision: string | null;
            decision_label: string | null;
            definition: string;
            definition_name: string;
            /** Format: date */
            due_on: string | null;
            element: string;
            id: string;
            is_late: boolean;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            name: string;
            /** Format: date-time */
            opened_at: string;
            /** @enum {string|null} */
            purpose: "act" | "confirm" | null;
            rev: number;
            stage: string | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "completed" | "cancelled";
            step: string | null;
            summary: components["schemas"]["Label"][];
            unit: components["schemas"]["UnitRef"] | null;
            why: string[];
        };
        TaskItemPage: {
            items: components["schemas"]["TaskItem"][];
            next: string | null;
            total?: number;
        };
        TaskWhole: {
            age_days: number;
            business_date: components["schemas"]["BusinessDate"] | null;
            can: string[];
            case: components["schemas"]["CaseRef"];
            claimed_by: components["schemas"]["PersonRef"] | null;
            clauses: components["schemas"]["Clause"][];
            /** Format: date-time */
            completed_at: string | null;
            context: Record<string, unknown>;
            decision: string | null;
            decision_label: string | null;
            definition: string;
            definition_name: string;
            documentation: string | null;
            /** Format: date */
            due_on: string | null;
            element: string;
            form: unknown;
            held: components["schemas"]["Held"][];
            id: string;
            is_late: boolean;
            mark_labels: {
                [key: string]: string;
            };
            marks: string[];
            name: string;
            /** Format: date-time */
            opened_at: string;
            outcome_computed: boolean;
            outcomes: components["schemas"]["Outcome"][];
            pending: components["schemas"]["Pending"] | null;
            /** @enum {string|null} */
            purpose: "act" | "confirm" | null;
            rev: number;
            stage: string | null;
            /** @enum {string} */
            status: "held" | "open" | "confirming" | "completed" | "cancelled";
            step: string | null;
            summary: components["schemas"]["Label"][];
            unit: components["schemas"]["UnitRef"] | null;
            values: Record<string, unknown>;
            why: string[];
        };
        UnitPage: {
            items: components["schemas"]["UnitShape"][];
            next: string | null;
            total?: number;
        };
        UnitRef: {
            code: string;
            id: string;
            name: string;
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
        Verification: {
            chains: number;
            entries: number;
            findings: components["schemas"]["Break"][];
            is_whole: boolean;
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
        Vocabulary: {
            functions: components["schemas"]["FunctionShape"][];
            names: string[];
            namespace: string;
            words: components["schemas"]["WordShape"][];
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
