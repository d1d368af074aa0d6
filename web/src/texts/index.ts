/** The words of the screen in one language at a time; the other catalogue is fetched when it is chosen. */
import { keep, language, type Language } from "../ui/preferences";
import type { zh } from "./zh";

export type Key = keyof typeof zh;
export type Catalogue = Readonly<Record<Key, string>>;
export type Values = Readonly<Record<string, string | number>>;

let spoken: Catalogue;

const load: Record<Language, () => Promise<Catalogue>> = {
  zh: async () => (await import("./zh")).zh,
  en: async () => (await import("./en")).en,
};

/** Fetches the catalogue and makes it the spoken one. */
export async function speak(chosen: Language): Promise<void> {
  spoken = await load[chosen]();
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  language.set(chosen);
}

/** A person's own choice: spoken and remembered. */
export async function choose(chosen: Language): Promise<void> {
  keep("language", chosen);
  await speak(chosen);
}

/**
 * The text of a key. `{name}` is replaced from `values`; where the text is `one|other`, `{n}` decides which is used.
 */
export function t(key: Key, values?: Values): string {
  return fill(spoken[key], values);
}

/** A label of the procedure at the beginning of a line: English ones are written small. */
export const capital = (label: string): string => label.charAt(0).toUpperCase() + label.slice(1);

export function fill(text: string, values: Values = {}): string {
  const [one, other] = text.split("|");
  const form = other === undefined || values["n"] === 1 ? one : other;
  return (form ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
