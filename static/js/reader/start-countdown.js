// How long it is until an announced interview begins, in the page's language. It is read when somebody
// asks for it (role="timer" announces nothing), and stands still while the reader has paused the page.

const SECOND = 1_000; // ms
const UNITS = { day: 86_400 * SECOND, hour: 3_600 * SECOND, minute: 60 * SECOND, second: SECOND };

class StartCountdown extends HTMLElement {
  #tick = null;
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => document.hidden || this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#tick);
  }

  #show() {
    clearTimeout(this.#tick);
    const left = Date.parse(this.dataset.at) - Date.now();
    const words = left < SECOND ? this.dataset.soon : this.dataset.in.replace("{time}", this.#time(left));
    if (words !== this.textContent && !this.closest("live-transcript[paused]")) this.textContent = words;
    if (left >= SECOND || this.textContent !== words) this.#tick = setTimeout(() => this.#show(), untilItChanges(left));
  }

  // The two largest units: days and hours, hours and minutes; then minutes, in the last one seconds.
  #time(left) {
    const units = Object.keys(UNITS);
    const first = units.findIndex(unit => left >= UNITS[unit]);
    const shown = units.slice(first, first < 2 ? first + 2 : first + 1);
    const parts = shown.map(unit => this.#number(unit, first, left)).filter(Boolean);
    return new Intl.ListFormat(this.#language, { type: "unit", style: "narrow" }).format(parts);
  }

  #number(unit, first, left) {
    const larger = Object.values(UNITS)[Object.keys(UNITS).indexOf(unit) - 1];
    const isFirst = Object.keys(UNITS)[first] === unit;
    const count = Math.floor((isFirst ? left : left % larger) / UNITS[unit]);
    if (!count && !isFirst) return "";
    return new Intl.NumberFormat(this.#language, { style: "unit", unit, unitDisplay: "long" }).format(count);
  }

  get #language() {
    return this.closest("[lang]").lang;
  }
}

// Never longer than a minute: a clock may be set, a laptop may sleep.
function untilItChanges(left) {
  const unit = left < UNITS.minute ? SECOND : UNITS.minute;
  return (left > 0 ? left % unit : SECOND) + 20;
}

customElements.define("start-countdown", StartCountdown);
