/**
 * Dates and times as people read them.
 *
 * The server sends instants with the office's own offset, so what a person is shown is the wall clock written in the
 * text: the browser's zone would move an entry of 00:30 to the day before for somebody travelling.
 */
import { language } from "./preferences";
import { t } from "../texts";

const DAY = 86_400_000;

function wall(text: string): Date {
  return new Date(`${text.slice(0, 19)}${text.length > 10 ? "Z" : "T00:00:00Z"}`);
}

const locale = (): string => (language.get() === "zh" ? "zh-CN" : "en-GB");

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options });
    formats.set(key, made);
  }
  return made;
}

/** `2026年3月2日`, `2 Mar 2026`. */
export function longDay(text: string): string {
  return format({ year: "numeric", month: language.get() === "zh" ? "long" : "short", day: "numeric" }).format(wall(text));
}

/** `3月2日`, `2 Mar`; with the year where it is not `around`'s. */
export function shortDay(text: string, around?: string): string {
  if (around && around.slice(0, 4) !== text.slice(0, 4)) return longDay(text);
  return format({ month: language.get() === "zh" ? "long" : "short", day: "numeric" }).format(wall(text));
}

/** `2026/03/02 10:12`, `2 Mar 2026, 10:12`. */
export function longTime(text: string): string {
  return `${longDay(text)} ${text.slice(11, 16)}`;
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((wall(to.slice(0, 10)).getTime() - wall(from.slice(0, 10)).getTime()) / DAY);
}

export function plusDays(day: string, days: number): string {
  return new Date(wall(day.slice(0, 10)).getTime() + days * DAY).toISOString().slice(0, 10);
}

/** How long something took: the largest unit that says enough. */
export function span(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return t("span.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("span.hours", { n: Math.round(minutes / 60) });
  const days = Math.round(minutes / 1440);
  if (days < 90) return t("span.days", { n: days });
  if (days < 730) return t("span.months", { n: Math.round(days / 30.44) });
  return t("span.years", { n: Math.round(days / 365.25) });
}
