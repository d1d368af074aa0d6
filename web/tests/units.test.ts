import assert from "node:assert/strict";
import { test } from "node:test";
import { inLine, withAllBelow } from "../src/ui/form/unit-line";

const unit = (id: string, parent: string | null) => ({ id, parent, code: id, name: id });
const offered = [unit("b1", "c1"), unit("c1", "u1"), unit("u2", "w"), unit("u1", "w"), unit("b2", "c1")];

test("units stand below the one above them, as far as it is offered", () => {
  assert.deepEqual(
    inLine(offered).map(({ unit: { id }, depth }) => [id, depth]),
    [["u2", 0], ["u1", 0], ["c1", 1], ["b1", 2], ["b2", 2]],
  );
});

test("a unit is chosen with everything below it", () => {
  assert.deepEqual(withAllBelow(offered, "u1"), ["u1", "c1", "b1", "b2"]);
  assert.deepEqual(withAllBelow(offered, "u2"), ["u2"]);
});
