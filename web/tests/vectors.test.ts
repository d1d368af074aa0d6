/** The browser reads every form as the server does: the vectors that both are held to. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Component, FormSchema } from "../src/contract/shapes";
import { feel } from "../src/ui/form/feel";
import { read, type Access } from "../src/ui/form/fit";

interface Vector {
  name: string;
  schema: unknown;
  answers: unknown;
  context?: Record<string, unknown>;
  access?: Record<string, Access>;
  now?: string;
  values?: Record<string, unknown>;
  errors: { path: string; code: string }[];
  server_only?: boolean;
}

const FOLDER = "../tests/vectors/forms";

/** Texts of a stored form are in two languages; a reader gets one. */
function inOneLanguage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneLanguage);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const zh = (value as { zh?: unknown }).zh;
  if (entries.every(([key]) => key === "zh" || key === "en") && typeof zh === "string") return zh;
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOneLanguage(inner)]));
}

/** The vectors' notation as plain JSON. */
function thawed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(thawed);
  if (typeof value !== "object" || value === null) return value;
  const frozen = value as Record<string, unknown>;
  if (typeof frozen["@date"] === "string") return frozen["@date"];
  if (typeof frozen["@number"] === "string") return frozen["@number"];
  if (typeof frozen["@duration"] === "string") return frozen["@duration"];
  return Object.fromEntries(Object.entries(frozen).map(([key, inner]) => [key, thawed(inner)]));
}

/** Numbers as text: the browser's cannot hold what the server's can, and both are right to a float's precision. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value))) return `number ${Number(value)}`;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

function keysOf(components: readonly Component[]): Set<string> {
  return new Set(components.flatMap((one) => (one.type === "group" && !one.path ? [...keysOf(one.components ?? [])] : [one.key ?? one.path ?? ""])));
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  describe(file, () => {
    for (const vector of JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Vector[]) {
      if (vector.server_only) continue;
      test(vector.name, () => {
        const schema = inOneLanguage(vector.schema) as FormSchema;
        const reading = read(schema, vector.answers, {
          context: vector.context ?? {},
          feel,
          access: vector.access ?? {},
          today: (vector.now ?? "2026-03-02").slice(0, 10),
        });
        assert.deepEqual(
          reading.faults.map(({ path, code }) => ({ path, code })),
          vector.errors.map(({ path, code }) => ({ path, code })),
        );
        if (vector.values === undefined) return;
        const known = keysOf(schema.components);
        for (const [key, value] of Object.entries(thawed(vector.values) as Record<string, unknown>)) {
          assert.ok(known.has(key), key);
          assert.deepEqual(comparable(reading.values[key]), comparable(value), key);
        }
      });
    }
  });
}

test("a computed field that the server has worked out is shown as it came", () => {
  const total = { type: "expression", key: "total", label: "合计" };
  const schema = { type: "default", id: "f", components: [total, { type: "textfield", key: "note", label: "备注" }] } as FormSchema;
  const reading = read(schema, { note: "x" }, { context: { total: 5 }, feel });
  assert.deepEqual(
    reading.shown.map((one) => one.value),
    [5, "x"],
  );
  assert.deepEqual(reading.answers, { note: "x" });
});
