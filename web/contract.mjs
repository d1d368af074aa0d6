/**
 * Prints the types of the API out of its OpenAPI document: `npm run contract -- http://127.0.0.1:8080`.
 *
 * With `--check` nothing is written; the exit status is 1 where the committed types are not what the server says.
 * Instead of an address, `-` reads the document itself from standard input.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import openapi, { astToString } from "openapi-typescript";

const FILE = new URL("src/contract/schema.d.ts", import.meta.url);
const HEAD = "// Printed by `npm run contract` from the server's OpenAPI document. Not written by hand.\n\n";

const args = process.argv.slice(2);
const check = args.includes("--check");
const source = args.find((one) => one !== "--check") ?? "http://127.0.0.1:8080";
const text = source === "-" ? await readAll(process.stdin) : await (await fetch(`${source}/api/v1/openapi.json`)).text();
const document = JSON.parse(text);
// The release is not a matter of shapes; without it the types change only when a shape does.
document.info.version = "";

const types = HEAD + astToString(await openapi(document, { alphabetize: true, emptyObjectsUnknown: true, defaultNonNullable: false }));
if (!check) {
  writeFileSync(FILE, types);
} else if (readFileSync(FILE, "utf8") !== types) {
  process.stderr.write("src/contract/schema.d.ts is not what the server says: run `npm run contract`.\n");
  process.exitCode = 1;
}
