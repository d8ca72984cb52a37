// Narrows the transcript to the turns of some speakers that contain all of some words, and marks the words. The turn
// being read stays where it is, also when all turns come back, so that a search is a way to a place, too.

import { keys } from "../shared/lib/keys.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { stretchesIn, turnsIn } from "../shared/lib/turn-list.js";
import { FoundMarks, linesOf } from "./lib/found-marks.js";
import { scrollPage, topOf, topOfView } from "./lib/kept-place.js";

const TURNS_READ_AT_ONCE = 40; // ahead of a search; more would keep a slow phone from answering
const TURN_HEIGHT = 11; // rem, as the style sheet reckons with

class TranscriptFinder extends ListeningElement {
  #texts = new WeakMap(); // what each turn says, folded
  #finding = null; // how words are folded and found: with a table that is loaded when the finder opens
  #marks = new FoundMarks();
  #words = [];
  #speakers = new Set();
  #typing = null;

  connected(signal) {
    this.hidden = false;
    this.#panel.addEventListener("toggle", () => this.#panel.open && this.#load(), { signal });
    this.#form.addEventListener("input", event => event.isComposing || this.#soon(), { signal });
    this.#form.addEventListener("compositionend", () => this.#soon(), { signal });
    this.#form.addEventListener("submit", event => this.#toTheFirst(event), { signal });
    this.#form.addEventListener("reset", () => setTimeout(() => this.#find()), { signal });
    this.#panel.addEventListener("keydown", event => keys.is(event, "cancel") && this.#escape(event), { signal });
    // In the capture phase: the count of new turns must see which ones are filtered out.
    document.addEventListener("transcript:change", event => this.#take(event.detail.frames), { signal, capture: true });
    document.addEventListener(
      "click",
      event => isPlain(event) && this.#follow(event.target.closest("a[href*='#turn-']")?.hash),
      { signal, capture: true },
    );
    addEventListener("hashchange", () => this.#follow(location.hash), { signal });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
    this.clear();
  }

  clear() {
    this.#form.reset();
    this.#find();
  }

  get #form() {
    return this.querySelector("form");
  }
  get #panel() {
    return this.closest("details");
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
    this.#marks.show(this.#words, this.#list, this.#finding?.foundIn);
  }

  async #load() {
    this.#finding ??= await import("./lib/found-words.js");
    this.#readAhead();
  }

  // Reads what the turns say as soon as somebody may want to search, so that no key has to wait for it.
  #readAhead(turns = this.#turns) {
    for (const turn of turns.splice(0, TURNS_READ_AT_ONCE)) this.#textOf(turn);
    if (turns.length && this.isConnected) setTimeout(() => this.#readAhead(turns));
  }

  #soon() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#find()); // once for all that one key press does to the field
  }

  #find() {
    clearTimeout(this.#typing);
    const asked = new FormData(this.#form);
    if (asked.get("words") && !this.#finding) return this.#load().then(() => this.#find());
    const before = this.#words.join(" ");
    this.#words = this.#finding?.wordsOf(asked.get("words")) ?? [];
    this.#speakers = new Set(asked.getAll("speaker"));
    const hit = keepingThePlace(this.#list, () => this.#filter());
    if (hit && this.#words.length && this.#words.join(" ") !== before) raise(hit);
    this.#marks.show(this.#words, this.#list, this.#finding?.foundIn);
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
      this.#texts.set(turn, this.#finding.fold(text));
    }
    return this.#texts.get(turn);
  }

  // Writes only what differs, since a screen reader reads out whatever is written into the output.
  #tell(shown, all) {
    const words = this.#isOn ? this.#sentence(shown, all) : "";
    const output = this.querySelector("output");
    if (output.textContent !== words) output.textContent = words;
    const short = this.#panel.querySelector("[data-found]");
    short.textContent = `${shown}/${all}`;
    short.hidden = this.querySelector("[type=reset]").hidden = !this.#isOn;
  }

  #sentence(shown, all) {
    const words = this.querySelector(shown ? "[data-some]" : "[data-none]").content.cloneNode(true);
    for (const [name, count] of Object.entries({ shown, all }))
      words.querySelector(`[data-${name}]`)?.replaceWith(count);
    return words.textContent;
  }

  #toTheFirst(event) {
    event.preventDefault();
    this.#find();
    this.#turns.find(turn => !turn.hidden)?.scrollIntoView();
  }

  #escape(event) {
    event.preventDefault();
    if (this.#isOn) return this.clear();
    this.#panel.open = false;
    this.#panel.querySelector("summary").focus();
  }

  // Brings back a turn that is linked to although it is filtered out.
  #follow(hash) {
    const turn = hash?.startsWith("#turn-") && document.getElementById(hash.slice(1));
    if (!turn?.hidden) return;
    this.clear();
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
  const next = turns.slice(turns.indexOf(first)).find(turn => !turn.hidden) ?? turns.findLast(turn => !turn.hidden);
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

customElements.define("transcript-finder", TranscriptFinder);
