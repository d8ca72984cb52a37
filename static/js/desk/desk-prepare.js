// A form for turns that are written ahead. What is typed in it is kept until it was taken: by the server, or by the
// outbox, which keeps it then.

import { drafts } from "./lib/drafts.js";
import { isCtrlEnter } from "./lib/keys.js";
import { uuid } from "./lib/uuid.js";

const EVENTS = ["input", "change", "keydown", "submit", "desk:done"];

class DeskPrepare extends HTMLElement {
  #sent = "";

  connectedCallback() {
    for (const type of EVENTS) this.addEventListener(type, this);
    this.querySelector("label[hidden]")?.removeAttribute("hidden");
    this.#recall();
  }

  handleEvent(event) {
    switch (event.type) {
      case "input":
        return this.#keep();
      case "change":
        return event.target.files && this.#read(event.target);
      case "keydown":
        return isCtrlEnter(event) && this.#form.requestSubmit(this.querySelector("button"));
      case "submit":
        return void (this.#isBusy || (this.#sent = this.#text.value));
      case "desk:done":
        return this.#begin();
    }
  }

  get #form() {
    return this.querySelector("form");
  }
  get #isBusy() {
    return this.#form.hasAttribute("aria-busy");
  } // the last one is being kept; this one stays
  get #text() {
    return this.querySelector("textarea");
  }

  #keep() {
    this.toggleAttribute("data-dirty", this.#text.value !== "");
    drafts.keep(this.dataset.draft, { text: this.#text.value, speaker: this.#form.elements.speaker.value });
  }

  #recall() {
    const draft = drafts.recall(this.dataset.draft);
    if (!draft?.text) return;
    this.#text.value = draft.text;
    this.#form.elements.speaker.value = draft.speaker;
    this.toggleAttribute("data-dirty", true);
    this.closest(".several")?.setAttribute("open", "");
  }

  async #read(input) {
    const bytes = await input.files[0].arrayBuffer();
    this.#text.value = decoded(bytes);
    input.value = "";
    this.#keep();
  }

  // The next one is mostly of the same speaker. What was typed meanwhile stays.
  #begin() {
    this.#form.elements.key.value = uuid();
    if (this.#text.value !== this.#sent) return;
    this.#text.value = "";
    this.#keep();
    drafts.forget(this.dataset.draft);
    if (this.contains(document.activeElement)) this.#text.focus();
  }
}

// Chinese Windows still writes GB18030.
function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

customElements.define("desk-prepare", DeskPrepare);
