// Narrows the transcript to the turns of some speakers that contain all of some words. What it finds by is loaded when
// the finder opens, since most readers never search; what is typed meanwhile is looked for afterwards.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { isKey } from "../shared/lib/presses.js";
import { ANSWER_TIMEOUT } from "../shared/lib/timeouts.js";

class TranscriptFinder extends ListeningElement {
  #finding = null; // lib/finding.js, once it has come
  #isLoading = false;
  #isComposing = false; // a word by an input method, which is not to be looked for yet
  #typing = null;
  #signal = null;

  connected(signal) {
    this.#signal = signal;
    this.hidden = false;
    this.#panel.addEventListener("toggle", () => this.#panel.open && this.#load(), { signal });
    this.#panel.addEventListener("keydown", event => isKey(event, "Escape") && this.#escape(event), { signal });
    for (const type of ["input", "compositionend", "reset"])
      this.#form.addEventListener(type, event => this.#changed(event), { signal });
    this.#form.addEventListener("submit", event => this.#goToTheFirst(event), { signal });
    addEventListener("online", () => this.#panel.open && this.#load(), { signal });
    if (this.#panel.open) this.#load(); // by a reader who was quicker than this script
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
    this.clear();
    this.#finding = null;
  }

  clear() {
    this.#form.reset();
    this.#finding?.find(this.#asked);
  }

  get #form() {
    return this.querySelector("form");
  }
  get #panel() {
    return this.closest("details");
  }
  get #asked() {
    return new FormData(this.#form);
  }
  get #isAsked() {
    return [...this.#asked.values()].some(Boolean);
  }

  async #load() {
    if (this.#finding || this.#isLoading) return;
    this.#isLoading = true;
    const signal = this.#signal;
    const late = setTimeout(() => this.#say("lost"), ANSWER_TIMEOUT);
    const loaded = await import("./lib/finding.js").catch(() => null);
    clearTimeout(late);
    this.#isLoading = false;
    if (signal.aborted) return;
    if (!loaded) return this.#say("lost");
    this.#finding = new loaded.Finding(this, signal);
    if (!this.#isComposing) this.#find();
  }

  #changed({ isComposing = false }) {
    clearTimeout(this.#typing);
    this.#isComposing = isComposing;
    if (!isComposing) this.#typing = setTimeout(() => this.#find()); // once for all that one key press does to the field
  }

  #find() {
    clearTimeout(this.#typing);
    if (this.#finding) return this.#finding.find(this.#asked);
    this.#say(this.#isAsked ? "loading" : "");
    this.#load();
  }

  #say(what) {
    this.querySelector("output").textContent = what ? this.querySelector(`[data-${what}]`).content.textContent : "";
  }

  #goToTheFirst(event) {
    event.preventDefault();
    this.#find();
    this.#finding?.goToTheFirst();
  }

  #escape(event) {
    event.preventDefault();
    if (this.#isAsked) return this.clear();
    this.#panel.open = false;
    this.#panel.querySelector("summary").focus();
  }
}

customElements.define("transcript-finder", TranscriptFinder);
