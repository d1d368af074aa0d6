import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { en } from "../src/texts/en";
import { zh } from "../src/texts/zh";

const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ""))].sort();

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
});

test("no text is empty", () => {
  for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) assert.ok(text.trim(), key);
});

test("both languages have the same holes to fill", () => {
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    // "1 day" may leave the number out; everything else is told in both.
    const other = en[key].includes("|") ? en[key].split("|")[1] ?? "" : en[key];
    const left = holes(zh[key]);
    const right = holes(other);
    if (en[key].includes("|")) assert.ok(right.every((hole) => left.includes(hole)), key);
    else assert.deepEqual(right, left, key);
  }
});

test("no Chinese text ends a sentence with a half-width stop", () => {
  for (const [key, text] of Object.entries(zh)) assert.doesNotMatch(text, /[\u4e00-\u9fff][.,;:?!]/, key);
});

test("every key is used by some page", () => {
  const source = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("texts"))
    .map((name) => readFileSync(`src/${name}`, "utf8"))
    .join("\n");
  const built = [...source.matchAll(/t\(`([\w.]+)\.\$\{/g)].map((found) => `${found[1] ?? ""}.`);
  const named = /fault\./;
  for (const key of Object.keys(zh)) {
    assert.ok(source.includes(`"${key}"`) || built.some((start) => key.startsWith(start)) || named.test(key), key);
  }
});
