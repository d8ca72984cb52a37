// A key press that types something is the typist's, on every machine; the page's shortcuts are those that type nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Keys } from "../../static/js/desk/lib/keys.js";
import { isPlain } from "../../static/js/shared/lib/plain-click.js";
import { isBare, isComposing, isKey } from "../../static/js/shared/lib/presses.js";

const MAC = new Keys("MacIntel");
const MACHINES = { Mac: MAC, iPad: new Keys("iPad"), Windows: new Keys("Win32"), Linux: new Keys("Linux x86_64") };
const NAMES = "publish go-on release-next speaker-before speaker-after correct-last cancel undo help";
const READERS_KEYS = { "next-turn": "J", "previous-turn": "K" };

function press(modifiers, key, code = "", more = {}) {
  const has = name => modifiers.split("+").includes(name);
  return {
    key,
    code,
    ctrlKey: has("Control"),
    altKey: has("Alt"),
    shiftKey: has("Shift"),
    metaKey: has("Meta"),
    getModifierState: name => has(name),
    ...more,
  };
}

// All shortcuts that the press is.
function taken(machine, event) {
  const keys = MACHINES[machine];
  const place = keys.place(event);
  const ofReaders = Object.keys(READERS_KEYS).filter(name => isKey(event, READERS_KEYS[name]));
  return [...NAMES.split(" ").filter(name => keys.is(event, name)), ...ofReaders, ...(place ? [place] : [])];
}

const TYPED = [
  ["Mac", "Option+3 on a British keyboard", press("Alt", "#", "Digit3")],
  ["Mac", "Option+5 on a French keyboard", press("Alt", "{", "Digit5")],
  ["Mac", "Option+6 on a German keyboard", press("Alt", "]", "Digit6")],
  ["Mac", "Option+2 on a Polish keyboard", press("Alt", "€", "Digit2")],
  ["Mac", "Option+Shift+2 on an American keyboard", press("Alt+Shift", "€", "Digit2")],
  ["Mac", "Option+1 on a Swiss keyboard", press("Alt", "±", "Digit1")],
  ["Mac", "Option+2 that types its own digit", press("Alt", "2", "Digit2")],
  ["Mac", "Option+E, which begins an accented letter", press("Alt", "Dead", "KeyE")],
  ["Mac", "Option+Enter, a new line", press("Alt", "Enter", "Enter")],
  ["Mac", "Option+J", press("Alt", "∆", "KeyJ")],
  ["iPad", "Option+3 on a British keyboard", press("Alt", "#", "Digit3")],
  ["Windows", "AltGr+2 on a German keyboard", press("Control+Alt", "²", "Digit2")],
  ["Windows", "AltGr+3 on a French keyboard", press("Control+Alt+AltGraph", "#", "Digit3")],
  ["Windows", "AltGr+2 that the browser reports alone", press("AltGraph", "@", "Digit2")],
  ["Windows", "AltGr+Z on a Polish keyboard", press("Control+Alt", "ż", "KeyZ")],
  ["Windows", "AltGr+Enter", press("Control+Alt", "Enter", "Enter")],
  ["Windows", "a dead key with Alt", press("Alt", "Dead", "Digit6")],
  ["Windows", "an input method's own", press("", "Process", "KeyJ", { keyCode: 229 })],
  ["Linux", "AltGr+1 on a Swiss keyboard", press("AltGraph", "¦", "Digit1")],
  ["Linux", "AltGr+J", press("AltGraph", "j", "KeyJ")],
  ["Linux", "Alt+3 where Alt makes another character of it", press("Alt", "#", "Digit3")],
  ["Linux", "Alt+Shift+3 on an American keyboard", press("Alt+Shift", "#", "Digit3")],
  ["Linux", "Alt and a digit of the number pad", press("Alt", "3", "Numpad3")],
  ["Linux", "a Chinese composition", press("Control", "Enter", "Enter", { isComposing: true })],
  ["Mac", "an Enter that ends a composition in Safari", press("Meta", "Enter", "Enter", { keyCode: 229 })],
];

for (const [machine, what, event] of TYPED) {
  test(`on ${machine}, ${what} is the typist's`, () => assert.deepEqual(taken(machine, event), []));
}

const SHORTCUTS = [
  ["Mac", press("Control", "3", "Digit3"), 3],
  ["Mac", press("Control", '"', "Digit3"), 3, "French"],
  ["Mac", press("Control+Shift", "3", "Digit3"), 3, "French"],
  ["Mac", press("Alt", "ArrowDown"), "speaker-after"],
  ["Mac", press("Meta", "Enter"), "publish"],
  ["Mac", press("Control", "Enter"), "publish"],
  ["Mac", press("Shift+Meta", "Enter"), "go-on"],
  ["Mac", press("Alt+Meta", "Enter"), "release-next"],
  ["Mac", press("Meta", "z", "KeyZ"), "undo"],
  ["Mac", press("Alt", "ArrowUp", "ArrowUp", { getModifierState: () => true }), "speaker-before", "in Firefox"],
  ["Windows", press("Alt", "3", "Digit3"), 3],
  ["Windows", press("Alt", '"', "Digit3"), 3, "French"],
  ["Windows", press("Alt+Shift", "3", "Digit3"), 3, "French"],
  ["Windows", press("Alt", "ž", "Digit6"), 6, "Czech"],
  ["Windows", press("Alt", "Enter"), "release-next"],
  ["Windows", press("Control", "Enter"), "publish"],
  ["Windows", press("Control+Shift", "Enter"), "go-on"],
  ["Linux", press("Alt", "9", "Digit9"), 9],
  ["Linux", press("Alt", "۲", "Digit2"), 2, "Persian"],
  ["Linux", press("Control", "z", "KeyY"), "undo", "German"],
  ["Linux", press("Control", "я", "KeyZ"), "undo", "Russian"],
  ["Linux", press("Control", "Z", "KeyZ"), "undo", "with Caps Lock"],
  ["Linux", press("", "j", "KeyJ"), "next-turn"],
  ["Linux", press("", "л", "KeyK"), "previous-turn", "Russian"],
  ["Linux", press("Shift", "?", "Slash"), "help"],
  ["Linux", press("", "?", "KeyM"), "help"],
  ["Linux", press("", "ArrowUp"), "correct-last"],
  ["Linux", press("", "Escape"), "cancel"],
];

for (const [machine, event, name, where = ""] of SHORTCUTS) {
  const { ctrlKey, altKey, shiftKey, metaKey, key } = event;
  const pressed = [ctrlKey && "Ctrl", altKey && "Alt", shiftKey && "Shift", metaKey && "Meta", key].filter(Boolean);
  test(`on ${machine} ${where} ${pressed.join("+")} is ${name} and nothing else`, () =>
    assert.deepEqual(taken(machine, event), [name]));
}

test("what is the browser's or the system's stays theirs", () => {
  for (const event of [
    press("Meta", "Enter"),
    press("Control+Shift", "z", "KeyZ"),
    press("Control", "j", "KeyJ"),
    press("Control", "3", "Digit3"),
    press("Meta", "3", "Digit3"),
    press("Alt", "0", "Digit0"),
    press("Control", "ArrowUp"),
    press("Shift", "J", "KeyJ"),
    press("Control+Shift", "?", "Slash"),
  ])
    assert.deepEqual(taken("Linux", event), []);
  for (const event of [press("Meta", "3", "Digit3"), press("Control+Alt", "3", "Digit3"), press("Control", "ArrowUp")])
    assert.deepEqual(taken("Mac", event), []);
});

test("a keyboard that the browser knows, or that has been typed on, tells what its digits' keys type", async () => {
  const keys = new Keys("Linux x86_64");
  const page = new EventTarget();
  keys.learn({ getLayoutMap: async () => new Map([["Digit2", "2"]]) }, page);
  await null;
  const withAlt = press("Alt", "é", "Digit2");
  assert.equal(keys.place(withAlt), 0);
  page.dispatchEvent(Object.assign(new Event("keydown"), press("", "é", "Digit2")));
  assert.equal(keys.place(withAlt), 2);
});

test("shortcuts are named as they are on the machine, and for a screen reader in its own way", () => {
  const { Windows } = MACHINES;
  assert.deepEqual(
    [Windows.shown("speaker", 3), Windows.shown("go-on"), Windows.shown("speaker-before"), Windows.shown("cancel")],
    ["Alt+3", "Ctrl+Shift+Enter", "Alt+↑", "Esc"],
  );
  assert.deepEqual(
    [MAC.shown("speaker", 3), MAC.shown("go-on"), MAC.shown("release-next"), MAC.shown("undo")],
    ["⌃3", "⇧⌘↩", "⌥⌘↩", "⌘Z"],
  );
  assert.deepEqual([MAC.named("speaker", 3), Windows.named("publish")], ["Control+3", "Control+Enter"]);
});

test("a key without Ctrl, Alt or ⌘ is bare, unless an input method composes", () => {
  assert.ok(isBare(press("", "ArrowUp")) && isBare(press("Shift", "+")));
  for (const modifier of ["Control", "Alt", "Meta"]) assert.ok(!isBare(press(modifier, "ArrowUp")));
  assert.ok(!isBare(press("", "ArrowUp", "", { isComposing: true })));
  assert.ok(isComposing({ keyCode: 229 }));
});

test("a click with a key or another button is the browser's", () => {
  assert.ok(isPlain({ button: 0 }));
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey"]) assert.ok(!isPlain({ button: 0, [key]: true }));
  assert.ok(!isPlain({ button: 1 }));
});
