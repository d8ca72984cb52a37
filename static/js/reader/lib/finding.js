// Finds turns by their words and speakers, and marks the words. The turn being read stays where it is, also when all turns
// come back, so that a search is a way to a place, too. The finder loads it when it opens.

import { findLast } from "../../shared/lib/find-last.js";
import { scrollPage, topOf, topOfView } from "../../shared/lib/kept-place.js";
import { isPlain } from "../../shared/lib/plain-click.js";
import { stretchesIn, turnsIn } from "../../shared/lib/turn-list.js";
import { FoundMarks, linesOf } from "./found-marks.js";
import { fold, wordsOf } from "./found-words.js";

const TURNS_READ_AT_ONCE = 40; // ahead of a search; more would keep a slow phone from answering
const TURN_HEIGHT = 11; // rem, as the style sheet reckons with

export class Finding {
  #finder;
  #signal;
  #texts = new WeakMap(); // what each turn says, folded
  #marks = new FoundMarks();
  #words = [];
  #speakers = new Set();

  // For a <transcript-finder>, until the signal.
  constructor(finder, signal) {
    this.#finder = finder;
    this.#signal = signal;
    // In the capture phase: the count of new turns must see which ones are filtered out.
    document.addEventListener("transcript:change", event => this.#take(event.detail.frames), { signal, capture: true });
    document.addEventListener(
      "click",
      event => isPlain(event) && this.#follow(event.target.closest("a[href*='#turn-']")?.hash),
      { signal, capture: true },
    );
    addEventListener("hashchange", () => this.#follow(location.hash), { signal });
    this.#readAhead();
  }

  // `asked` is what the finder's form holds.
  find(asked) {
    const before = this.#words.join(" ");
    this.#words = wordsOf(asked.get("words"));
    this.#speakers = new Set(asked.getAll("speaker"));
    const hit = keepingThePlace(this.#list, () => this.#filter());
    if (hit && this.#words.length && this.#words.join(" ") !== before) raise(hit);
    this.#marks.show(this.#words, this.#list);
  }

  goToTheFirst() {
    this.#turns.find(turn => !turn.hidden)?.scrollIntoView();
  }

  get #list() {
    return document.querySelector("[data-turns]");
  }
  get #turns() {
    return turnsIn(this.#list);
  }
  get #isOn() {
    return this.#words.length > 0 || this.#speakers.size > 0;
  }

  #take(frames) {
    for (const { turn } of frames) this.#texts.delete(document.getElementById(`turn-${turn}`));
    if (!this.#isOn) return;
    this.#filter();
    this.#marks.show(this.#words, this.#list);
  }

  // Reads what the turns say as soon as somebody may want to search, so that no key has to wait for it.
  #readAhead(turns = this.#turns) {
    for (const turn of turns.splice(0, TURNS_READ_AT_ONCE)) this.#textOf(turn);
    if (turns.length && !this.#signal.aborted) setTimeout(() => this.#readAhead(turns));
  }

  #filter() {
    const turns = this.#turns;
    for (const turn of turns) hide(turn, !this.#fits(turn));
    const shown = turns.filter(turn => !turn.hidden);
    for (const stretch of stretchesIn(this.#list)) fit(stretch, this.#isOn);
    this.#tell(shown.length, turns.length);
    document.dispatchEvent(new Event("transcript:filtered"));
  }

  #fits(turn) {
    if (this.#speakers.size && !this.#speakers.has(turn.dataset.speaker)) return false;
    return this.#words.every(word => this.#textOf(turn).includes(word));
  }

  #textOf(turn) {
    if (!this.#texts.has(turn)) {
      const text = Array.from(linesOf(turn), line => line.textContent).join("\n");
      this.#texts.set(turn, fold(text));
    }
    return this.#texts.get(turn);
  }

  // Writes only what differs, since a screen reader reads out whatever is written into the output.
  #tell(shown, all) {
    const words = this.#isOn ? this.#sentence(shown, all) : "";
    const output = this.#finder.querySelector("output");
    if (output.textContent !== words) output.textContent = words;
    const short = this.#finder.closest("details").querySelector("[data-found]");
    short.textContent = `${shown}/${all}`;
    short.hidden = this.#finder.querySelector("[type=reset]").hidden = !this.#isOn;
  }

  #sentence(shown, all) {
    const words = this.#finder.querySelector(shown ? "[data-some]" : "[data-none]").content.cloneNode(true);
    for (const [name, count] of Object.entries({ shown, all }))
      words.querySelector(`[data-${name}]`)?.replaceWith(count);
    return words.textContent;
  }

  // Brings back a turn that is linked to although it is filtered out.
  #follow(hash) {
    const turn = hash?.startsWith("#turn-") && document.getElementById(hash.slice(1));
    if (!turn?.hidden) return;
    this.#finder.clear();
    turn.scrollIntoView();
  }
}

function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden; // writing the same again would cost as much
}

// Hides a stretch of which nothing is shown, and reckons with the height of what is.
function fit(stretch, isFiltered) {
  const shown = turnsIn(stretch).filter(turn => !turn.hidden).length;
  hide(stretch, !shown);
  stretch.style.containIntrinsicBlockSize = isFiltered ? `${shown * TURN_HEIGHT}rem` : "";
}

// Keeps the first turn below the bar where it is; if it is filtered out, the next one that is left takes its place.
function keepingThePlace(list, change) {
  const line = topOfView();
  const isBelow = part => !part.hidden && part.getBoundingClientRect().bottom > line;
  const part = [...list.children].find(isBelow);
  const first = part?.matches(".stretch") ? turnsIn(part).find(isBelow) : part;
  const top = first?.getBoundingClientRect().top;
  change();
  const turns = turnsIn(list);
  const next = turns.slice(turns.indexOf(first)).find(turn => !turn.hidden) ?? findLast(turns, turn => !turn.hidden);
  if (!first || !next) return;
  const to = next === first ? top : Math.max(top, line);
  scrollPage(topOf(next) - to);
  return next;
}

// Brings the first hit out from behind the finder or a phone's keyboard, so that it is seen from its beginning.
function raise(turn) {
  const { top } = turn.getBoundingClientRect();
  if (top < topOfView() || top > visualViewport.height / 2) turn.scrollIntoView();
}
