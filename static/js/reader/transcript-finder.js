// Narrows the transcript to the turns of some speakers that contain all of some words, and marks the words. The turn
// being read stays where it is, also when all turns come back, so that a search is a way to a place, too.

import { keys } from "../shared/lib/keys.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { compared, foundIn, wordsOf } from "./lib/found-words.js";
import { scrollPage, topOf, topOfView } from "./lib/kept-place.js";

const TYPING_PAUSE = 80; // ms without a key before the search
const HIGHLIGHT = "found"; // its name in the style sheet

class TranscriptFinder extends ListeningElement {
  #texts = new WeakMap(); // what each turn says, case and width of its letters made equal
  #words = [];
  #speakers = new Set();
  #typing = null;

  connected(signal) {
    this.hidden = false;
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
  get #turns() {
    return [...document.querySelectorAll("[data-turns] > .turn")];
  }
  get #isOn() {
    return this.#words.length > 0 || this.#speakers.size > 0;
  }

  #take(frames) {
    for (const { turn } of frames) this.#texts.delete(document.getElementById(`turn-${turn}`));
    if (this.#isOn) this.#filter();
  }

  #soon() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#find(), TYPING_PAUSE);
  }

  #find() {
    clearTimeout(this.#typing);
    const asked = new FormData(this.#form);
    const before = this.#words.join(" ");
    this.#words = wordsOf(asked.get("words"), language());
    this.#speakers = new Set(asked.getAll("speaker"));
    const hit = keepingThePlace(this.#turns, () => this.#filter());
    if (hit && this.#words.length && this.#words.join(" ") !== before) raise(hit);
  }

  #filter() {
    const turns = this.#turns;
    for (const turn of turns) turn.hidden = !this.#fits(turn);
    const shown = turns.filter(turn => !turn.hidden);
    this.#mark(shown);
    this.#tell(shown.length, turns.length);
    document.dispatchEvent(new Event("transcript:filtered"));
  }

  #fits(turn) {
    if (this.#speakers.size && !this.#speakers.has(turn.dataset.speaker)) return false;
    return this.#words.every(word => this.#textOf(turn).includes(word));
  }

  #textOf(turn) {
    if (!this.#texts.has(turn)) {
      const text = Array.from(lines(turn), line => line.textContent).join("\n");
      this.#texts.set(turn, compared(text, language()));
    }
    return this.#texts.get(turn);
  }

  #mark(turns) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete(HIGHLIGHT);
    if (!this.#words.length) return;
    const marks = new Highlight();
    for (const line of turns.flatMap(lines)) for (const range of hits(line, this.#words)) marks.add(range);
    CSS.highlights.set(HIGHLIGHT, marks);
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

function language() {
  return document.documentElement.lang;
}

function lines(turn) {
  return [...turn.querySelectorAll(".moment, .said > p")];
}

// Keeps the first turn below the bar where it is; if it is filtered out, the next one that is left takes its place.
function keepingThePlace(turns, change) {
  const line = topOfView();
  const first = turns.findIndex(turn => !turn.hidden && turn.getBoundingClientRect().bottom > line);
  const top = turns[first]?.getBoundingClientRect().top;
  change();
  const next = turns.slice(first).find(turn => !turn.hidden) ?? turns.findLast(turn => !turn.hidden);
  if (first < 0 || !next) return;
  const to = next === turns[first] ? top : Math.max(top, line);
  scrollPage(topOf(next) - to);
  return next;
}

// Brings the first hit out from behind the finder or a phone's keyboard, so that it is seen from its beginning.
function raise(turn) {
  const { top } = turn.getBoundingClientRect();
  if (top < topOfView() || top > visualViewport.height / 2) turn.scrollIntoView();
}

function hits(line, words) {
  const found = foundIn(line.textContent, words, language());
  if (!found.length) return [];
  const nodes = textNodes(line);
  return found.map(([start, end]) => {
    const [startContainer, startOffset] = placeIn(nodes, start);
    const [endContainer, endOffset] = placeIn(nodes, end);
    return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
  });
}

// A line has more than one text node where there is a link in it.
function placeIn(nodes, offset) {
  for (const node of nodes) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

function textNodes(line) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

customElements.define("transcript-finder", TranscriptFinder);
