export function isCtrlEnter(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event);
}

// Safari ends the composition before it tells of the key that ended it; 229 is how it marks that key.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
