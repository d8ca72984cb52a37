// Shows how long it is until an announced interview begins, in the page's language. A screen reader reads it only when
// asked (role="timer" announces nothing), and it stands still while the reader has paused the page.

import { filled } from "../shared/lib/filled.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { SECOND, timeLeft, untilItChanges } from "./lib/countdown.js";

class StartCountdown extends ListeningElement {
  #timer = null;

  connected(signal) {
    document.addEventListener("visibilitychange", () => document.hidden || this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #show() {
    clearTimeout(this.#timer);
    const left = Date.parse(this.dataset.at) - Date.now();
    const words = left < SECOND ? this.dataset.soon : filled(this.dataset.in, { time: timeLeft(left, this.#language) });
    if (words !== this.textContent && !this.closest("live-transcript[paused]")) this.textContent = words;
    if (left >= SECOND || this.textContent !== words)
      this.#timer = setTimeout(() => this.#show(), untilItChanges(left));
  }

  get #language() {
    return this.closest("[lang]").lang;
  }
}

customElements.define("start-countdown", StartCountdown);
