// Stands where the page has not all turns, and loads a hundred of them when one scrolls there, presses its link or follows
// a link to one of them. Changes of turns that the page hasn't are left out (see turn-list.js): they come with the turn.

import { findLast } from "../shared/lib/find-last.js";
import { KeptPlace } from "../shared/lib/kept-place.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { fetchPart } from "../shared/lib/pages.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { comeBack, isReturn, keptMarks } from "../shared/lib/returning.js";
import { turnsIn } from "../shared/lib/turn-list.js";
import { isBefore } from "../shared/lib/turn-order.js";
import { drafts } from "./lib/drafts.js";

const LOADED_AHEAD = "800px"; // before one sees the place
const ACTS = ["scroll", "wheel", "touchmove", "keydown"]; // by which somebody goes on
const MAX_ATTEMPTS = 5; // at turns that are changed while they are on their way

class TurnGap extends ListeningElement {
  #sight = new IntersectionObserver(entries => this.#seen(entries), { rootMargin: LOADED_AHEAD });

  connected(signal) {
    this.addEventListener("click", event => this.#clicked(event), { signal });
    this.#watch();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#sight.disconnect();
  }

  get links() {
    return [...this.querySelectorAll("a")];
  }

  // A link may stay in sight, at the very top: then the next hundred come when somebody goes on, not all of them at once.
  #watchAgain() {
    const again = new AbortController();
    const watch = () => {
      again.abort();
      if (this.isConnected) this.#watch();
    };
    for (const act of ACTS) addEventListener(act, watch, { passive: true, signal: again.signal });
  }

  #watch() {
    this.#sight.disconnect();
    for (const link of this.links) this.#sight.observe(link);
  }

  #seen(entries) {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#load(target);
  }

  #clicked(event) {
    const link = event.target.closest("a");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    this.#load(link);
  }

  async #load(link) {
    const { side } = link.dataset;
    const beside = side === "before" ? turnAfter(this) : turnBefore(this);
    if (!beside || link.hasAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    const found = await fetchStretch(side, beside.id);
    link.removeAttribute("aria-busy");
    this.querySelector("[role=alert]").hidden = Boolean(found);
    if (!found || !this.isConnected) return;
    const place = new KeptPlace();
    this.#fill(side, found);
    place.restore();
    this.#watchAgain();
    tellLoaded(found.turns);
  }

  // On the side of the link that was followed, until the turn beyond the gap comes or there are no more. That a turn is
  // known ends nothing: it may stand elsewhere, until the page hears that it was moved.
  #fill(side, { turns, gaps }) {
    const fresh = turns.filter(isNew);
    const isClosed = has(turns, side === "before" ? turnBefore(this) : turnAfter(this)) || !gaps[side];
    if (side === "before") this.after(stretchOf(fresh));
    else this.before(stretchOf(fresh));
    if (isClosed) this.remove();
  }

  // Puts turns in its midst, and what is still missing on either side of them.
  split({ turns, gaps }) {
    const before = has(turns, turnBefore(this)) ? null : gaps.before;
    const after = has(turns, turnAfter(this)) ? null : gaps.after;
    after?.append(...this.links.filter(link => link.dataset.side === "before"));
    before?.prepend(...this.links.filter(link => link.dataset.side === "after"));
    this.replaceWith(...[before, stretchOf(turns.filter(isNew)), after].filter(Boolean));
  }
}

function has(turns, turn) {
  return turns.some(({ id }) => id === turn?.id);
}

// Turns that are far away cost the browser what one element does.
function stretchOf(turns) {
  const stretch = document.createElement("div");
  stretch.className = "stretch";
  stretch.append(...turns);
  return stretch;
}

function turnBefore(gap) {
  return findLast(turnsIn(list()), turn => gap.compareDocumentPosition(turn) & Node.DOCUMENT_POSITION_PRECEDING);
}

function turnAfter(gap) {
  return turnsIn(list()).find(turn => gap.compareDocumentPosition(turn) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function isNew(turn) {
  return !document.getElementById(turn.id);
}

function list() {
  return document.querySelector("[data-turns=transcript]");
}

// The turns beside that one and the gaps at their ends, or null without an answer. Not as they were before a change that
// the page knows of already.
async function fetchStretch(side, id) {
  const url = `${list().dataset.earlier}?${side}=${id.replace("turn-", "")}`;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const page = await fetchPart(url, "[data-seq]");
    if (!page) return null;
    const [before, after] = ["before", "after"].map(name => page.querySelector(`[data-side=${name}]`)?.parentElement);
    const isNewEnough = Number(page.dataset.seq) >= Number(document.querySelector("live-transcript").dataset.seq);
    if (isNewEnough) return { turns: turnsIn(page), gaps: { before, after } };
  }
  return null;
}

// Loads a turn that the page hasn't, with those around it.
async function bring(id) {
  const found = await fetchStretch("around", id);
  for (const alert of list().querySelectorAll("turn-gap > [role=alert]")) alert.hidden = Boolean(found);
  if (!found?.turns.length || document.getElementById(id)) return;
  const place = new KeptPlace();
  gapFor(found.turns[0])?.split(found);
  place.restore();
  tellLoaded(found.turns);
}

function gapFor(turn) {
  return [...list().querySelectorAll("turn-gap")].find(gap => isBefore(turn, turnAfter(gap)));
}

function tellLoaded(turns) {
  document.dispatchEvent(new CustomEvent("turns:loaded", { detail: turns }));
}

async function follow() {
  const id = location.hash.slice(1);
  if (!isMissing(id)) return;
  await bring(id);
  if (`#${id}` === location.hash) location.replace(location.hash); // so that it is marked and in sight
}

// A link to where the page is already changes no address: the turn may not have come the first time.
function followAgain(event) {
  if (event.target.closest("a[href^='#turn-']")?.hash === location.hash) follow();
}

function isMissing(id) {
  return /^turn-\d+$/.test(id) && !document.getElementById(id);
}

async function comeBackToWhatIsMissing() {
  const turns = keptMarks.map(mark => mark.is.slice(1)).filter(id => id.startsWith("turn-"));
  if (!turns.length || !turns.every(isMissing)) return;
  await bring(turns[0]);
  comeBack(keptMarks);
}

// With what was being typed in them.
function bringWhatWasBeingTyped() {
  const ours = ["interview", document.body.dataset.interview].join();
  for (const [name, draft] of drafts.all("turn-"))
    if (isMissing(name) && draft.some(field => field.join() === ours)) bring(name);
}

customElements.define("turn-gap", TurnGap);
addEventListener("hashchange", follow);
document.addEventListener("click", followAgain);
if (isReturn) comeBackToWhatIsMissing();
else follow();
bringWhatWasBeingTyped();
