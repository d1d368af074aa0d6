/**
 * FEEL in the browser, for previews only: the server evaluates everything again and its answer counts.
 *
 * What the browser cannot know (the directory's functions, a calendar) comes out as `unknown`, which neither hides a
 * field nor shows a computed value.
 */
import { date, duration, evaluate, FeelDate, FeelDateTime, FeelDuration, FeelTime } from "feelin";
import { type Feel, unknown } from "./unknown";

export const feel: Feel = {
  value(text, context) {
    try {
      const { value, warnings } = evaluate(text.replace(/^\s*=/, ""), { ...context });
      if (value === null && warnings.some((warning) => warning.type === "NO_FUNCTION_FOUND")) {
        return unknown;
      }
      return plain(value);
    } catch {
      return unknown; // what feelin cannot read, the server can: it has checked every expression when it was published
    }
  },
  date(text) {
    try {
      const made = date(text);
      return made instanceof FeelDate ? made : null;
    } catch {
      return null;
    }
  },
  duration(text) {
    try {
      const made = duration(text);
      return made instanceof FeelDuration ? made : null;
    } catch {
      return null;
    }
  },
};

function plain(value: unknown): unknown {
  if (value instanceof FeelDate || value instanceof FeelTime || value instanceof FeelDateTime || value instanceof FeelDuration) {
    return String(value);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return value === undefined ? null : value;
}
