/** What comes next, as people say it. */
import type { AheadStep, Preview } from "../contract/shapes";
import { t } from "../texts";
import { longDay, span } from "../ui/dates";
import { holdersText } from "../ui/holders";

interface Asked {
  holders: readonly string[];
  people: readonly { name: string }[];
  more: number;
}

/** The names of those who are asked, or their posts where nobody holds them. */
export function whoText(asked: Asked): string {
  if (asked.people.length === 0) return asked.holders.length > 0 ? holdersText(asked.holders) : "";
  const names = asked.people.map((one) => one.name).join(t("ahead.and"));
  return asked.more > 0 ? `${names} ${t("ahead.more", { n: asked.more })}` : names;
}

export function stepWho(step: AheadStep): string {
  if (step.kind === "case") return t("ahead.other");
  if (step.is_vacant) return t("ahead.vacant");
  return whoText(step) || t("ahead.unknown");
}

function stepText(step: AheadStep): string {
  const who = step.is_held ? [stepWho(step), t("ahead.held")].join(t("ahead.and")) : stepWho(step);
  return step.due_on ? t("ahead.stepDue", { name: step.name, who, date: longDay(step.due_on) }) : t("ahead.step", { name: step.name, who });
}

/** One sentence: what completing this leads to. */
export function nextText(seen: Preview, decision: string | null): string {
  if (seen.confirm) return t("ahead.confirm", { who: whoText(seen.confirm) });
  if (seen.is_ended) return seen.outcome_label ? t("ahead.endBy", { outcome: seen.outcome_label }) : t("ahead.end");
  if (seen.next.length === 0) return t("ahead.stays");
  const steps = seen.next.map(stepText).join(t("ahead.and"));
  return decision ? t("ahead.nextBy", { decision, steps }) : t("ahead.next", { steps });
}

/** How long a task has lain with somebody, to the hour: `2 天 3 小时`. */
export function lain(since: string, now: string): string {
  const hours = Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / 3_600_000));
  if (hours < 24) return span(since, now);
  const days = t("span.days", { n: Math.floor(hours / 24) });
  return hours % 24 === 0 ? days : `${days} ${t("span.hours", { n: hours % 24 })}`;
}
