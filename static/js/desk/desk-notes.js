// Shows and sends the staff's notes to each other. New notes come into the template and are appended to the log, so that
// a screen reader reads none twice; those of others are counted until they were seen on the screen.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { drafts, inStore } from "./lib/drafts.js";
import { uuid } from "./lib/uuid.js";

class DeskNotes extends ListeningElement {
  #sent = "";
  #isNextReady = false; // Enter was pressed while the last note was being sent
  #sight = new IntersectionObserver(entries => this.#see(entries));
  #inSight = new Set();

  connected(signal) {
    document.addEventListener("transcript:change", () => this.#take(), { signal });
    document.addEventListener("visibilitychange", () => this.#count(), { signal });
    this.addEventListener("submit", () => this.#send());
    this.addEventListener("input", () => this.#keep());
    this.addEventListener("desk:done", () => this.#begin());
    this.#text.value = drafts.recall(this.#draft) ?? "";
    this.#keep();
    this.#scrollToEnd();
    for (const note of this.#notes) this.#sight.observe(note);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#sight.disconnect();
  }

  get #log() {
    return this.querySelector("[role=log]");
  }
  get #form() {
    return this.querySelector("form");
  }
  get #text() {
    return this.#form.elements.text;
  }
  get #notes() {
    return [...this.#log.children];
  }
  get #draft() {
    return `note:${document.body.dataset.interview}`;
  }
  get #seenIn() {
    return `fangtan:seen:${document.body.dataset.user}:${document.body.dataset.interview}`;
  }

  #take() {
    const incoming = [...this.querySelector("template").content.children];
    const fresh = incoming.filter(note => !document.getElementById(note.id));
    if (!fresh.length) return;
    this.#log.append(...fresh);
    this.#scrollToEnd();
    for (const note of fresh) this.#sight.observe(note); // which tells at once whether it is in sight
  }

  #see(entries) {
    for (const { isIntersecting, target } of entries) this.#inSight[isIntersecting ? "add" : "delete"](target);
    this.#count();
  }

  #count() {
    const stored = Number(inStore("sessionStorage", store => store.getItem(this.#seenIn)));
    const inSight = document.hidden ? [] : [...this.#inSight].map(numberOf);
    const seen = Math.max(stored, ...inSight);
    const unread = this.#notes.filter(note => numberOf(note) > seen && note.dataset.by !== document.body.dataset.user);
    const mark = document.querySelector("desk-bar [data-unread]");
    mark.hidden = !unread.length;
    mark.querySelector("[data-count]").textContent = unread.length;
    inStore("sessionStorage", store => store.setItem(this.#seenIn, seen));
    document.dispatchEvent(new Event("desk:unread"));
  }

  #send() {
    this.#isNextReady = this.#form.hasAttribute("aria-busy");
    if (this.#isNextReady) return;
    this.#sent = this.#text.value;
    this.#text.focus();
  }

  // Begins the next note with what was typed while the last one was being sent.
  #begin() {
    const { value } = this.#text;
    this.#text.value = value.startsWith(this.#sent) ? value.slice(this.#sent.length) : value;
    this.#form.elements.key.value = uuid();
    this.#keep();
    if (this.#isNextReady) this.#form.querySelector("button").click();
  }

  // data-dirty keeps the page from being loaded again.
  #keep() {
    const { value } = this.#text;
    this.#form.toggleAttribute("data-dirty", Boolean(value));
    if (value) drafts.keep(this.#draft, value);
    else drafts.forget(this.#draft);
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

function numberOf(note) {
  return Number(note?.id.replace("note-", "") ?? 0);
}

customElements.define("desk-notes", DeskNotes);
