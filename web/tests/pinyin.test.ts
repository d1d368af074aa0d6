import assert from "node:assert/strict";
import { test } from "node:test";
import { initials, isMeant } from "../src/ui/pinyin";

test("every character has the first letter of its sound", () => {
  assert.equal(initials("党员发展"), "dyfz");
  assert.equal(initials("请假申请"), "qjsq");
  assert.equal(initials("A4 用印"), "a4 yy");
});

test("a part of the name, or its first letters, finds a procedure", () => {
  for (const query of ["", " ", "用印", "印", "yy", "YY", "y"]) assert.ok(isMeant("用印", query), query);
  for (const query of ["yz", "印用", "x"]) assert.ok(!isMeant("用印", query), query);
  assert.ok(isMeant("Use of the seal", "SEAL"));
});
