// The desk's keys that belong to no field, and the help that names them all.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { keys } from "./lib/keys.js";
import { showKeys } from "./lib/shown-keys.js";

class DeskKeys extends ListeningElement {
  connected(signal) {
    showKeys(document);
    document.addEventListener("keydown", event => this.#press(event), { signal });
    document.addEventListener("click", event => event.target.closest("[name=help]") && this.#help(), { signal });
  }

  #press(event) {
    const isTyping = event.target.matches("textarea, input:not([type=radio], [type=checkbox]), select");
    const isOwnUndo = isTyping && !event.target.matches("desk-composer:not([edited]) [name=text]:placeholder-shown");
    if (keys.is(event, "release-next")) once(event, () => this.#releaseNext());
    else if (keys.is(event, "undo") && !isOwnUndo) once(event, () => this.#undo());
    else if (keys.is(event, "help") && !isTyping) once(event, () => this.#help());
  }

  #releaseNext() {
    document.querySelector("[data-turns=queue] > .turn:first-child [data-release]")?.click();
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
