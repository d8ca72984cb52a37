// The turns of a transcript as they stand in the page. Those of a long one stand in stretches, elements around some 25
// turns each, which the browser leaves out of its layout as a whole while they are far away.

import { findLast } from "./find-last.js";
import { isBefore } from "./turn-order.js";

const MAX_STRETCH_TURNS = 30; // then the next one begins

// Of a list or of a stretch.
export function turnsIn(list) {
  return [...list.querySelectorAll(".turn")];
}

export function stretchesIn(list) {
  return [...list.children].filter(part => part.matches(".stretch"));
}

// Puts the turn where it belongs in a list of that order. It looks from the newest end, where nearly all belong.
export function putInOrder(turn, list) {
  const isNewestFirst = list.dataset.order === "newest";
  const turns = turnsIn(list);
  const isOlder = other => isBefore(other, turn);
  const older = isNewestFirst ? turns.find(isOlder) : findLast(turns, isOlder);
  if (isInAGap(older, list)) return; // it comes with what is missing there
  if (!older) putAtTheOldestEnd(turn, list, turns, isNewestFirst);
  else if (isNewestFirst) older.before(turn);
  else older.after(turn);
  const isNewest = older === (isNewestFirst ? turns[0] : turns[turns.length - 1]);
  if (isNewest) beginStretch(turn, list, isNewestFirst);
}

// At the desk, where a page has not all turns.
function isInAGap(older, list) {
  const end = older?.parentElement !== list && older?.matches(":last-child") ? older.parentElement : older;
  const next = end ? end.nextElementSibling : list.firstElementChild;
  return next?.localName === "turn-gap";
}

function putAtTheOldestEnd(turn, list, turns, isNewestFirst) {
  if (!turns.length) list.append(turn);
  else if (isNewestFirst) turns[turns.length - 1].after(turn);
  else turns[0].before(turn);
}

// With the newest turn, if the stretch that it came into is full.
function beginStretch(turn, list, isNewestFirst) {
  const stretch = turn.parentElement;
  if (stretch === list || stretch.childElementCount <= MAX_STRETCH_TURNS) return;
  const next = stretch.cloneNode();
  if (isNewestFirst) stretch.before(next);
  else stretch.after(next);
  next.append(turn);
}

// Turns a stretch round while it is out of the page, which is quicker than in it.
export function reverse(list) {
  for (const part of [...list.children]) {
    const turns = part.matches(".stretch") ? [...part.children] : [];
    if (turns.length) part.remove();
    for (const turn of turns) part.prepend(turn);
    putFirst(part, list);
  }
}

function putFirst(part, list) {
  const move = (part.isConnected && list.moveBefore) || list.insertBefore; // the first keeps what the browser knows of it
  move.call(list, part, list.firstChild);
}
