// A field for a time on the interview's clock. Where the clock shows that time twice it asks which is meant, and where it
// leaves it out it says so, before anything is sent.

import { filled } from "../shared/lib/filled.js";
import { foldOf, moments, onTheClock, zoneName } from "./lib/local-times.js";

class MomentField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", ({ target }) => target === this.#input && this.check());
    this.closest("form").addEventListener("reset", () => setTimeout(() => this.check())); // once the fields are reset
  }

  get #input() {
    return this.querySelector("[type=datetime-local]");
  }
  get #choice() {
    return this.querySelector("select");
  }

  // The exact moment; the time as it was typed where that is none.
  get value() {
    const there = moments(this.#input.value, this.dataset.zone);
    const at = there[this.#choice?.value || 0];
    return at === undefined ? this.#input.value : new Date(at).toISOString();
  }

  // Shows a moment, in ms since 1970, or a time as it was typed; nothing empties the field.
  show(at) {
    const isMoment = typeof at === "number";
    this.#input.value = (isMoment ? onTheClock(at, this.dataset.zone) : at) ?? "";
    this.check(isMoment ? foldOf(at, this.dataset.zone) : "");
  }

  // Asks for what is needed at the time that stands there now.
  check(chosen = this.#choice?.value) {
    const there = moments(this.#input.value, this.dataset.zone);
    const isLeftOut = this.#input.value && !there.length;
    this.#input.setCustomValidity(isLeftOut ? words().dataset.never : "");
    if (there.length < 2) return this.#choice?.remove();
    if (!this.#choice) this.append(words().content.querySelector("select").cloneNode(true));
    for (const [n, at] of there.entries())
      this.#name(this.#choice.querySelector(`[value="${n}"]`), zoneName(at, this.dataset.zone, this.#language));
    this.#choice.value = chosen ?? "";
  }

  #name(option, zone) {
    const template = words().content.querySelector(`[value="${option.value}"]`);
    option.textContent = filled(template.textContent, { zone });
  }

  get #language() {
    return this.closest("[lang]").lang;
  }
}

function words() {
  return document.getElementById("which-of-two");
}

customElements.define("moment-field", MomentField);
