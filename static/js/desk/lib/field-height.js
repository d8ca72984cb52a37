// Lets text fields grow with their text where style sheets can't say so: Firefox, Safari below 26 and Chromium below 123
// lack field-sizing. How small and how high they may be stands in the style sheet.

const isNeeded = !CSS.supports("field-sizing: content");

export function fitHeight(field) {
  if (!isNeeded) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

function changed({ target }) {
  if (target.matches?.("textarea")) fitHeight(target);
}

if (isNeeded) for (const type of ["input", "focusin"]) document.addEventListener(type, changed);
