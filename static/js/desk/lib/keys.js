export function isCtrlEnter(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event);
}

// True while an input method composes letters. Safari ends the composition before it reports the key that ended it, and
// gives that key the code 229.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
