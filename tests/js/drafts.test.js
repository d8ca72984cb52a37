// What is typed is kept, where the browser lets it.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { drafts } from "../../static/js/desk/lib/drafts.js";
import { keep, recall } from "../../static/js/desk/lib/photo-store.js";
import { recalled, remember } from "../../static/js/reader/lib/remembered.js";
import { openPage, store } from "./page.js";

beforeEach(() => mock.method(console, "warn", () => {}));

function openTab({ user = "1", local = store(), session = store() } = {}) {
  const { window } = openPage({ user });
  Object.assign(window, { localStorage: local, sessionStorage: session });
  Object.defineProperty(globalThis, "localStorage", { value: local, configurable: true });
  return local;
}

test("a draft is there after a reload and in the next tab, until it is forgotten", () => {
  const local = openTab();
  drafts.keep("turn", { text: "Half a" });
  openTab({ local });
  assert.deepEqual(drafts.recall("turn"), { text: "Half a" });
  drafts.forget("turn");
  assert.equal(drafts.recall("turn"), undefined);
});

test("two tabs have drafts of their own", () => {
  const [one, other] = [store(), store()];
  const local = openTab({ session: one });
  drafts.keep("turn", { text: "One" });
  openTab({ local, session: other });
  drafts.keep("turn", { text: "Other" });
  openTab({ local, session: one });
  assert.deepEqual(drafts.recall("turn"), { text: "One" });
});

test("the next user of the same machine finds nothing of the first", () => {
  const session = store();
  const local = openTab({ session });
  drafts.keep("turn", { text: "Mine" });
  openTab({ user: "2", local, session });
  assert.equal(drafts.recall("turn"), undefined);
});

test("where nothing may be stored nothing is kept and nothing fails", async () => {
  openTab({ local: store({ broken: true }), session: store({ broken: true }) });
  drafts.keep("turn", { text: "Gone" });
  assert.equal(drafts.recall("turn"), undefined);
  remember("order", "newest");
  assert.equal(recalled("order"), null);
  await keep({ draft: "turn", key: "a", file: null, at: 0 });
  assert.deepEqual(await recall("turn"), []);
});

test("what a reader has chosen is remembered for the next page", () => {
  const local = openTab();
  remember("order", "newest");
  openTab({ local });
  assert.equal(recalled("order"), "newest");
});
