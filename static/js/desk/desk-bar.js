// The bar that stays on top: how the interview stands, for how long it is on the air, and what waits, which the tab's title
// counts too. Tells the page when something more waits ("desk:waiting").

import { ListeningElement } from "../shared/lib/listening-element.js";
import { serverClock } from "../shared/lib/server-clock.js";
import { keys } from "./lib/keys.js";
import "./lib/room.js";

const SECOND = 1_000;
const COUNTED = {
  editor: ["held", "suggested", "reported", "unread"],
  moderator: ["reported", "unread"],
  typist: ["unread"],
};

class DeskBar extends ListeningElement {
  #title = document.title;
  #waiting = Infinity; // until it is known what waited when the page was opened
  #ticking = null;
  #typed = null; // for a pause, which another's pause would take away with the form

  connected(signal) {
    document.addEventListener("transcript:change", () => this.#show(), { signal });
    document.addEventListener("desk:unread", () => this.#show(), { signal });
    this.addEventListener("input", ({ target }) => target.name === "notice" && (this.#typed = target.value));
    this.addEventListener("desk:done", () => (this.#typed = null));
    this.addEventListener("keydown", event => keys.is(event, "cancel") && this.#fold(event.target));
    this.#ticking = setInterval(() => this.#tick(), SECOND);
    this.#show();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  get #standing() {
    return this.querySelector("[data-status]").dataset;
  }
  get #waits() {
    const unread = this.querySelector("[data-unread]:not([hidden]) > [data-count]")?.textContent ?? 0;
    return { ...this.querySelector(".waits").dataset, unread };
  }

  #fold(element) {
    const open = element.closest("details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }

  #show() {
    const waits = this.#waits;
    const { role } = document.body.dataset;
    const mine = COUNTED[role].reduce((sum, name) => sum + Number(waits[name]), 0);
    document.title = mine ? `(${mine}) ${this.#title}` : this.#title;
    this.toggleAttribute("held", Number(waits.held) > 0);
    if (mine > this.#waiting) document.dispatchEvent(new CustomEvent("desk:waiting", { detail: document.title }));
    this.#waiting = mine;
    this.#bringBack();
    this.#tellComposer(role);
    this.#tick();
  }

  #bringBack() {
    const field = this.querySelector("[name=notice]");
    if (this.#typed === null || !field || field.value === this.#typed) return;
    field.value = this.#typed;
    field.closest("details").open = true;
    if (document.activeElement === document.body) field.focus();
  }

  #tellComposer(role) {
    const composer = document.querySelector("desk-composer");
    composer.toggleAttribute("paused", "notice" in this.#standing);
    composer.toggleAttribute("reviewed", role === "typist" && Boolean(this.querySelector("[data-reviewed]")));
  }

  #tick() {
    const place = this.querySelector(".on-air");
    if (place) place.textContent = lasting(serverClock.now - Date.parse(this.#standing.started));
  }
}

// "1:02:03"
function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, "0"));
  return [Math.floor(seconds / 3_600), ...parts].join(":");
}

customElements.define("desk-bar", DeskBar);
