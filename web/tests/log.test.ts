/** The sealed log is verified in the browser as on the server: vectors that the server's own code has made. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cosigners, extended, hex, includes, isReceipt, leafOf, Malformed, readCheckpoint, readKey, readNote, readReceipt, sha256, signedByHand, signer, unhex } from "../src/audit/proof";

interface Vectors {
  vkey: string;
  witness: string;
  texts: string[];
  checkpoints: Record<string, string>;
  receipt: string;
  inclusion: Record<string, string[]>;
  consistency: Record<string, string[]>;
}

const vectors = JSON.parse(readFileSync("tests/log.json", "utf8")) as Vectors;
const [log, witness] = [readKey(vectors.vkey), readKey(vectors.witness)];
const newest = readNote(vectors.checkpoints["13"] ?? "");
const { root } = readCheckpoint(newest.body);

test("SHA-256 is that of FIPS 180-4", () => {
  assert.equal(hex(sha256(new TextEncoder().encode("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(hex(sha256(new Uint8Array(119))).length, 64);
});

test("Ed25519 worked out by hand is that of RFC 8032, 7.1", () => {
  const key = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signature = unhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  assert.equal(signedByHand(key, unhex("72"), signature), true);
  assert.equal(signedByHand(key, unhex("73"), signature), false);
  signature[63] = (signature[63] ?? 0) | 0x20; // s beyond the order of the curve
  assert.equal(signedByHand(key, unhex("72"), signature), false);
});

test("a note counts under the key that signed it and under no other", async () => {
  assert.equal((await signer(newest, [log]))?.name, "liuhen.test");
  assert.equal(await signer(newest, [witness]), null);
  assert.deepEqual(await cosigners(newest, [witness]), [{ name: "witness.test", at: 1790000000 }]);
  assert.deepEqual(await cosigners(newest, [log]), []);
  const changed = { ...newest, body: newest.body.replace("13", "12") };
  assert.equal(await signer(changed, [log]), null);
  assert.deepEqual(await cosigners(changed, [witness]), []);
});

test("what was pasted may have lost its last line, and what is no note is said to be none", () => {
  assert.equal(readNote((vectors.checkpoints["13"] ?? "").trim().replace(/\n/g, "\r\n")).body, newest.body);
  for (const wrong of ["", "liuhen.test", "a\n\nb", vectors.vkey]) assert.throws(() => readNote(wrong), Malformed);
  for (const wrong of ["", "name+00000000+AAAA", vectors.vkey.replace("+bd", "+be")]) assert.throws(() => readKey(wrong), Malformed);
  assert.throws(() => readCheckpoint("liuhen.test\n01\nAAAA\n"), Malformed);
});

test("a receipt names its entry", async () => {
  const note = readNote(vectors.receipt);
  assert.equal(isReceipt(note.body), true);
  assert.equal(isReceipt(newest.body), false);
  assert.equal((await signer(note, [log]))?.name, "liuhen.test");
  assert.deepEqual({ ...readReceipt(note.body), at: "" }, { origin: "liuhen.test", chain: "c1", seq: 3, hash: hex(leafOf(vectors.texts[2] ?? "")), at: "" });
});

test("a path leads from its own leaf to the root, and from no other", () => {
  for (const [index, hashes] of Object.entries(vectors.inclusion)) {
    const leaf = leafOf(vectors.texts[Number(index)] ?? "");
    const path = hashes.map(unhex);
    assert.equal(includes(leaf, Number(index), 13, path, root), true);
    assert.equal(includes(leafOf("another"), Number(index), 13, path, root), false);
    assert.equal(includes(leaf, (Number(index) + 1) % 13, 13, path, root), false);
    assert.equal(includes(leaf, Number(index), 13, path.slice(1), root), false);
  }
});

test("a log that grew is told from one that was rewritten", () => {
  for (const [old, hashes] of Object.entries(vectors.consistency)) {
    const before = readCheckpoint(readNote(vectors.checkpoints[old] ?? "").body).root;
    const proof = hashes.map(unhex);
    assert.equal(extended(Number(old), before, 13, root, proof), true);
    assert.equal(extended(Number(old), leafOf("another"), 13, root, proof), false);
    assert.equal(extended(Number(old), before, 13, leafOf("another"), proof), false);
  }
  assert.equal(extended(0, root, 13, root, []), false);
});
