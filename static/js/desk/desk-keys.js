// The desk's keys that belong to no field, and the help that names them all.

import { isComposing } from "./lib/keys.js";

class DeskKeys extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    document.addEventListener("keydown", event => this.#press(event), { signal });
    document.addEventListener("click", event => event.target.closest("[name=help]") && this.#help(), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  #press(event) {
    if (isComposing(event)) return;
    const isTyping = event.target.matches("textarea, input:not([type=radio], [type=checkbox]), select");
    const isOwnUndo = isTyping && (event.target.value || event.target.closest("[edited]"));
    if (event.altKey && event.key === "Enter") once(event, () => this.#releaseNext());
    else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isOwnUndo) once(event, () => this.#undo());
    else if (event.key === "?" && !isTyping) once(event, () => this.#help());
  }

  #releaseNext() {
    document.querySelector("[data-turns=queue] > desk-turn:first-child [data-release]")?.click();
  }

  #undo() {
    document.querySelector("desk-undo").undo();
  }

  #help() {
    const dialog = this.querySelector("dialog");
    if (!dialog.open) dialog.showModal();
  }
}

// A key that is held down does it once.
function once(event, work) {
  event.preventDefault();
  if (!event.repeat) work();
}

customElements.define("desk-keys", DeskKeys);
