/** What a person chose for this browser: language, theme, shortcuts. Kept in local storage, where there is one. */
import { store } from "./store";

export type Language = "zh" | "en";
export type Theme = "system" | "light" | "dark";

function kept(key: string): string | null {
  try {
    return localStorage.getItem(`liuhen.${key}`);
  } catch {
    return null; // storage is switched off: choices last as long as the page
  }
}

export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`liuhen.${key}`);
    else localStorage.setItem(`liuhen.${key}`, value);
  } catch {
    // Full or forbidden storage must never stop somebody's work.
  }
}

export const recall = kept;

export function languageOf(tag: string | null | undefined): Language | null {
  if (!tag) return null;
  return tag.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function firstLanguage(): Language {
  const chosen = kept("language");
  if (chosen === "zh" || chosen === "en") return chosen;
  return languageOf(navigator.language) ?? "zh";
}

function firstTheme(): Theme {
  const chosen = kept("theme");
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export const language = store<Language>(firstLanguage());
export const theme = store<Theme>(firstTheme());
export const shortcuts = store<boolean>(kept("shortcuts") !== "off");

/** Whether the language was chosen here rather than taken from the browser or the account. */
export const languageChosen = (): boolean => kept("language") !== null;

export function chooseTheme(value: Theme): void {
  keep("theme", value === "system" ? null : value);
  theme.set(value);
}

export function chooseShortcuts(on: boolean): void {
  keep("shortcuts", on ? null : "off");
  shortcuts.set(on);
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function paint(): void {
  const chosen = theme.get();
  document.documentElement.dataset["theme"] = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
}

/** Keeps `<html data-theme>` in step with the choice and the system. Called once. */
export function followTheme(): void {
  paint();
  theme.watch(paint);
  dark.addEventListener("change", paint);
}
