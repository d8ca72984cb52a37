// When a turn was spoken: the moment its typing began, by the server's clock, shown on the interview's, and
// correctable. A time that was set by hand is sent as it stands there; the server knows the zone.

class SpokenTime extends HTMLElement {
  #began = null; // ms since 1970
  #isByHand = false;
  #ahead = serverSaid(this.dataset.now); // ms of the server's clock before this machine's

  connectedCallback() {
    this.#input.addEventListener("input", event => this.#set(event));
  }

  get #input() {
    return this.querySelector("input");
  }

  // What is sent; "" before anything was typed: the server takes the moment of arrival.
  get value() {
    if (this.#isByHand) return this.#input.value;
    return this.#began ? new Date(this.#began).toISOString() : "";
  }

  get draft() {
    return { began: this.#began, byHand: this.#isByHand ? this.#input.value : null };
  }

  set draft({ began, byHand } = {}) {
    this.#began = began ?? null;
    this.#isByHand = Boolean(byHand);
    this.#input.value = byHand ?? (began ? this.#onItsClock(began) : "");
    this.toggleAttribute("running", Boolean(began || byHand));
  }

  // What is added when the interview has ended was spoken before its end.
  begin(end = Infinity) {
    if (!this.#began) this.draft = { began: Math.min(Date.now() + this.#ahead, end), byHand: this.draft.byHand };
  }

  // What was typed ahead was not spoken before the interview began.
  notBefore(moment) {
    if (this.#began < moment && !this.#isByHand) this.draft = {};
  }

  #set(event) {
    event.stopPropagation(); // no text was typed
    this.#isByHand = Boolean(this.#input.value);
    this.toggleAttribute("running", Boolean(this.#began || this.#isByHand));
    this.dispatchEvent(new CustomEvent("desk:retimed", { bubbles: true }));
  }

  #onItsClock(moment) {
    const options = { timeZone: this.dataset.zone, dateStyle: "short", timeStyle: "medium" };
    return new Intl.DateTimeFormat("sv", options).format(moment).replace(" ", "T"); // Swedes write it as the field does
  }
}

function serverSaid(now) {
  const [page] = performance.getEntriesByType("navigation");
  return Number(now) - (performance.timeOrigin + page.responseStart);
}

customElements.define("spoken-time", SpokenTime);
