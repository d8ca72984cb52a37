// Sentences that the page's templates word and modules fill.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { described } from "../../static/js/desk/lib/photo-fields.js";
import { uuid } from "../../static/js/desk/lib/uuid.js";
import { announcer, newTurns } from "../../static/js/reader/lib/announced-turns.js";
import { filled } from "../../static/js/shared/lib/filled.js";
import { refusal } from "../../static/js/shared/lib/refusal.js";
import { openPage } from "./page.js";

const ENGLISH = {
  said: "New: {name}",
  last: "{turns}, the last by {name}",
  one: "{n} new turn",
  other: "{n} new turns",
};

beforeEach(() => {
  openPage();
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => mock.reset());

test("places in a sentence are filled by name, whatever is put there", () => {
  assert.equal(
    filled("“{words}” — {speaker}, {words}", { words: "$& {speaker}", speaker: "陈安" }),
    "“$& {speaker}” — 陈安, $& {speaker}",
  );
});

test("a count is worded in the page's language", () => {
  assert.equal(newTurns(ENGLISH, 1), "1 new turn");
  assert.equal(newTurns(ENGLISH, 3), "3 new turns");
  document.documentElement.lang = "zh-hans";
  assert.equal(newTurns({ other: "{n}条新发言" }, 1), "1条新发言");
});

test("a screen reader hears who spoke, and not more often than every five seconds", () => {
  const { heard, transcript } = listener();
  announcer.say([turn("陈安", 1)], transcript);
  assert.equal(heard.textContent, "New: 陈安");
  announcer.say([turn("陈安", 3), turn("主持人", 4)], transcript);
  announcer.say([turn("陈安", 2)], transcript);
  mock.timers.tick(4_999);
  assert.equal(heard.textContent, "New: 陈安");
  mock.timers.tick(1);
  assert.equal(heard.textContent, "3 new turns, the last by 主持人");
  mock.timers.tick(5_000);
  assert.equal(heard.textContent, "");
  announcer.say([turn("陈安", 5)], transcript);
  assert.equal(heard.textContent, "New: 陈安");
  mock.timers.tick(5_000);
});

test("nothing is announced while the page is paused", () => {
  const { heard, transcript } = listener({ isPaused: true });
  announcer.say([turn("陈安", 1)], transcript);
  assert.equal(heard.textContent, "");
});

function listener({ isPaused = false } = {}) {
  const heard = { textContent: "" };
  const transcript = {
    hasAttribute: () => isPaused,
    querySelector: selector => (selector === "new-turns" ? { dataset: ENGLISH } : heard),
  };
  return { heard, transcript };
}

function turn(name, at) {
  return { dataset: { at: String(at) }, getAttribute: () => name };
}

test("a refusal is told in the server's words, field after field", () => {
  assert.equal(refusal({ errors: { text: ["Too long."], speaker: ["Who?", "Nobody."] } }), "Too long. Who? Nobody.");
  for (const silent of [{}, null, undefined]) assert.equal(refusal(silent), "");
});

test("photos among a form's fields are told with their descriptions", () => {
  const fields = [
    ["photo", "a"],
    ["alt", "A river"],
    ["text", "Look."],
    ["photo", "b"],
    ["alt", ""],
  ];
  assert.deepEqual(described(fields), [
    ["a", "A river"],
    ["b", ""],
  ]);
});

test("a page by plain http makes keys, too", () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true, writable: true });
  const [one, other] = [uuid(), uuid()];
  crypto.randomUUID = randomUUID;
  assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(one, other);
});
