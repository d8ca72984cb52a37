// How the time until an announced start is worded, and how long the words stay true.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLeft, untilItChanges } from "../../static/js/reader/lib/countdown.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

for (const [left, words] of [
  [2 * DAY + 3 * HOUR + 30 * SECOND, "2 days 3 hours"],
  [DAY + 59 * MINUTE, "1 day"],
  [2 * HOUR + MINUTE + 30 * SECOND, "2 hours 1 minute"],
  [HOUR + 59 * SECOND, "1 hour"],
  [12 * MINUTE + 30 * SECOND, "12 minutes"],
  [59 * SECOND, "59 seconds"],
  [SECOND, "1 second"],
]) {
  test(`it says ${words} and nothing smaller`, () => assert.equal(timeLeft(left, "en"), words));
}

test("it counts in the page's language", () => {
  assert.equal(timeLeft(2 * DAY + 3 * HOUR + MINUTE, "zh-hans"), "2天3小时");
});

test("in the last minute the words change with each second, before that with each minute", () => {
  assert.equal(untilItChanges(30 * SECOND + 400), 420);
  assert.equal(untilItChanges(2 * HOUR + 30 * SECOND), 30 * SECOND + 20);
  assert.equal(untilItChanges(12 * MINUTE + 30 * SECOND), 30 * SECOND + 20);
});

test("no words stay for longer than a minute, since a clock may be set", () => {
  for (const left of [-5 * SECOND, 0, 10 * DAY, 10 * DAY - 1]) assert.ok(untilItChanges(left) <= MINUTE + 20);
});
