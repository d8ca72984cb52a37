// Keys that end an input method's composition are not the desk's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isComposing, isCtrlEnter } from "../../static/js/desk/lib/keys.js";
import { isPlain } from "../../static/js/shared/lib/plain-click.js";

test("Ctrl+Enter publishes, and on a Mac Cmd+Enter", () => {
  assert.ok(isCtrlEnter({ key: "Enter", ctrlKey: true }));
  assert.ok(isCtrlEnter({ key: "Enter", metaKey: true }));
  assert.ok(!isCtrlEnter({ key: "Enter" }));
  assert.ok(!isCtrlEnter({ key: "s", ctrlKey: true }));
});

for (const [browser, how] of Object.entries({ Chromium: { isComposing: true }, Safari: { keyCode: 229 } })) {
  test(`an Enter that ends a Chinese composition posts nothing in ${browser}`, () => {
    assert.ok(isComposing({ key: "Enter", ...how }));
    assert.ok(!isCtrlEnter({ key: "Enter", ctrlKey: true, ...how }));
  });
}

test("a click with a key or another button is the browser's", () => {
  assert.ok(isPlain({ button: 0 }));
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey"]) assert.ok(!isPlain({ button: 0, [key]: true }));
  assert.ok(!isPlain({ button: 1 }));
});
