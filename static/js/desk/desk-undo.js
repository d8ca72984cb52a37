// Takes back what was done in this window, the latest first, by Ctrl+Z or by a button that is shown for a while.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { outbox } from "./lib/outbox.js";
import { post } from "./lib/posting.js";
import { show, showErrors } from "./lib/states.js";

const OFFER_TIME = 10_000; // ms that the button is shown; the key works for longer

class DeskUndo extends ListeningElement {
  #done = []; // {event, about}: what this window has done, the latest last
  #hide = null;

  connected(signal) {
    document.addEventListener("desk:undoable", ({ detail }) => this.#remember(detail), { signal });
    outbox.addEventListener("sent", ({ detail }) => this.#sent(detail), { signal });
    this.querySelector("button").addEventListener("click", () => this.undo());
  }

  get #output() {
    return this.querySelector("output");
  }

  #sent({ waiting, answer }) {
    const { speaker = "", text } = waiting.about;
    if (answer.event) this.#done.push({ event: answer.event, about: `${speaker} ${text.slice(0, 20)}`.trim() });
  }

  #remember(done) {
    this.#done.push(done);
    this.#offer("done", done.about);
  }

  async undo() {
    const last = this.#done.pop();
    if (!last) return this.#offer("nothing-to-undo", "");
    const { status, answer } = await post(this.dataset.url.replace("/0/", `/${last.event}/`), []);
    if (status === 200) this.#offer("undone", last.about);
    else if (status === 400) showErrors(this.#output, answer);
    else this.#again(last);
    document.dispatchEvent(new Event("fangtan:changed"));
  }

  #again(last) {
    this.#done.push(last);
    show(this.#output, "failed");
  }

  #offer(state, about) {
    this.hidden = false;
    show(this.#output, state, { about: about.trim() });
    this.querySelector("button").hidden = state !== "done";
    clearTimeout(this.#hide);
    this.#hide = setTimeout(() => (this.hidden = true), OFFER_TIME);
  }
}

customElements.define("desk-undo", DeskUndo);
