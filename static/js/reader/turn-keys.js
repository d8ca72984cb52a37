// j and k go from turn to turn. A reader can turn them off (WCAG 2.1.4): who dictates, or types in another
// way, may press them without wanting to.

import { topOf, topOfView } from "./lib/kept-place.js";
import { recalled, remember } from "./lib/remembered.js";

const REMEMBERED = "turn-keys";
const STEPS = { j: 1, k: -1 };
const FIELDS = "input, textarea, select, [contenteditable]";
const NEAR = 16; // px; a turn that begins this close to the bar is the one that is read

class TurnKeys extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    this.#box.checked = recalled(REMEMBERED) !== "off";
    this.#box.addEventListener("change", () => remember(REMEMBERED, this.#box.checked ? "on" : "off"), { signal });
    document.addEventListener("keydown", event => this.#pressed(event), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #box() {
    return this.querySelector("input");
  }

  #pressed(event) {
    const step = STEPS[event.key];
    const isOther = event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented;
    if (!step || isOther || !this.#box.checked || event.target.closest?.(FIELDS)) return;
    const turn = neighbour(step);
    if (turn) go(turn);
  }
}

// Of the turn that has the focus, if it is in sight, or else of the one that is read right below the bar; while
// that has not yet come to the top of the window, none is.
function neighbour(step) {
  const turns = [...document.querySelectorAll("[data-turns] > .turn:not([hidden])")];
  const line = topOfView();
  const at = turns.indexOf(document.activeElement?.closest(".turn"));
  if (at >= 0 && isInSight(turns[at], line)) return turns[at + step];
  const top = turn => topOf(turn) - line;
  const near = line ? NEAR : -Infinity;
  return step > 0 ? turns.find(turn => top(turn) > near) : turns.findLast(turn => top(turn) < -NEAR);
}

function isInSight(turn, line) {
  const { top, bottom } = turn.getBoundingClientRect();
  return bottom > line && top < innerHeight;
}

function go(turn) {
  turn.tabIndex = -1;
  turn.focus({ preventScroll: true });
  turn.scrollIntoView();
}

customElements.define("turn-keys", TurnKeys);
