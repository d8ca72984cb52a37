// What a key press is: a key by itself, or with others, or one that types something, which is the typist's.

// True while an input method composes letters. Safari ends the composition before it reports the key that ended it, and
// gives that key the code 229.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

// True for a key without Ctrl, Alt or ⌘: one that moves or sizes something, where nothing is typed.
export function isBare(event) {
  return !isComposing(event) && ["", "Shift"].includes(modifiersOf(event));
}

// True for that key and no other with it; it is named as aria-keyshortcuts does.
export function isKey(event, key) {
  return !isUnfinished(event) && !hasAltGr(event) && isPressed(event, key, "");
}

// True for a dead key and for an input method's.
export function isUnfinished(event) {
  return isComposing(event) || ["Dead", "Process", "Unidentified"].includes(event.key);
}

export function hasAltGr(event) {
  return Boolean(event.getModifierState?.("AltGraph"));
}

export function isPressed(event, key, modifiers) {
  const pressed = key.length === 1 ? letterOf(event) : event.key;
  return pressed === key && modifiersOf(event) === modifiers;
}

// As aria-keyshortcuts names them: Control+Shift.
export function modifiersOf(event) {
  const { ctrlKey, altKey, shiftKey, metaKey } = event;
  return [ctrlKey && "Control", altKey && "Alt", shiftKey && "Shift", metaKey && "Meta"].filter(Boolean).join("+");
}

// The letter that is typed or, on a keyboard of other letters, that is printed on the same key.
function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  return key.charCodeAt(0) > 127 ? (/^Key([A-Z])$/.exec(code)?.[1] ?? "") : "";
}
