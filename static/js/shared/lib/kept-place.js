// Keeps what a reader looks at where it is, whatever is put in above it: measures before a change, scrolls after it.
// In a browser that does so by itself nothing is left to scroll.

const LOOK_STEP = 16; // px between two looks down the page
const MAX_MARKS = 6; // enough that one survives whatever changes
const SIGHT_TOLERANCE = 8; // px outside of what can be seen

export class KeptPlace {
  #marks;
  static #owed = { at: 0, px: 0 }; // a browser rounds what it scrolls; the rest is added the next time

  // Keeps the first of these elements that is still in its place in the transcript afterwards.
  constructor(marks = inView()) {
    const owed = KeptPlace.#owed.at === scrollY ? KeptPlace.#owed.px : 0;
    this.#marks = marks.map(mark => ({ mark, at: mark.dataset.at, top: topOf(mark) - owed }));
  }

  restore() {
    const kept = this.#marks.map(now).find(isWhereItWas);
    if (!kept) return;
    const moved = topOf(kept.mark) - kept.top;
    if (moved) scrollPage(moved);
    KeptPlace.#owed = { at: scrollY, px: rest(topOf(kept.mark) - kept.top) };
  }
}

export function scrollPage(px) {
  scrollBy({ top: px, behavior: "instant" });
}

// The upper edge of what can be seen of the page: below the bar that stays on top, and below what is open in it.
export function topOfView() {
  const bar = document.querySelector(".transcript-bar, desk-bar")?.getBoundingClientRect();
  if (!bar?.height || bar.top >= 1) return 0;
  const panel = document.querySelector(".transcript-bar details[open] > div")?.getBoundingClientRect();
  return Math.max(0, bar.bottom, panel?.bottom ?? 0);
}

export function topOf(element) {
  return element.getBoundingClientRect().top;
}

// Makes the browser lay the turn out now: with content-visibility it would have no height to reckon with.
export function layOut(turn) {
  for (const part of [turn, turn?.closest(".stretch")]) if (part) part.style.contentVisibility = "visible";
}

export function isInSight(point) {
  const top = topOf(point);
  return top >= topOfView() - SIGHT_TOLERANCE && top <= innerHeight + SIGHT_TOLERANCE;
}

// The turns and parts in view, from above.
export function piecesInView() {
  const top = topOfView();
  const { left, width } = document.querySelector("[data-turns]").getBoundingClientRect();
  const found = new Set();
  for (let y = top + 1; y < innerHeight && found.size < MAX_MARKS; y += LOOK_STEP)
    found.add(pieceAt(left + width / 2, y));
  found.delete(undefined);
  return [...found];
}

// First those that begin there, then what began above.
function inView() {
  const top = topOfView();
  const pieces = piecesInView();
  const begins = element => topOf(element) >= top;
  return [...pieces.filter(begins), ...pieces.filter(element => !begins(element))];
}

// Also if something lies above it, such as an open menu.
function pieceAt(x, y) {
  return document
    .elementsFromPoint(x, y)
    .map(element => element.closest(".turn, [data-part], .panel"))
    .find(Boolean);
}

// A turn that was replaced is another element with the same id.
function now(kept) {
  return kept.mark.isConnected ? kept : { ...kept, mark: document.getElementById(kept.mark.id) };
}

function isWhereItWas({ mark, at }) {
  return mark && mark.dataset.at === at && mark.getClientRects().length > 0;
}

function rest(px) {
  return Math.abs(px) < 1 ? px : 0;
}
