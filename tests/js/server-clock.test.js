// The server's clock, known from its answers, whatever becomes of this machine's.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ServerClock } from "../../static/js/shared/lib/server-clock.js";

const NOON = Date.parse("2026-05-04T12:00:00Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let elapsed; // what performance.now() says

beforeEach(() => {
  elapsed = 5_000;
  mock.method(performance, "now", () => elapsed);
});

afterEach(() => mock.restoreAll());

function answer(now, headers = {}) {
  return new Response("", { headers: { Date: new Date(now).toUTCString(), ...headers } });
}

test("it runs on by itself, and no setting of this machine's clock moves it", () => {
  const clock = new ServerClock(NOON, 1_000);
  assert.equal(clock.now, NOON + 4_000);
  mock.method(Date, "now", () => NOON + 10 * MINUTE);
  elapsed += MINUTE;
  assert.equal(clock.now, NOON + MINUTE + 4_000);
});

for (const step of [10 * MINUTE, -3 * MINUTE, 3 * 86_400 * SECOND]) {
  test(`an answer puts it right where it is off by ${step / SECOND} s, to a second`, () => {
    const clock = new ServerClock(NOON + step, elapsed);
    const asked = elapsed;
    elapsed += 80;
    clock.heard(answer(NOON), asked);
    assert.ok(clock.now >= NOON && clock.now <= NOON + SECOND + 80, String(clock.now - NOON));
  });
}

test("an answer that fits what is known changes nothing, since it is told in seconds only", () => {
  const clock = new ServerClock(NOON + 437, elapsed);
  clock.heard(answer(NOON), elapsed);
  assert.equal(clock.now, NOON + 437);
});

test("after a sleep in which nothing was counted the next answer brings it up to date", () => {
  const clock = new ServerClock(NOON, elapsed);
  clock.heard(answer(NOON + 480 * MINUTE), elapsed);
  assert.equal(clock.now, NOON + 480 * MINUTE);
});

test("an answer that was kept on the way tells by its Age, or by how long it may be kept", () => {
  const old = new ServerClock(NOON, elapsed);
  old.heard(answer(NOON - 7 * SECOND, { Age: "7" }), elapsed);
  assert.equal(old.now, NOON);
  old.heard(answer(NOON - 2 * SECOND, { "Cache-Control": "public, max-age=1" }), elapsed);
  assert.equal(old.now, NOON);
});

test("no date, or one that two have written, does no harm", () => {
  const clock = new ServerClock(NOON, elapsed);
  clock.heard(new Response(""), elapsed);
  assert.equal(clock.now, NOON);
  clock.heard(
    new Response("", { headers: { Date: `${new Date(NOON).toUTCString()}, ${new Date(NOON).toUTCString()}` } }),
    elapsed,
  );
  assert.equal(clock.now, NOON);
});

test("an answer that never comes leaves it as it is", async () => {
  const clock = new ServerClock(NOON, elapsed);
  globalThis.fetch = async () => {
    throw new TypeError("no connection");
  };
  await clock.measure("/changes/");
  assert.equal(clock.now, NOON);
});
