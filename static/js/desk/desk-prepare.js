// A form for turns that are written ahead. Keeps what is typed in it until the server or the outbox has it.

import { keys } from "../shared/lib/keys.js";
import { decoded } from "./lib/decoded.js";
import { drafts } from "./lib/drafts.js";
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
        return keys.is(event, "publish") && this.#form.requestSubmit(this.querySelector("button"));
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
    return this.#form.hasAttribute("aria-busy"); // what was typed before is still being sent
  }
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

  // Begins the next turn, mostly of the same speaker, with what was typed meanwhile.
  #begin() {
    this.#form.elements.key.value = uuid();
    if (this.#text.value !== this.#sent) return;
    this.#text.value = "";
    this.#keep();
    drafts.forget(this.dataset.draft);
    if (this.contains(document.activeElement)) this.#text.focus();
  }
}

customElements.define("desk-prepare", DeskPrepare);
