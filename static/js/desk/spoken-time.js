// The field for when a turn was spoken. Unless it is set by hand it is the moment when typing began, by the server's
// clock, shown in the interview's time zone. A time set by hand is sent as it stands there; the server knows the zone.

import { serverClock } from "../shared/lib/server-clock.js";
import "./moment-field.js";

class SpokenTime extends HTMLElement {
  #began = null; // when typing began, in ms since 1970
  #isByHand = false;

  connectedCallback() {
    const [page] = performance.getEntriesByType("navigation");
    serverClock.set(Number(this.dataset.now), page.responseStart);
    this.addEventListener("input", event => this.#set(event));
  }

  get #input() {
    return this.querySelector("input");
  }

  get #field() {
    return this.querySelector("moment-field");
  }

  // What is sent: a time set by hand, or when typing began; "" before anything was typed, when the server takes the moment
  // of arrival.
  get fields() {
    if (this.#isByHand) return [["spoken_at", this.#field.value]];
    return [["began_at", this.#began ? new Date(this.#began).toISOString() : ""]];
  }

  get draft() {
    return { began: this.#began, byHand: this.#isByHand ? this.#input.value : null };
  }

  set draft({ began, byHand } = {}) {
    this.#began = began ?? null;
    this.#isByHand = Boolean(byHand);
    if (!byHand) this.#field.show(began);
    else if (byHand !== this.#input.value) this.#field.show(byHand);
    this.toggleAttribute("running", Boolean(began || byHand));
  }

  // At the end at the latest, since what is added when the interview has ended was spoken before; and not before what the
  // typist sees, should the server's clock have been put back.
  begin({ end = Infinity, last = 0 }) {
    const began = Math.max(Math.min(serverClock.now, end), last);
    if (!this.#began) this.draft = { began, byHand: this.draft.byHand };
  }

  // Forgets a beginning before the interview's start, since what was typed ahead was not spoken before it.
  notBefore(moment) {
    if (this.#began < moment && !this.#isByHand) this.draft = {};
  }

  #set(event) {
    event.stopPropagation(); // or the composer would take it for typed text
    this.#isByHand = Boolean(this.#input.value);
    this.toggleAttribute("running", Boolean(this.#began || this.#isByHand));
    this.dispatchEvent(new CustomEvent("desk:retimed", { bubbles: true }));
  }
}

customElements.define("spoken-time", SpokenTime);
