// The order of the transcript.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isBefore } from "../../static/js/shared/lib/turn-order.js";

const turn = (at, id) => ({ dataset: { at: String(at) }, id: `turn-${id}` });

test("what was spoken earlier comes first, whatever its id", () => {
  assert.ok(isBefore(turn(9_000, 70), turn(10_000, 8)));
  assert.ok(!isBefore(turn(10_000, 8), turn(9_000, 70)));
});

test("of two turns of one moment the one that was posted first comes first", () => {
  assert.ok(isBefore(turn(10_000, 9), turn(10_000, 10)));
  assert.ok(!isBefore(turn(10_000, 10), turn(10_000, 9)));
});

test("a turn is not before itself", () => assert.ok(!isBefore(turn(1, 1), turn(1, 1))));
