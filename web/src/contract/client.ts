/** The one door to the API: typed by its OpenAPI document, in the person's language, with their session. */
import createClient from "openapi-fetch";
import { language } from "../ui/preferences";
import type { paths } from "./schema";
import { me, renewal } from "./session";
import type { Me, Problem } from "./shapes";

/** What the API refused, or why it could not be reached; `problem.detail` is a sentence in the person's language. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "Refusal";
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** A key under which a request acts once, however often it is sent. */
export function once(): string {
  // Not crypto.randomUUID: it is missing where the office serves plain http on its own network.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function dressed(request: Request): Request {
  request.headers.set("Accept-Language", language.get() === "zh" ? "zh-CN" : "en");
  if (!SAFE.has(request.method)) {
    const csrf = me.get()?.csrf;
    if (csrf) request.headers.set("X-CSRF-Token", csrf);
  }
  return request;
}

/** Where somebody signs in: a refusal there is not the end of a session. */
const DOOR = /\/sessions(?:\/code|\/oidc)?$/;

async function send(request: Request): Promise<Response> {
  if (request.method === "POST" && !request.headers.has("Idempotency-Key")) request.headers.set("Idempotency-Key", once());
  const again = request.clone();
  const response = await fetch(dressed(request));
  // A session that ended is renewed in place and the same request goes out again: nothing typed is lost.
  if (response.status === 401 && me.get() && !DOOR.test(request.url)) {
    if (await renewal()) return fetch(dressed(again));
  } else if (response.status === 403) {
    const code = await codeOf(response);
    if (code === "err_csrf" && !SAFE.has(request.method) && (await sameAgain())) return fetch(dressed(again));
    // The post asks for a second factor from now on: the page for it stands in `me`.
    if (code === "err_second_factor_needed") await sameAgain();
  }
  return response;
}

async function codeOf(response: Response): Promise<string> {
  try {
    return ((await response.clone().json()) as Problem).code;
  } catch {
    return ""; // not the API's own answer
  }
}

/** Another tab has signed in anew, so this one's token is stale. Whether it is still the same person; if so, theirs is taken. */
async function sameAgain(): Promise<boolean> {
  const answer = await fetch(dressed(new Request("/api/v1/me")));
  if (!answer.ok) return false;
  const found = (await answer.json()) as Me;
  if (found.account.id !== me.get()?.account.id) return false;
  me.set(found);
  return true;
}

export const api = createClient<paths>({ fetch: send });

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** A problem of which only the number is known. */
function plainProblem(status: number, code: string): Problem {
  return { type: "about:blank", title: status ? `HTTP ${status}` : "", status, detail: "", code, errors: [], clause: null };
}

function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === "object" && error !== null && "status" in error) return error as Problem;
  return plainProblem(response.status, "err_unreadable");
}

/** The answer of a call, or a thrown `Refusal`. */
export async function ask<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Refusal(plainProblem(0, "err_offline"));
  }
  if (!outcome.response.ok) {
    const problem = problemOf(outcome.error, outcome.response);
    const wait = Number(outcome.response.headers.get("Retry-After"));
    if (wait > 0) problem.retry_after = wait;
    throw new Refusal(problem);
  }
  return outcome.data as T;
}

/** Saves what a door gives as a file; gives the name that the door calls it by. Raises ``Refusal`` as ``ask`` does. */
export async function download(address: string): Promise<string> {
  let response: Response;
  try {
    response = await send(new Request(new URL(address, location.href)));
  } catch {
    throw new Refusal(plainProblem(0, "err_offline"));
  }
  if (!response.ok) {
    let body: unknown;
    try {
      body = await response.json();
    } catch {
      body = undefined; // not the API's own answer
    }
    throw new Refusal(problemOf(body, response));
  }
  const name = decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "export");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return name;
}
