import assert from "node:assert/strict";
import { test } from "node:test";
import { extended, pathOf, placed } from "../src/files/pad";

test("strokes become path data that the server reads", () => {
  assert.equal(pathOf([[[1, 2], [30, 40]], [[5, 6], [7, 60]]]), "M 1 2 L 30 40 M 5 6 L 7 60");
  assert.equal(pathOf([]), "");
});

test("a dot shows", () => {
  assert.equal(pathOf([[[600, 10]]]), "M 600 10 L 600 10");
  assert.equal(pathOf([[[10, 10]]]), "M 10 10 L 11 10");
});

test("a point that is hardly elsewhere adds nothing", () => {
  const stroke = [[10, 10]] as const;
  assert.equal(extended(stroke, [11, 11]), stroke);
  assert.deepEqual(extended(stroke, [14, 10]), [[10, 10], [14, 10]]);
});

test("a pointer is placed in the units of the field and never outside", () => {
  const box = { left: 100, top: 50, width: 300, height: 100 };
  assert.deepEqual(placed(250, 100, box), [300, 100]);
  assert.deepEqual(placed(0, 999, box), [0, 200]);
});

test("a drawing that is too much is none", () => {
  const endless = Array.from({ length: 5000 }, (_, n) => [n % 600, n % 200] as const);
  assert.equal(pathOf([endless]), "");
});
