// Offers to copy words that are selected in one turn as a quote: with who said them, where, and the turn's address.
// An ordinary copy stays what it is.

import { copy, quote, say } from "./lib/quoting.js";

const GAP = 8; // px between the selection and the button
const FINGER = 40; // px; the handles of a selection by touch hang below it

class QuoteText extends HTMLElement {
  #chosen = null;
  #isDragging = false; // by a mouse; what is not chosen yet is not in its way
  #isPressed = false; // then the words stay, also where a tap takes the selection away
  #leaving = new AbortController();

  connectedCallback() {
    if (!this.showPopover) return;
    const { signal } = this.#leaving;
    this.hidden = false;
    document.addEventListener("selectionchange", () => this.#look(), { signal });
    document.addEventListener("transcript:change", () => this.#isOpen && this.#look(), { signal });
    document.addEventListener("keydown", event => this.#pressed(event), { signal });
    addEventListener("resize", () => this.#isOpen && this.#look(), { signal });
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(type, this, { signal });
    this.addEventListener("mousedown", event => event.preventDefault()); // it would take the selection away
    this.#button.addEventListener("click", () => this.#copy());
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #button() {
    return this.querySelector("button");
  }
  get #isOpen() {
    return this.matches(":popover-open");
  }

  #look() {
    if (this.#isPressed) return;
    this.#chosen = this.#isDragging ? null : chosenWords();
    if (!this.#chosen) return this.hidePopover();
    say(this);
    if (!this.#isOpen) this.showPopover();
    this.#place(this.#chosen.range.getBoundingClientRect());
  }

  handleEvent({ type, pointerType, target }) {
    const isMine = this.contains(target);
    this.#isDragging = type === "pointerdown" && pointerType === "mouse" && !isMine;
    this.#isPressed = isMine && type !== "pointercancel";
    if (type !== "pointerdown") this.#look();
  }

  // Below what is selected, or above where the window ends; never over it.
  #place(words) {
    const { width, height } = this.getBoundingClientRect();
    const gap = matchMedia("(pointer: coarse)").matches ? FINGER : GAP;
    const isAbove = words.bottom + gap + height > innerHeight && words.top - GAP - height > 0;
    const room = document.documentElement.clientWidth - width - GAP;
    const left = Math.max(GAP, Math.min((words.left + words.right - width) / 2, room));
    this.style.left = `${left + scrollX}px`;
    this.style.top = `${(isAbove ? words.top - GAP - height : words.bottom + gap) + scrollY}px`;
  }

  // Without a mouse: the next Tab comes here, Escape sends it away.
  #pressed(event) {
    if (!this.#isOpen) return;
    if (event.key === "Escape") this.hidePopover();
    const isHere = document.activeElement.contains(this.#chosen.turn);
    if (event.key !== "Tab" || event.shiftKey || !isHere) return;
    event.preventDefault();
    this.#button.focus();
  }

  async #copy() {
    const isCopied = await copy(quote(this.#chosen.words, this.#chosen.turn));
    this.#isPressed = false;
    say(this, isCopied ? "copied" : "by-hand");
  }
}

// What is selected, if it is nothing but words of one turn. A paragraph that is selected by three clicks ends at the
// beginning of what follows it, so the ends alone don't tell.
function chosenWords() {
  const selection = getSelection();
  const words = selection.toString().trim().replace(/\n+/g, "\n");
  if (!words || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const said = saidAround(range.startContainer) ?? saidAround(range.endContainer);
  if (!said) return null;
  if (!said.contains(range.startContainer)) range.setStart(said, 0);
  if (!said.contains(range.endContainer)) range.setEnd(said, said.childNodes.length);
  return bare(range.toString()) === bare(words) ? { words, range, turn: said.closest(".turn") } : null;
}

function saidAround(node) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".turn .said");
}

function bare(text) {
  return text.replace(/\s/g, "");
}

customElements.define("quote-text", QuoteText);
