// Offers to copy words that are selected in one turn as a quote: with their speaker, the interview and the turn's
// address. An ordinary copy stays as it is.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { isBare, isKey } from "../shared/lib/presses.js";
import { copy, quote, say } from "./lib/quoting.js";

const BUTTON_GAP = 8; // px between the selection and the button
const TOUCH_GAP = 40; // px, since a selection by touch has handles below it

class QuoteText extends ListeningElement {
  #chosen = null; // {words, range, turn}
  #isDragging = false; // by mouse: the button must not get in its way
  #isPressed = false; // the words stay chosen, since a tap may take the selection away

  connected(signal) {
    if (!this.showPopover) return;
    this.hidden = false;
    document.addEventListener("selectionchange", () => this.#look(), { signal });
    document.addEventListener("transcript:change", () => this.#isOpen && this.#look(), { signal });
    document.addEventListener("keydown", event => this.#pressed(event), { signal });
    addEventListener("resize", () => this.#isOpen && this.#look(), { signal });
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(type, this, { signal });
    this.addEventListener("mousedown", event => event.preventDefault()); // or the selection would go
    this.#button.addEventListener("click", () => this.#copy());
    this.#isDragging = matchMedia("(pointer: fine)").matches && Boolean(document.querySelector("body:active"));
    this.#look(); // words were selected before this script came
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

  // Puts the button below the selection, or above it at the window's end; never over it.
  #place(words) {
    const { width, height } = this.getBoundingClientRect();
    const gap = matchMedia("(pointer: coarse)").matches ? TOUCH_GAP : BUTTON_GAP;
    const isAbove = words.bottom + gap + height > innerHeight && words.top - BUTTON_GAP - height > 0;
    const room = document.documentElement.clientWidth - width - BUTTON_GAP;
    const left = Math.max(BUTTON_GAP, Math.min((words.left + words.right - width) / 2, room));
    this.style.left = `${left + scrollX}px`;
    this.style.top = `${(isAbove ? words.top - BUTTON_GAP - height : words.bottom + gap) + scrollY}px`;
  }

  // For a keyboard: the next Tab leads to the button, Escape closes it.
  #pressed(event) {
    if (!this.#isOpen) return;
    if (isKey(event, "Escape")) this.hidePopover();
    const isHere = document.activeElement.contains(this.#chosen.turn);
    if (event.key !== "Tab" || !isBare(event) || event.shiftKey || !isHere) return;
    event.preventDefault();
    this.#button.focus();
  }

  async #copy() {
    const isCopied = await copy(quote(this.#chosen.words, this.#chosen.turn));
    this.#isPressed = false;
    say(this, isCopied ? "copied" : "by-hand");
  }
}

// What is selected, or null if it isn't words of one turn alone. It compares the words, since the ends don't tell: a
// paragraph selected by three clicks ends at the beginning of what follows it.
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
