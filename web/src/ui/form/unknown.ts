/** What a form asks of FEEL. Apart from the interpreter itself, which is fetched only where a form needs it. */
import type { FeelDate, FeelDuration } from "feelin";

export const unknown: unique symbol = Symbol("not known in the browser");

export interface Feel {
  /** The plain value of an expression (text may begin with `=`), or `unknown`. */
  value(text: string, context: Readonly<Record<string, unknown>>): unknown;
  date(text: string): FeelDate | null;
  duration(text: string): FeelDuration | null;
}
