/** How figures are said: shares, lengths of time, names of units put together. */
import { t } from "../texts";
import type { Times, Wait } from "./calls";

/** A share to the tenth of a percent; a dash where there is nothing to share. */
export function percent(kept: number, of: number): string {
  return of === 0 ? "–" : `${(Math.round((kept * 1000) / of) / 10).toFixed(1)}%`;
}

/** A length of time in the largest unit that says enough. */
export function lengthOf(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 3600) return t("insights.minutes", { n: Math.round(seconds / 60) });
  if (seconds < 172_800) return t("insights.hours", { n: (seconds / 3600).toFixed(1) });
  return t("insights.days", { n: (seconds / 86_400).toFixed(1) });
}

export type Clock = "office" | "clock";

/** One of the two times, in office hours or by the clock. */
export function spreadOf(times: Times | null | undefined, what: "wait" | "work", clock: Clock) {
  if (!times) return null;
  if (clock === "office") return what === "wait" ? times.wait_office : times.work_office;
  return times[what];
}

export function unitName(group: Wait["whose"]): string {
  if (!group.unit) return t("insights.elsewhere");
  return group.reach === "alone" ? t("insights.alone", { unit: group.unit.name }) : group.unit.name;
}
