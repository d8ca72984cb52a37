// What a reader is told of a report.

import assert from "node:assert/strict";
import { test } from "node:test";
import { send } from "../../static/js/reader/lib/reporting.js";
import { serve } from "./page.js";

test("a report that came in is told", async () => {
  serve({ status: 201, answer: { turn: 7 } });
  assert.equal((await send("/report/", "")).status, 201);
});

test("one that is refused, with the reason", async () => {
  serve({ status: 429, answer: { errors: { text: ["Too many reports just now."] } } });
  assert.deepEqual(await send("/report/", ""), { status: 429, why: "Too many reports just now." });
});

for (const [name, answer] of Object.entries({
  "no answer": "lost",
  "a page": { status: 200, type: "text/html", answer: "<title>Welcome</title>" },
  "a network's own JSON": { status: 201, answer: { status: "ok" } },
  "null for an answer": { status: 200, answer: null },
}))
  test(`${name} is a failure, and what was typed stays`, async () => {
    serve(answer);
    assert.deepEqual(await send("/report/", ""), { status: 0 });
  });
