// Goes from turn to turn by the keys j and k. A reader can turn that off (WCAG 2.1.4): dictation software may press keys
// that nobody meant.

import { findLast } from "../shared/lib/find-last.js";
import { topOf, topOfView } from "../shared/lib/kept-place.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { isKey } from "../shared/lib/presses.js";
import { turnsIn } from "../shared/lib/turn-list.js";
import { recalled, remember } from "./lib/remembered.js";

const CHOICE_NAME = "turn-keys";
const TEXT_FIELDS = "input, textarea, select, [contenteditable]";
const BAR_TOLERANCE = 16; // px; a turn that begins this close to the bar is the one being read

class TurnKeys extends ListeningElement {
  connected(signal) {
    this.#box.checked = recalled(CHOICE_NAME) !== "off";
    this.#box.addEventListener("change", () => remember(CHOICE_NAME, this.#box.checked ? "on" : "off"), { signal });
    document.addEventListener("keydown", event => this.#pressed(event), { signal });
  }

  get #box() {
    return this.querySelector("input");
  }

  #pressed(event) {
    const step = isKey(event, "J") - isKey(event, "K");
    if (!step || event.defaultPrevented || !this.#box.checked || event.target.closest?.(TEXT_FIELDS)) return;
    const turn = neighbour(step);
    if (turn) go(turn);
  }
}

// The turn before or after the one that has the focus, if that is in view, or else the one right below the bar. Before
// the bar has come to the top of the window no turn is being read, and the next is the first.
function neighbour(step) {
  const turns = turnsIn(document.querySelector("[data-turns]")).filter(turn => !turn.hidden);
  const line = topOfView();
  const at = turns.indexOf(document.activeElement?.closest(".turn"));
  if (at >= 0 && isInSight(turns[at], line)) return turns[at + step];
  const top = turn => topOf(turn) - line;
  const near = line ? BAR_TOLERANCE : -Infinity;
  return step > 0 ? turns.find(turn => top(turn) > near) : findLast(turns, turn => top(turn) < -BAR_TOLERANCE);
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
