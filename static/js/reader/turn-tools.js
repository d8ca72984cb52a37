// Offers what can be done with a turn, at the turn whose time or ⋯ was clicked; a click on "corrected …" shows there what was
// corrected. Without this script both links lead to the turn's own page, which has the same. The element stands outside
// the transcript, so that it stays while turns are replaced.

import { scrollPage } from "../shared/lib/kept-place.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { ANSWER_TIMEOUT, within } from "../shared/lib/timeouts.js";
import { addressOf, copy, headline, quote, saidIn, say, textOf } from "./lib/quoting.js";

const OPENERS = ".turn :is(.time, .corrected) > :is(a, button)";
const TOOLS_GAP = 4; // px between the link and the tools
const TOOLS_WIDTH = 26; // rem

class TurnTools extends ListeningElement {
  #id = ""; // of the turn's element
  #opener = ""; // where in the turn what was clicked stands: a selector
  #seen = ""; // the turn's version when its report was begun
  #reports = new Map(); // what was typed, by the id of the turn's element
  #watch = new ResizeObserver(() => this.#place());

  connected(signal) {
    if (!this.showPopover) return; // an old browser, which follows the links
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
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  get #turn() {
    return document.getElementById(this.#id);
  }
  get #link() {
    return this.#turn?.querySelector(this.#opener) ?? this.#turn?.querySelector(".time > a");
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
    const link = event.target.closest?.(OPENERS);
    if (!link || !isPlain(event) || !this.parentElement.contains(link)) return;
    event.preventDefault();
    this.#open(link);
  }

  #open(link) {
    this.#keep();
    this.#id = link.closest(".turn").id;
    this.#opener = `.${link.parentElement.className} > ${link.localName}`;
    this.#fill();
    goTo(this.#turn);
    this.hidePopover();
    this.showPopover({ source: link });
    this.#watch.observe(this.#turn.parentElement);
    this.#place();
    this.#showWhole();
    this.#button("link").focus({ preventScroll: true });
    if (link.matches(".corrected > a")) this.#showCorrections(link.href);
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

  // Puts the tools below their link, and closes them if the turn was filtered out meanwhile.
  #place() {
    if (!this.matches(":popover-open")) return;
    const turn = this.#turn;
    if (!turn?.getClientRects().length) return this.hidePopover();
    tellOpen(turn, true); // again, since the turn may have been replaced
    for (const name of ["quote", "report"]) this.#button(name).hidden = this.#isRetracted;
    const [outer, link] = [turn, this.#link].map(element => element.getBoundingClientRect());
    const width = Math.min(outer.width, TOOLS_WIDTH * rem());
    const isLeft = link.left < outer.left + outer.width / 2;
    this.style.width = `${width}px`;
    this.style.left = `${(isLeft ? outer.left : outer.right - width) + scrollX}px`;
    this.style.top = `${link.bottom + scrollY + TOOLS_GAP}px`;
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
    await navigator.share({ title: headline(), url: addressOf(this.#turn), ...words }).catch(() => {}); // the reader closed the share sheet
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
    const { status, why } = await send(`${addressOf(this.#turn)}report/`, new URLSearchParams(new FormData(form)));
    form.removeAttribute("aria-busy");
    if (id === this.#id) this.#reported(status, why);
    else if (status === 201) this.#reports.delete(id);
  }

  #reported(status, why) {
    if (status !== 201) return why ? this.#refused(why) : this.#say("failed");
    this.#form.elements.text.value = this.#seen = "";
    this.#keep();
    this.#openReport(false);
    this.#say("thanks");
    this.#button("report").focus();
    this.#letReload();
  }

  #refused(why) {
    this.querySelector("[data-said=refused]").textContent = why;
    this.#say("refused");
  }

  async #showCorrections(url) {
    const id = this.#id;
    this.#say("loading");
    const history = await fetchPart(url, "#history");
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

  // Holds up loading the page again, which the server asks for, while a report is half written.
  #waitFor(event) {
    this.#keep();
    if (this.#reports.size) event.preventDefault();
  }

  #letReload() {
    if (this.parentElement.hasAttribute("stale")) document.dispatchEvent(new Event("fangtan:changed"));
  }

  #closed() {
    if (this.#turn) tellOpen(this.#turn, false);
    this.#letReload();
    this.#watch.disconnect();
    const focused = document.activeElement; // after a click beside the tools it is what is around the link
    if (this.contains(focused) || focused?.contains(this.#link)) this.#link?.focus({ preventScroll: true });
  }
}

function tellOpen(turn, isOpen) {
  turn.querySelector(".time > button")?.setAttribute("aria-expanded", isOpen);
}

// Names the turn in the address, so that it is marked, without an entry in the browser's history. If the turn can be seen
// the page stays where it is: reading scrollY makes the browser go to the turn now, so that this can be taken back.
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

// These two are loaded when a reader asks for them, which few do. Without a connection they answer as the request would.
async function send(url, body) {
  const reporting = await within(ANSWER_TIMEOUT, import("./lib/reporting.js")).catch(() => null);
  return reporting ? reporting.send(url, body) : { status: 0 };
}

async function fetchPart(url, selector) {
  const pages = await within(ANSWER_TIMEOUT, import("../shared/lib/pages.js")).catch(() => null);
  return pages?.fetchPart(url, selector);
}

customElements.define("turn-tools", TurnTools);
