// Narrows the transcript to the turns of some speakers that hold all of some words, and marks the words. What the
// reader was at stays where it is, also when all turns come back: so a find is also a way to a place.

import { isPlain } from "../shared/lib/plain-click.js";
import { scrollPage, topOf, topOfView } from "./lib/kept-place.js";

const PAUSE = 80; // ms between two letters, in which nothing is looked for
const MARK = "found";

class TranscriptFinder extends HTMLElement {
  #texts = new WeakMap(); // what each turn says, as it is compared
  #words = [];
  #speakers = new Set();
  #typing = null;
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    this.hidden = false;
    this.#form.addEventListener("input", event => event.isComposing || this.#soon(), { signal });
    this.#form.addEventListener("compositionend", () => this.#soon(), { signal });
    this.#form.addEventListener("submit", event => this.#toTheFirst(event), { signal });
    this.#form.addEventListener("reset", () => setTimeout(() => this.#find()), { signal });
    this.#panel.addEventListener(
      "keydown",
      event => event.key === "Escape" && !event.isComposing && this.#escape(event),
      { signal },
    );
    // Before anybody else looks at the turns that have arrived
    document.addEventListener("transcript:change", event => this.#take(event.detail.frames), { signal, capture: true });
    document.addEventListener(
      "click",
      event => isPlain(event) && this.#follow(event.target.closest("a[href*='#turn-']")?.hash),
      { signal, capture: true },
    );
    addEventListener("hashchange", () => this.#follow(location.hash), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.#typing);
    this.#leaving.abort();
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
    this.#typing = setTimeout(() => this.#find(), PAUSE);
  }

  #find() {
    clearTimeout(this.#typing);
    const asked = new FormData(this.#form);
    const before = this.#words.join(" ");
    this.#words = compared(asked.get("words")).split(/\s+/).filter(Boolean);
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
    if (!this.#texts.has(turn))
      this.#texts.set(
        turn,
        compared(
          lines(turn)
            .map(line => line.textContent)
            .join("\n"),
        ),
      );
    return this.#texts.get(turn);
  }

  #mark(turns) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete(MARK);
    if (!this.#words.length) return;
    const marks = new Highlight();
    for (const line of turns.flatMap(lines)) for (const range of hits(line, this.#words)) marks.add(range);
    CSS.highlights.set(MARK, marks);
  }

  // Only what differs is written: a live region reads out all that is.
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

  // A link leads to its turn, whatever is filtered.
  #follow(hash) {
    const turn = hash?.startsWith("#turn-") && document.getElementById(hash.slice(1));
    if (!turn?.hidden) return;
    this.clear();
    turn.scrollIntoView();
  }
}

// Full-width letters are letters, and capitals small ones.
function compared(text) {
  return text.normalize("NFKC").toLocaleLowerCase(document.documentElement.lang);
}

function lines(turn) {
  return [...turn.querySelectorAll(".moment, .said > p")];
}

// The first turn below the bar stays where it is; or, if it goes, the next one that is left takes its place.
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

// From behind the finder, or behind a phone's keyboard, to where the first hit is seen from its beginning.
function raise(turn) {
  const { top } = turn.getBoundingClientRect();
  if (top < topOfView() || top > visualViewport.height / 2) turn.scrollIntoView();
}

function hits(line, words) {
  const text = compared(line.textContent);
  const found = words.flatMap(word => indexes(text, word).map(at => [at, at + word.length]));
  if (!found.length) return [];
  const place = places(line, text.length);
  return found.map(([start, end]) => {
    const [startContainer, startOffset] = place(start);
    const [endContainer, endOffset] = place(end);
    return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
  });
}

function indexes(text, word) {
  const all = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) all.push(at);
  return all;
}

// From a place in the text as it is compared to one in the page: “…” is compared as three dots, and a line has
// more than one node where there is a link in it.
function places(line, length) {
  const nodes = textNodes(line);
  const back = line.textContent.length === length ? at => at : shifts(line.textContent);
  return at => {
    let offset = back(at);
    for (const node of nodes) {
      if (offset <= node.length) return [node, offset];
      offset -= node.length;
    }
    return [nodes.at(-1), nodes.at(-1).length];
  };
}

function textNodes(line) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function shifts(text) {
  const from = [];
  for (const { 0: letter, index } of text.matchAll(/.[\p{M}\uff9e\uff9f]*/gsu)) {
    for (let n = compared(letter).length; n > 0; n--) from.push(index);
  }
  return at => from[at] ?? text.length;
}

customElements.define("transcript-finder", TranscriptFinder);
