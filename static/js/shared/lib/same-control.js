// Finds the control that does in a new element what another did in the one before: for the focus, which must not come upon
// one that does something else.

const DOES = ["href", "formaction", "name", "value", "type", "data-opens"];

export function sameControl(place, control) {
  const isSame = other => DOES.every(name => other.getAttribute(name) === control.getAttribute(name));
  const isCalledSo = other => other.localName !== "summary" || other.textContent === control.textContent;
  return [...place.querySelectorAll(control.localName)].find(other => isSame(other) && isCalledSo(other));
}
