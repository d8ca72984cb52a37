// Shows the outbox's state, and each post that has to wait.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { outbox } from "./lib/outbox.js";
import { show } from "./lib/states.js";

class DeskOutbox extends ListeningElement {
  connected(signal) {
    outbox.addEventListener("change", () => this.#show(), { signal });
    this.#show();
  }

  get #mine() {
    return outbox.posts.filter(({ desk }) => desk === document.body.dataset.interview);
  }

  #show() {
    const waiting = this.#mine.filter(({ refused }) => !refused);
    const state = outbox.state === "saved" && (waiting.length || outbox.isKeeping) ? "saving" : outbox.state;
    this.#say(state === "trying" ? "waiting" : state, waiting);
    const isHeldUp = !["saved", "saving"].includes(state);
    const shown = this.#mine.filter(({ refused }) => refused || isHeldUp);
    this.querySelector("ol").replaceChildren(...shown.map(post => this.#item(post)));
  }

  // What isn't kept in the browser is lost with the page.
  #say(state, waiting) {
    const isOnlyHere = waiting.some(outbox.isOnlyHere);
    const words = state === "waiting" && isOnlyHere ? "waiting-here" : state;
    const isRefused = state === "saved" && this.#mine.some(({ refused }) => refused);
    show(
      this.querySelector("output"),
      isRefused ? "not-all" : state,
      { count: waiting.length },
      isRefused ? "not-all" : words,
    );
    this.querySelector(".not-kept").hidden = !isOnlyHere;
  }

  #item(post) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector("[data-speaker]").textContent = post.about.speaker ?? "";
    item.querySelector("[data-text]").textContent = post.about.text;
    item.querySelector("[data-refused]").textContent = post.refused ?? "";
    item.toggleAttribute("data-is-refused", Boolean(post.refused));
    item.querySelector("[name=send-again]").onclick = () => outbox.sendAgain(post);
    item.querySelector("[name=take-back]").onclick = () => this.#takeBack(post);
    item.querySelector("[name=discard]").onclick = () => outbox.discard(post);
    return item;
  }

  async #takeBack(post) {
    document.querySelector("desk-composer").takeBack(post.fields);
    await outbox.discard(post);
  }
}

customElements.define("desk-outbox", DeskOutbox);
