// A form for turns that are written ahead. Keeps what is typed in it until the server or the outbox has it.

import { drafts } from "./lib/drafts.js";
import { keys } from "./lib/keys.js";
import { post } from "./lib/posting.js";
import { uuid } from "./lib/uuid.js";

const EVENTS = ["input", "change", "keydown", "submit", "desk:done"];

class DeskPrepare extends HTMLElement {
  #sent = "";
  #file = ""; // in base64, to be read in another encoding

  connectedCallback() {
    for (const type of EVENTS) this.addEventListener(type, this);
    this.querySelector("label[hidden] [type=file]")?.closest("label").removeAttribute("hidden");
    this.#recall();
  }

  handleEvent(event) {
    switch (event.type) {
      case "input":
        return this.#keep();
      case "change":
        if (event.target.files) return this.#take(event.target);
        return event.target.name === "encoding" && this.#read(event.target.value);
      case "keydown":
        return keys.is(event, "publish") && this.querySelector("button").click();
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

  async #take(input) {
    this.#file = await inBase64(input.files[0]);
    input.value = "";
    this.#read("");
  }

  async #read(encoding) {
    const { status, answer } = await post(this.dataset.readFile, { content: this.#file, encoding });
    const [told] = Object.values(answer.errors ?? { none: [this.dataset.unread] });
    this.querySelector("output").value = status === 200 ? (answer.told ?? "") : told.join(" ");
    if (status !== 200) return;
    this.#offer(answer);
    if (answer.text === null) return;
    this.#text.value = answer.text;
    this.#keep();
  }

  #offer({ encodings, encoding }) {
    const select = this.#form.elements.encoding;
    select.replaceChildren(...encodings.map(({ name, value }) => new Option(name, value)));
    if (!encoding) select.prepend(new Option("…", ""));
    select.value = encoding ?? "";
    select.closest("label").hidden = false;
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

async function inBase64(file) {
  const url = await new Promise(resolve => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

customElements.define("desk-prepare", DeskPrepare);
