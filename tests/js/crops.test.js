// The squares that can be cut out of a portrait.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Crops, FACE, MIDDLE } from "../../static/js/admin/lib/crops.js";

const wide = new Crops({ width: 800, height: 600 });
const high = new Crops({ width: 600, height: 900 });
const small = new Crops({ width: 9, height: 12 });
const numbers = ({ left, top, side }) => [left, top, side];

test("at first it is the largest square, higher than the middle where a face mostly is", () => {
  assert.deepEqual(numbers(wide.at(FACE)), [100, 0, 600]);
  assert.deepEqual(numbers(high.at(FACE)), [0, 100, 600]);
  assert.deepEqual(numbers(high.at(MIDDLE)), [0, 150, 600]);
});

test("three numbers that fit into the photo are a square", () => {
  assert.deepEqual(numbers(wide.parse("400 0 400")), [400, 0, 400]);
  assert.deepEqual(numbers(wide.parse(" 1,2, 300 ")), [1, 2, 300]);
});

for (const text of ["", "1 2", "1 2 3 4", "-1 0 100", "0 0 15", "401 0 400", "0 201 400", "a b c", "0 0 123456"]) {
  test(`“${text}” is none`, () => assert.equal(wide.parse(text), null));
}

test("a photo that is smaller than the smallest square is taken whole", () => {
  assert.equal(small.smallest, 9);
  assert.deepEqual(numbers(small.parse("0 3 9")), [0, 3, 9]);
});

test("a square never leaves the photo", () => {
  assert.deepEqual(numbers(wide.place(2000, 2000, 300)), [500, 300, 300]);
  assert.deepEqual(numbers(wide.place(-5, 10.4, 300)), [0, 10, 300]);
});

test("a key resizes it around its middle, by a fortieth of the largest on each side", () => {
  const square = new Crops({ width: 800, height: 800 });
  assert.equal(square.step, 20);
  const smaller = square.resize(square.at(MIDDLE), -1);
  assert.deepEqual(numbers(smaller), [20, 20, 760]);
  assert.deepEqual(numbers(square.resize(smaller, 5)), [0, 0, 800]);
  assert.deepEqual(numbers(square.resize(smaller, -100)), [392, 392, 16]);
});

test("pulled at a corner, the corner across stays", () => {
  const square = { left: 100, top: 100, side: 300 };
  assert.deepEqual(numbers(wide.pull(square, [1, 1], -100, -50)), [100, 100, 250]);
  assert.deepEqual(numbers(wide.pull(square, [0, 0], -2000, -2000)), [0, 0, 400]);
  assert.deepEqual(numbers(wide.pull(square, [0, 1], 200, -200)), [300, 100, 100]);
  assert.deepEqual(numbers(wide.pull(square, [1, 0], 2000, 0)), [100, 0, 400]);
  assert.deepEqual(numbers(wide.pull(square, [1, 1], -2000, -2000)), [100, 100, 16]);
});
