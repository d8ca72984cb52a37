// The desk's keys that belong to no field, and the help that names them all.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { isComposing } from "./lib/keys.js";

class DeskKeys extends ListeningElement {
  connected(signal) {
    document.addEventListener("keydown", event => this.#press(event), { signal });
    document.addEventListener("click", event => event.target.closest("[name=help]") && this.#help(), { signal });
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

// Does the work once, also if the key is held down.
function once(event, work) {
  event.preventDefault();
  if (!event.repeat) work();
}

customElements.define("desk-keys", DeskKeys);
