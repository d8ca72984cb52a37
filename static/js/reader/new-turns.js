// Follows the talk for a reader who is at its newest end. For everybody else nothing moves: the button inside says how
// many turns are new, and goes to the first of them.

import { isInSight, KeptPlace, layOut, scrollPage, topOf, topOfView } from "../shared/lib/kept-place.js";
import { ListeningElement } from "../shared/lib/listening-element.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { isReturn } from "../shared/lib/returning.js";
import { turnsIn } from "../shared/lib/turn-list.js";
import { announcer, newTurns } from "./lib/announced-turns.js";

const SEEN_HEIGHT = 48; // px of a turn that must be in view before it counts as seen
const MAX_SCROLLS = 10; // until nothing moves any more

class NewTurns extends ListeningElement {
  #unseen = new Set(); // ids of turns
  #before = null; // what the page was like when a message came
  #isScrolling = false;
  #site = document.title.slice(document.title.lastIndexOf(" – "));
  #observer = new IntersectionObserver(entries => this.#saw(entries), { rootMargin: `0px 0px -${SEEN_HEIGHT}px` });

  connected(signal) {
    this.#transcript.addEventListener("transcript:changing", event => this.#look(event.detail));
    this.#transcript.addEventListener("transcript:change", event => this.#take(event.detail));
    this.#button.addEventListener("click", () => this.#goToTheFirst());
    this.#transcript.addEventListener("click", event => leadsToTheEnd(event) && this.#goToTheEnd(event));
    document.addEventListener("transcript:filtered", () => this.#show(), { signal });
    document.addEventListener("visibilitychange", () => this.#show(), { signal });
    if (location.hash === "#latest" && !isReturn)
      addEventListener("load", () => afterTheNextFrame(() => this.#goToTheEnd()));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  get #transcript() {
    return this.closest("live-transcript");
  }
  get #turns() {
    return this.#transcript.querySelector("[data-turns]");
  }
  get #end() {
    return this.#transcript.querySelector("#latest");
  }
  get #button() {
    return this.querySelector("button");
  }
  get #title() {
    return this.#transcript.querySelector("h1").textContent + this.#site; // the headline may have changed
  }
  get #isNewestFirst() {
    return this.#turns.dataset.order === "newest";
  }

  get #newest() {
    const turns = turnsIn(this.#turns).filter(turn => !turn.hidden);
    return this.#isNewestFirst ? turns[0] : turns[turns.length - 1];
  }

  get #isAtEnd() {
    return isInSight(this.#end);
  }

  #look({ frames }) {
    const isFollowing = !document.hidden && !isBusy() && (this.#isScrolling || this.#isAtEnd);
    this.#before = {
      isFollowing,
      newest: this.#newest?.id,
      place: new KeptPlace(isFollowing ? this.#marksAtTheEnd(frames) : undefined),
      arriving: frames.filter(frame => frame.turn && !turnOf(frame)).map(frame => `turn-${frame.turn}`),
    };
  }

  // For a reader who follows: oldest first, what is below the newest turn stays and the turns move up; newest first, the
  // newest turns that don't change stay.
  #marksAtTheEnd(frames) {
    if (!this.#isNewestFirst) return [firstBelow(this.#end), this.#newest].filter(Boolean);
    const changing = new Set(frames.map(turnOf));
    return turnsIn(this.#turns)
      .slice(0, frames.length + 1)
      .filter(turn => !changing.has(turn));
  }

  #take({ frames }) {
    const { isFollowing, place, arriving } = this.#before;
    for (const frame of frames) layOut(turnOf(frame));
    const arrived = this.#shown(arriving);
    place.restore();
    for (const id of arriving) this.#unseen.add(id);
    if (isFollowing) this.#follow(arrived);
    else this.#show();
    announcer.say(arrived, this.#transcript);
  }

  #follow(arrived) {
    if (!this.#isNewestFirst) return this.#goDown(arrived);
    // A frame later: scrolled in the same frame, the turns would be pushed down, which the browser counts as a shift.
    this.#isScrolling = true;
    afterTheNextFrame(() => this.#goUp());
  }

  // Scrolls to the end, or to the first new turn if more is new than the window holds.
  #goDown(arrived) {
    const newest = document.getElementById(this.#before.newest);
    const first = arrived.find(
      turn => newest && newest.compareDocumentPosition(turn) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const end = topOf(this.#end);
    const room = innerHeight - topOfView();
    if (first && end - topOf(first) > room) scrollPage(topOf(first) - topOfView());
    else if (end > innerHeight) scrollPage(end - innerHeight);
    this.#show();
  }

  #goUp() {
    this.#isScrolling = false;
    const hidden = topOfView() - topOf(this.#end);
    if (hidden > 0) scrollPage(-hidden);
    this.#show();
  }

  // Scrolls again until nothing moves: a turn that comes into view may be higher than the browser had reckoned.
  #goToTheEnd(event, from = null, times = MAX_SCROLLS) {
    event?.preventDefault();
    this.#unseen.clear(); // whoever goes there has seen that there are some
    this.#show();
    scrollPage(topOf(this.#end) - (this.#isNewestFirst ? topOfView() : innerHeight));
    if (event) focus(this.#newest);
    if (scrollY !== from && times) afterTheNextFrame(this.#goToTheEnd.bind(this, null, scrollY, times - 1));
  }

  #goToTheFirst() {
    const [first] = this.#shown(this.#unseen);
    if (!first) return this.#show(); // a filter hides it by now
    first.scrollIntoView({ block: "start", behavior: "instant" });
    focus(first);
    this.#show();
  }

  #saw(entries) {
    const seen = entries.filter(entry => entry.isIntersecting && !document.hidden);
    for (const { target } of seen) this.#unseen.delete(target.id);
    if (seen.length) this.#show();
  }

  #show() {
    if (!document.hidden)
      for (const turn of this.#shown(this.#unseen)) if (isInView(turn)) this.#unseen.delete(turn.id);
    const turns = this.#shown(this.#unseen);
    this.#button.hidden = !turns.length;
    if (turns.length) this.#button.textContent = newTurns(this.dataset, turns.length);
    document.title = turns.length ? `(${turns.length}) ${this.#title}` : this.#title;
    this.#observer.disconnect();
    for (const turn of turns) this.#observer.observe(turn);
  }

  // Their elements in the page's order, without those that a filter hides or that were retracted meanwhile.
  #shown(ids) {
    const turns = [...ids].map(id => document.getElementById(id));
    return turns.filter(turn => turn && !turn.hidden && !turn.querySelector(".retracted")).sort(byPlace);
  }
}

function turnOf(frame) {
  return document.getElementById(`turn-${frame.turn}`);
}

// Lets keyboard and screen reader go on from there.
function focus(turn) {
  if (!turn) return;
  turn.tabIndex = -1;
  turn.focus({ preventScroll: true });
}

// True while the reader writes a report or has selected words: then the page must not scroll by itself.
function isBusy() {
  return Boolean(document.activeElement?.closest("turn-tools")) || getSelection()?.isCollapsed === false;
}

function leadsToTheEnd(event) {
  return isPlain(event) && event.target.closest('a[href="#latest"]');
}

function afterTheNextFrame(work) {
  requestAnimationFrame(() => requestAnimationFrame(work));
}

// The first part or footer in view below the transcript, which a longer one would push down.
function firstBelow(end) {
  const after = [
    ...end.closest("live-transcript").querySelectorAll("[data-part]"),
    document.querySelector(".site-footer"),
  ];
  return after.find(piece => piece?.offsetHeight && topOf(piece) >= topOf(end) && topOf(piece) < innerHeight);
}

function isInView(turn) {
  const { top, bottom } = turn.getBoundingClientRect();
  return top < innerHeight - SEEN_HEIGHT && bottom > topOfView();
}

function byPlace(one, other) {
  return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

customElements.define("new-turns", NewTurns);
