// Oldest or newest first, in place; the choice is remembered for every interview. Without this script
// the same links ask the server.

import { isPlain } from "../shared/lib/plain-click.js";
import { KeptPlace } from "./lib/kept-place.js";
import { recalled, remember } from "./lib/remembered.js";

class ReadingOrder extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.#transcript.addEventListener(
      "transcript:changing",
      () => this.#isFeed && this.#turns.setAttribute("aria-busy", "true"),
    );
    this.#transcript.addEventListener("transcript:change", () => this.#isFeed && this.#describe());
    document.addEventListener("transcript:filtered", () => this.#isFeed && this.#describe());
    const wanted = new URLSearchParams(location.search).get("order") ?? recalled("order");
    if (wanted === "newest") this.#turnTo(wanted);
  }

  handleEvent(event) {
    const link = event.target.closest("a");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    const place = new KeptPlace();
    remember("order", link.dataset.order);
    this.#turnTo(link.dataset.order);
    place.restore();
  }

  get #transcript() {
    return this.closest("live-transcript");
  }
  get #turns() {
    return this.#transcript.querySelector("[data-turns]");
  }
  get #isFeed() {
    return this.#turns.dataset.order === "newest";
  }

  #turnTo(order) {
    if (order !== this.#turns.dataset.order) this.#reverse(order);
    for (const link of this.querySelectorAll("a")) {
      if (link.dataset.order === order) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    history.replaceState(history.state, "", address(order));
    this.#describe();
  }

  #reverse(order) {
    const turns = this.#turns;
    const latest = this.#transcript.querySelector("#latest");
    turns.dataset.order = order;
    turns.append(...[...turns.children].reverse());
    turns.parentElement.insertBefore(latest, this.#isFeed ? turns.parentElement.firstChild : null);
  }

  // What a feed owes to a screen reader: where each article stands among how many.
  #describe() {
    this.#turns.removeAttribute("aria-busy");
    const turns = [...this.#turns.children];
    this.#turns.setAttribute("role", this.#isFeed && turns.length ? "feed" : "log"); // an empty feed is none
    const shown = turns.filter(turn => this.#isFeed && !turn.hidden);
    for (const turn of turns) if (!this.#isFeed) for (const name of OF_A_FEED) turn.removeAttribute(name);
    shown.forEach((turn, n) => set(turn, [-1, n + 1, shown.length]));
  }
}

const OF_A_FEED = ["tabindex", "aria-posinset", "aria-setsize"];

function set(turn, values) {
  OF_A_FEED.forEach((name, n) => turn.getAttribute(name) === String(values[n]) || turn.setAttribute(name, values[n]));
}

// What is in the address bar gives the same page to whoever it is sent to.
function address(order) {
  const url = new URL(location);
  if (order === "newest") url.searchParams.set("order", order);
  else url.searchParams.delete("order");
  return url;
}

customElements.define("reading-order", ReadingOrder);
