/** The licences of everything that reaches a browser, read from what is installed: never a list kept by hand. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

export interface Part {
  name: string;
  version: string;
  licence: string;
  text: string;
}

const ID = "virtual:parts";

export function installedParts(): Part[] {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, { dev?: boolean; optional?: boolean; peer?: boolean }> };
  return Object.entries(lock.packages)
    .filter(([path, one]) => path !== "" && !one.dev && !one.peer && existsSync(path))
    .map(([path]) => {
      const made = JSON.parse(readFileSync(`${path}/package.json`, "utf8")) as { name: string; version: string; license?: string };
      const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
      const text = file ? readFileSync(`${path}/${file}`, "utf8").trim() : "";
      const licence = /^SEE/.test(made.license ?? "") ? "MIT + notice" : (made.license ?? "");
      return { name: made.name, version: made.version, licence, text };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function licences(): Plugin {
  return {
    name: "licences",
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load: (id) => (id === `\0${ID}` ? `export const parts = ${JSON.stringify(installedParts())};` : null),
  };
}
