/** Who is signed in, and the wait for somebody whose session ended while they were typing. */
import { store } from "../ui/store";
import type { Me } from "./shapes";

/** `undefined`: not asked yet; `null`: nobody. */
export const me = store<Me | null | undefined>(undefined);

/** True while a request waits for the person to sign in again. */
export const lapsed = store(false);

let waiting: { promise: Promise<boolean>; settle: (signedIn: boolean) => void } | null = null;

/** Resolves once the person has signed in again (true) or has given up (false). */
export function renewal(): Promise<boolean> {
  if (!waiting) {
    let settle: (signedIn: boolean) => void = () => undefined;
    const promise = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    waiting = { promise, settle };
    lapsed.set(true);
  }
  return waiting.promise;
}

export function renewed(signedIn: boolean): void {
  const settled = waiting;
  waiting = null;
  lapsed.set(false);
  settled?.settle(signedIn);
}
