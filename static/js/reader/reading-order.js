// Puts the oldest or the newest turn first, without loading the page again, and remembers the choice for every
// interview. Without this script the same links ask the server.

import { KeptPlace } from "../shared/lib/kept-place.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { reverse, turnsIn } from "../shared/lib/turn-list.js";
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
    requestAnimationFrame(() => setTimeout(() => this.#describe())); // when the turns are seen in their new order
  }

  #reverse(order) {
    const turns = this.#turns;
    const latest = this.#transcript.querySelector("#latest");
    turns.dataset.order = order;
    reverse(turns);
    turns.parentElement.insertBefore(latest, this.#isFeed ? turns.parentElement.firstChild : null);
  }

  // Tells a screen reader the place of each article in the feed.
  #describe() {
    this.#turns.removeAttribute("aria-busy");
    const turns = turnsIn(this.#turns);
    this.#turns.setAttribute("role", this.#isFeed && turns.length ? "feed" : "log"); // a feed must have articles
    const shown = turns.filter(turn => this.#isFeed && !turn.hidden);
    for (const turn of turns) if (!this.#isFeed) for (const name of FEED_ATTRIBUTES) turn.removeAttribute(name);
    shown.forEach((turn, n) => set(turn, [-1, n + 1, shown.length]));
  }
}

const FEED_ATTRIBUTES = ["tabindex", "aria-posinset", "aria-setsize"];

function set(turn, values) {
  FEED_ATTRIBUTES.forEach(
    (name, n) => turn.getAttribute(name) === String(values[n]) || turn.setAttribute(name, values[n]),
  );
}

// The address names the order, so that a reader who is sent it sees the same page.
function address(order) {
  const url = new URL(location);
  if (order === "newest") url.searchParams.set("order", order);
  else url.searchParams.delete("order");
  return url;
}

customElements.define("reading-order", ReadingOrder);
