// Shows how long it is until an announced interview begins, in the page's language. A screen reader reads it only when
// asked (role="timer" announces nothing), and it stands still while the reader has paused the page. It counts by the
// server's clock, which it asks for when it begins and when the page is looked at again.

import { filled } from "../shared/lib/filled.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { serverClock } from "../shared/lib/server-clock.js";
import { SECOND, timeLeft, untilItChanges } from "./lib/countdown.js";

class StartCountdown extends ListeningElement {
  #timer = null;

  connected(signal) {
    document.addEventListener("visibilitychange", () => document.hidden || this.#begin(), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #begin() {
    const { changes, epoch, seq } = this.closest("live-transcript").dataset;
    await serverClock.measure(`${changes}?${new URLSearchParams({ epoch, after: seq })}`);
    if (this.isConnected) this.#show();
  }

  #show() {
    clearTimeout(this.#timer);
    const left = Date.parse(this.dataset.at) - serverClock.now;
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
