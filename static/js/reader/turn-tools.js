// What can be done with one turn, at the turn whose time was clicked; "corrected …" shows there what was corrected.
// Without this both links lead to the turn's own page, which has the same. It stands outside the transcript, so that
// it stays while turns are replaced.

import { isPlain } from "../shared/lib/plain-click.js";
import { scrollPage } from "./lib/kept-place.js";
import { addressOf, copy, headline, quote, saidIn, say, textOf } from "./lib/quoting.js";

const LINKS = ".turn :is(.time, .corrected) > a";
const ANSWER = 15_000; // ms until a request counts as lost
const GAP = 4; // px below the link

class TurnTools extends HTMLElement {
  #id = ""; // of the turn
  #kind = ""; // of the link that was clicked: time or corrected
  #seen = ""; // the turn's version when its report was begun
  #reports = new Map(); // what was typed, by turn
  #watch = new ResizeObserver(() => this.#place());
  #leaving = new AbortController();

  connectedCallback() {
    if (!this.showPopover) return; // an old browser follows the links
    const { signal } = this.#leaving;
    this.hidden = false;
    document.addEventListener("click", event => this.#clicked(event), { signal });
    document.addEventListener("transcript:change", () => this.#place(), { signal });
    this.parentElement.addEventListener("transcript:reload", event => this.#waitFor(event), { signal });
    this.addEventListener("click", event => this.#do(event.target.closest("[data-do]")?.dataset.do));
    this.addEventListener("submit", event => this.#report(event));
    this.addEventListener("toggle", event => event.newState === "closed" && this.#closed());
    this.#button("share").hidden = !navigator.share;
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#watch.disconnect();
  }

  get #turn() {
    return document.getElementById(this.#id);
  }
  get #link() {
    return this.#turn?.querySelector(`.${this.#kind} > a`) ?? this.#turn?.querySelector(".time > a");
  }
  get #isRetracted() {
    return !this.#turn.querySelector(".said");
  }
  get #form() {
    return this.querySelector("form");
  }
  get #byHand() {
    return this.querySelector("[data-by-hand]");
  }
  get #corrections() {
    return this.querySelector("[data-corrections]");
  }

  #button(name) {
    return this.querySelector(`[data-do=${name}]`);
  }

  #clicked(event) {
    const link = event.target.closest?.(LINKS);
    if (!link || !isPlain(event) || !this.parentElement.contains(link)) return;
    event.preventDefault();
    this.#open(link);
  }

  #open(link) {
    this.#keep();
    this.#id = link.closest(".turn").id;
    this.#kind = link.matches(".corrected > a") ? "corrected" : "time";
    this.#fill();
    goTo(this.#turn);
    this.hidePopover();
    this.showPopover({ source: link });
    this.#watch.observe(this.#turn.parentElement);
    this.#place();
    this.#showWhole();
    this.#button("link").focus({ preventScroll: true });
    if (this.#kind === "corrected") this.#showCorrections(link.href);
  }

  #fill() {
    this.querySelector("#tools-of").textContent = `${textOf(this.#turn, ".speaker")} ${textOf(this.#turn, ".time")}`;
    const { text = "", seen = "" } = this.#reports.get(this.#id) ?? {};
    this.#form.elements.text.value = text;
    this.#seen = seen;
    this.#openReport(Boolean(this.#form.elements.text.value));
    this.#corrections.replaceChildren();
    this.#say();
  }

  // Below its link, wherever that is by now; what it is about may be filtered out meanwhile.
  #place() {
    if (!this.matches(":popover-open")) return;
    const turn = this.#turn;
    if (!turn?.getClientRects().length) return this.hidePopover();
    for (const name of ["quote", "report"]) this.#button(name).hidden = this.#isRetracted;
    const [outer, link] = [turn, this.#link].map(element => element.getBoundingClientRect());
    const width = Math.min(outer.width, 26 * rem());
    const isLeft = link.left < outer.left + outer.width / 2;
    this.style.width = `${width}px`;
    this.style.left = `${(isLeft ? outer.left : outer.right - width) + scrollX}px`;
    this.style.top = `${link.bottom + scrollY + GAP}px`;
  }

  #showWhole() {
    this.scrollIntoView({ block: "nearest" });
  }

  #do(what) {
    if (what === "close") this.hidePopover();
    else if (what === "link") this.#copy(addressOf(this.#turn));
    else if (what === "quote") this.#copy(quote(saidIn(this.#turn), this.#turn));
    else if (what === "share") this.#share();
    else if (what === "report") this.#openReport(this.querySelector("[data-report]").hidden, { focus: true });
  }

  async #copy(text) {
    const isCopied = await copy(text);
    this.#say(isCopied ? "copied" : "by-hand");
    if (isCopied) return;
    this.#byHand.hidden = false;
    this.#byHand.value = text;
    this.#byHand.select();
  }

  async #share() {
    const words = this.#isRetracted ? {} : { text: saidIn(this.#turn) };
    await navigator.share({ title: headline(), url: addressOf(this.#turn), ...words }).catch(() => {}); // it was put away
  }

  #openReport(isOpen, { focus = false } = {}) {
    this.querySelector("[data-report]").hidden = !isOpen;
    this.#button("report").setAttribute("aria-expanded", isOpen);
    if (!isOpen) return;
    this.#seen ||= this.#turn.dataset.version;
    if (!focus) return;
    this.#form.elements.text.focus();
    this.#showWhole();
  }

  async #report(event) {
    event.preventDefault();
    const form = this.#form;
    if (form.hasAttribute("aria-busy")) return;
    const id = this.#id;
    form.elements.version.value = this.#seen;
    form.setAttribute("aria-busy", "true");
    this.#say("sending");
    const { status, errors } = await send(`${addressOf(this.#turn)}report/`, new URLSearchParams(new FormData(form)));
    form.removeAttribute("aria-busy");
    if (id === this.#id) this.#reported(status, errors);
    else if (status === 201) this.#reports.delete(id);
  }

  #reported(status, errors) {
    if (status !== 201) return errors ? this.#refused(errors) : this.#say("failed");
    this.#form.elements.text.value = this.#seen = "";
    this.#keep();
    this.#openReport(false);
    this.#say("thanks");
    this.#button("report").focus();
    this.#letReload();
  }

  #refused(errors) {
    this.querySelector("[data-said=refused]").textContent = Object.values(errors).flat().join(" ");
    this.#say("refused");
  }

  async #showCorrections(url) {
    const id = this.#id;
    this.#say("loading");
    const history = await fetched(url);
    if (id !== this.#id) return;
    if (!history) return location.assign(url);
    this.#say();
    this.#corrections.replaceChildren(history);
    this.#showWhole();
  }

  #say(what) {
    this.#byHand.hidden = true;
    say(this, what);
  }

  #keep() {
    const text = this.#form.elements.text.value;
    if (text) this.#reports.set(this.#id, { text, seen: this.#seen });
    else this.#reports.delete(this.#id);
  }

  // A page that the server wants loaded again waits until no report is half written.
  #waitFor(event) {
    this.#keep();
    if (this.#reports.size) event.preventDefault();
  }

  #letReload() {
    if (this.parentElement.hasAttribute("stale")) document.dispatchEvent(new Event("fangtan:changed"));
  }

  #closed() {
    this.#letReload();
    this.#watch.disconnect();
    const focused = document.activeElement; // of a click beside it: what is around the link
    if (this.contains(focused) || focused?.contains(this.#link)) this.#link?.focus({ preventScroll: true });
  }
}

// The address names the turn and the turn is marked, without a step back in the browser's history; the page stays where
// it is if the turn can be seen. The browser goes to the turn only when it is asked where the page stands.
function goTo(turn) {
  const { top, bottom } = turn.getBoundingClientRect();
  const isSeen = bottom > 0 && top < innerHeight;
  const place = scrollY;
  location.replace(`#${turn.id}`);
  const moved = scrollY - place;
  if (isSeen && moved) scrollPage(-moved);
}

function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

// The status is 0 if there was no answer.
async function send(url, body) {
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(ANSWER) });
    return { status: response.status, ...(await response.json()) };
  } catch {
    return { status: 0 };
  }
}

// Of the turn's own page.
async function fetched(url) {
  try {
    const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(ANSWER) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return document.adoptNode(page.querySelector("#history"));
  } catch {
    return null;
  }
}

customElements.define("turn-tools", TurnTools);
