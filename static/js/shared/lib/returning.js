// Brings who loads the page again, or comes back to it, to what they were looking at. A browser keeps only how far it was
// scrolled, and turns far away have estimated heights.

import { isInSight, layOut, piecesInView, scrollPage, topOf, topOfView } from "./kept-place.js";

const STILL_FRAMES = 5; // in which nothing moved any more
const MAX_FRAMES = 120; // after loading
const PAGE_END = 80; // px from the page's end that count as at its end
const ACTS = ["wheel", "touchstart", "pointerdown", "keydown"]; // by which a reader goes elsewhere

// False for a page that is opened anew: a link to one of its turns leads there.
export const isReturn = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);

export let isComingBack = false; // until the page stands where it was left
export const keptMarks = isReturn ? kept() : []; // what was in view

function keep() {
  if (isComingBack) return; // or where the page is on the way would be kept
  try {
    sessionStorage.setItem(name(), JSON.stringify(here()));
  } catch {} // then the browser's own way has to do
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(name())) ?? [];
  } catch {
    return [];
  }
}

// Of the entry in the browser's history: a page may stand in it twice.
function name() {
  return `fangtan.place ${globalThis.navigation?.currentEntry?.key ?? ""} ${location.pathname}`;
}

// What is in view: how to find it, and which share of its height ends how many px below an edge of the view. Who follows at
// the end goes on following; at the desk the composer sees to that.
function here() {
  const end = document.querySelector("#latest");
  if (end && isInSight(end)) {
    const isBelow = Boolean(end.previousElementSibling);
    return [{ is: "#latest", share: 0, y: topOf(end) - edge({ isBelow }), isBelow }];
  }
  if (!end && document.documentElement.scrollHeight - scrollY - innerHeight < PAGE_END) return [];
  const line = topOfView();
  return piecesInView().map(piece => {
    const { top, height } = piece.getBoundingClientRect();
    const from = Math.max(top, line);
    return { is: selectorOf(piece), height, share: (from - top) / height, y: from - line };
  });
}

function edge({ isBelow }) {
  return isBelow ? innerHeight : topOfView();
}

function selectorOf(piece) {
  return piece.id ? `#${piece.id}` : `[data-part="${piece.dataset.part}"]`;
}

// Scrolls until nothing moves: what comes into view gets its real height, and the browser may scroll, too.
export function comeBack(marks) {
  let frames = 0;
  let still = 0;
  const step = () => {
    still = isComingBack && goTo(marks) ? 0 : still + 1;
    frames += document.readyState === "complete";
    isComingBack &&= frames < MAX_FRAMES && (!frames || still < STILL_FRAMES);
    if (isComingBack) requestAnimationFrame(step);
    else history.scrollRestoration = "auto";
  };
  isComingBack = marks.length > 0;
  if (isComingBack) history.scrollRestoration = "manual"; // or the browser would scroll in between
  for (const act of ACTS)
    addEventListener(act, () => (isComingBack = false), { once: true, passive: true, capture: true });
  step();
}

// Returns whether the page has moved.
function goTo(marks) {
  const all = marks.map(mark => ({ ...mark, element: document.querySelector(mark.is) }));
  const found = all.filter(({ element }) => element?.getClientRects().length);
  const mark = found.find(isAsItWas) ?? found[0];
  if (!mark) return false;
  layOut(mark.element);
  const { top, height } = mark.element.getBoundingClientRect();
  const before = scrollY;
  scrollPage(top + mark.share * height - mark.y - edge(mark));
  return Math.abs(scrollY - before) >= 1;
}

// False for a turn that was changed since, and in a window of another width.
function isAsItWas({ element, height }) {
  layOut(element);
  return Math.abs(element.getBoundingClientRect().height - height) < 1;
}

addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => document.hidden && keep()); // it may be closed without a word
comeBack(keptMarks);
