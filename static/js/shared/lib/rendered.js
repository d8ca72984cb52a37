// Puts into a transcript what the server rendered.

import { renew } from "./renew.js";
import { sameControl } from "./same-control.js";
import { putInOrder } from "./turn-list.js";

const STAYS_OPEN = "details[data-stays-open]"; // not one that asks: what it asked may be done
const shown = new WeakMap(); // the HTML that each part was last made of

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// Leaves a part that has not changed, since what is open or scrolled in it would be lost. A page that is older than the
// server may lack the part.
export function putPart(part, html) {
  if (!part || shown.get(part) === html) return;
  shown.set(part, html);
  const isOpen = part.querySelector(STAYS_OPEN)?.open;
  const focused = part.contains(document.activeElement) && document.activeElement;
  part.innerHTML = html;
  if (focused) sameControl(part, focused)?.focus({ preventScroll: true });
  if (isOpen) part.querySelector(STAYS_OPEN)?.setAttribute("open", "");
}

// Puts the turn where its time belongs, in place of the element that showed it before; either may be null.
export function putTurn(transcript, turn, before) {
  const stays = before && turn && ["at", "list"].every(name => before.dataset[name] === turn.dataset[name]);
  if (stays) return turn.dataset.list ? before.replaceWith(turn) : renew(before, turn);
  before?.remove();
  if (turn) putInOrder(turn, listOf(transcript, turn.dataset.list));
}

// The desk has two lists, the transcript and the queue.
function listOf(transcript, name) {
  return transcript.querySelector(name ? `[data-turns="${name}"]` : "[data-turns]");
}
