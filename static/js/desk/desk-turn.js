// A turn at the desk: opens and closes its forms, and shows what somebody else has changed meanwhile. While something
// typed is in it (data-dirty) it isn't replaced: the newer element waits.

import { putTurn } from "../shared/lib/rendered.js";
import "./moment-field.js";
import { drafts } from "./lib/drafts.js";
import { keys } from "./lib/keys.js";
import { described } from "./lib/photo-fields.js";
import { show, showNothing } from "./lib/states.js";
import { uuid } from "./lib/uuid.js";

const EVENTS = ["click", "input", "keydown", "reset", "turn:replace", "desk:done", "desk:conflict"];
const DRAFT_FIELDS = ["version", "speaker", "spoken_at", "initial-spoken_at", "text"];

class DeskTurn extends HTMLElement {
  #incoming = null;
  #back = null; // the element to which the focus returns

  connectedCallback() {
    for (const type of EVENTS) this.addEventListener(type, this);
    this.addEventListener("toggle", () => this.#mark(), { capture: true }); // toggle doesn't bubble
    this.#recall();
    this.#mark();
  }

  handleEvent(event) {
    switch (event.type) {
      case "click":
        return this.#open(event);
      case "input":
        return this.#keep(event.target.form);
      case "keydown":
        return this.#press(event);
      case "reset":
        return this.#close(event.target);
      case "turn:replace":
        return this.#replace(event);
      case "desk:done":
        return this.#isDone(event.target);
      case "desk:conflict":
        return event.target === this.#correction && this.#compare(event.target, event.detail);
    }
  }

  get #output() {
    return this.querySelector(".verbs > output");
  }
  get #correction() {
    return this.querySelector("[data-verb=correct] form");
  }

  // For the style sheet, in a browser without :has().
  #mark() {
    const verbs = this.querySelector(".verbs");
    verbs?.toggleAttribute("data-open", Boolean(verbs.querySelector("[open]")));
    this.toggleAttribute("data-correcting", Boolean(this.#correction?.parentElement.open));
  }

  // Opens the correction for a key pressed elsewhere; false if this turn can't be corrected.
  correct({ back }) {
    if (!this.#correction) return false;
    this.#back = back;
    return this.#show(this.#correction.parentElement);
  }

  #open(event) {
    const details = event.target.closest("summary")?.parentElement;
    if (!details || details.open) return;
    event.preventDefault();
    this.#show(details);
  }

  #show(details) {
    details.open = true;
    const field = details.querySelector("textarea") ?? details.querySelector("input:not([type=hidden])");
    field.focus();
    return true;
  }

  #press(event) {
    const form = event.target.closest("form");
    if (!form) return;
    if (keys.is(event, "publish") && !event.repeat) form.querySelector("button.primary").click();
    if (keys.is(event, "cancel")) form.reset();
  }

  #isDone(form) {
    if (form.closest("details")) form.reset();
  }

  #keep(form) {
    this.toggleAttribute("data-dirty", true);
    if (form.elements.key) form.elements.key.value = uuid(); // other words make another turn
    if (form === this.#correction) drafts.keep(this.id, [...new FormData(form)]);
  }

  // Restores a correction that was being typed when the page was left or loaded again.
  #recall() {
    const draft = drafts.recall(this.id);
    if (!draft || !this.#correction) return;
    for (const [name, value] of draft) {
      if (DRAFT_FIELDS.includes(name) && this.#correction.elements[name]) this.#correction.elements[name].value = value;
    }
    this.#correction.querySelector("moment-field")?.check(Object.fromEntries(draft).spoken_at_fold);
    for (const [key, alt] of described(draft)) {
      const photo = this.#correction.querySelector(`desk-photo [value="${key}"]`);
      if (photo) photo.closest("desk-photo").querySelector("[name=alt]").value = alt;
    }
    this.#correction.parentElement.open = true;
    this.toggleAttribute("data-dirty", true);
  }

  // After the correction was saved, cancelled or left to the other editor.
  #close(form) {
    if (!form.closest("details")) return;
    if (form === this.#correction) this.#forget();
    this.toggleAttribute("data-dirty", false);
    showNothing(this.#output);
    form.parentElement.open = false;
    const back = this.#back ?? form.parentElement.querySelector("summary");
    back?.focus({ preventScroll: true });
    this.#back = null;
    if (this.#incoming) this.#giveWay();
    document.dispatchEvent(new Event("fangtan:changed")); // loading the page again may have waited for this
  }

  #forget() {
    drafts.forget(this.id);
    this.#correction.elements.version.value = this.dataset.version;
    this.querySelector(".theirs")?.remove();
  }

  #giveWay() {
    this.#handOver(this.#incoming);
    putTurn(this.closest("live-transcript"), this.#incoming, this);
  }

  #replace(event) {
    const { incoming } = event.detail;
    if (!this.hasAttribute("data-dirty")) return this.#handOver(incoming);
    event.preventDefault();
    this.#incoming = incoming;
    if (!this.querySelector("[aria-busy], .theirs")) show(this.#output, "meanwhile");
  }

  // Keeps an open form open, and the focus where it is, in the element that comes.
  #handOver(incoming) {
    const open = this.querySelector("details[open]")?.dataset.verb;
    const focused = this.contains(document.activeElement) ? spot(document.activeElement) : null;
    if (open) incoming?.querySelector(`[data-verb=${open}]`)?.setAttribute("open", "");
    if (focused)
      queueMicrotask(() =>
        (incoming?.querySelector(focused) ?? incoming?.querySelector("summary, .verbs button"))?.focus(),
      );
  }

  // Takes over their version, so that saving again means that the editor has seen both texts.
  #compare(form, { version, theirs }) {
    const comparison = document.getElementById("theirs").content.cloneNode(true);
    const speaker = [...form.elements.speaker.options].find(option => Number(option.value) === theirs.speaker);
    comparison.querySelector("[data-speaker]").textContent = speaker?.text;
    comparison.querySelector("[data-text]").textContent = theirs.text;
    this.querySelector(".theirs")?.remove();
    form.prepend(comparison);
    form.elements.version.value = version;
    form.scrollIntoView({ block: "nearest" });
  }
}

function spot(element) {
  const verb = element.closest("details")?.dataset.verb;
  if (!verb) return ".verbs > button";
  return `[data-verb=${verb}] ${element.name ? `[name=${element.name}]` : "summary"}`;
}

customElements.define("desk-turn", DeskTurn);
