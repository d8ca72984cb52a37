// Decides which key presses are the desk's on this machine, and how they are named there. A press that types something
// is the typist's: Option and a key on a Mac, AltGr (which Windows reports as Ctrl+Alt), a dead key, an input method's.

import { hasAltGr, isBare, isPressed, isUnfinished, modifiersOf } from "../../shared/lib/presses.js";

const PC_KEYS = {
  publish: ["Control+Enter"], // named as aria-keyshortcuts does; of several the first is shown
  "go-on": ["Control+Shift+Enter"],
  "release-next": ["Alt+Enter"],
  speaker: ["Alt+Digit"], // 1 … 9
  "speaker-before": ["Alt+ArrowUp"],
  "speaker-after": ["Alt+ArrowDown"],
  "correct-last": ["ArrowUp"],
  cancel: ["Escape"],
  undo: ["Control+Z"],
  help: ["?"],
};
// Option and a digit types a character there, Option and Enter a line; Control and a digit is free.
const APPLE_KEYS = {
  ...PC_KEYS,
  publish: ["Meta+Enter", "Control+Enter"],
  "go-on": ["Shift+Meta+Enter", "Control+Shift+Enter"],
  "release-next": ["Alt+Meta+Enter"],
  speaker: ["Control+Digit"],
  undo: ["Meta+Z"],
};
const APPLE_SIGNS = { Control: "⌃", Alt: "⌥", Shift: "⇧", Meta: "⌘", Enter: "↩", Escape: "esc" };
const PC_SIGNS = { Control: "Ctrl", Escape: "Esc" };
const ARROWS = { ArrowUp: "↑", ArrowDown: "↓" };
// What the keys 1 … 9 type by themselves where that is no digit: French, Belgian, Czech, Slovak, Lithuanian, Thai,
// Arabic, Persian, Hindi
const DIGIT_ROWS = [
  "&é\"'(-è_ç",
  "&é\"'(§è!ç",
  "+ěščřžýáí",
  "+ľščťžýáí",
  "ąčęėįšųū„",
  "ๅ/-ภถุึคต",
  "١٢٣٤٥٦٧٨٩",
  "۱۲۳۴۵۶۷۸۹",
  "१२३४५६७८९",
];

export class Keys {
  #isApple;
  #keys;
  #typed = new Map(); // what a digit's key typed by itself, by its code
  #layout = null; // the same as the browser knows it

  constructor(platform) {
    this.#isApple = /Mac|iPhone|iPad|iPod/.test(platform);
    this.#keys = this.#isApple ? APPLE_KEYS : PC_KEYS;
  }

  // `keyboard` is navigator.keyboard, which few browsers have; `page` hears what is typed.
  learn(keyboard, page) {
    keyboard?.getLayoutMap().then(
      layout => (this.#layout = layout),
      () => {},
    );
    page.addEventListener("keydown", event => this.#see(event), { capture: true });
  }

  // True if the press is the shortcut of that name.
  is(event, name) {
    return !this.#types(event) && this.#keys[name].some(shortcut => isShortcut(event, shortcut));
  }

  // The place 1 … 9 of the speaker whom the press chooses, or 0.
  place(event) {
    const place = Number(/^Digit([1-9])$/.exec(event.code)?.[1] ?? 0);
    const [modifier] = this.#keys.speaker[0].split("+");
    const isIt = place && !this.#types(event) && modifiersOf(event).replace(/\+?Shift/, "") === modifier;
    return isIt && this.#isOwnSign(event, place) ? place : 0;
  }

  // As people on this machine write it: Ctrl+Enter, ⌘↩.
  shown(name, place) {
    const signs = { ...ARROWS, ...(this.#isApple ? APPLE_SIGNS : PC_SIGNS) };
    const parts = this.named(name, place).split("+");
    return parts.map(part => signs[part] ?? part).join(this.#isApple ? "" : "+");
  }

  // As aria-keyshortcuts names it.
  named(name, place) {
    return this.#keys[name][0].replace("Digit", place);
  }

  #types(event) {
    if (isUnfinished(event)) return true;
    if (event.ctrlKey && event.altKey) return true;
    if (this.#isApple) return event.altKey && !event.metaKey && [...event.key].length === 1;
    return hasAltGr(event);
  }

  // False if the modifier has made another character of it, which is then what the press types.
  #isOwnSign({ key, code, shiftKey }, place) {
    if (key === String(place)) return true;
    if (this.#isApple) return !shiftKey;
    if (this.#typed.get(code) === key) return true;
    return this.#layout ? this.#layout.get(code) === key : DIGIT_ROWS.some(row => row[place - 1] === key);
  }

  #see(event) {
    const isAlone = !modifiersOf(event) && !this.#types(event);
    if (isAlone && event.code?.startsWith("Digit")) this.#typed.set(event.code, event.key);
  }
}

// With "?" it doesn't matter whether the keyboard has it behind Shift.
function isShortcut(event, shortcut) {
  if (shortcut === "?") return event.key === shortcut && isBare(event);
  const [, modifiers = "", key] = /^(?:(.*)\+)?(.+)$/.exec(shortcut);
  return isPressed(event, key, modifiers);
}

const { navigator: { platform, userAgent, keyboard } = {} } = globalThis;
export const keys = new Keys(`${platform} ${userAgent}`);
if (globalThis.document) keys.learn(keyboard, document);
