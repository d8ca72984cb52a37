// Follows the talk for a reader who is at its newest end. For everybody else nothing moves: the button
// inside says how many turns are new, and goes to the first of them.

import { isPlain } from "../shared/lib/plain-click.js";
import { announcer, newTurns } from "./lib/announced-turns.js";
import { KeptPlace, scrollPage, topOf, topOfView } from "./lib/kept-place.js";

const NEAR = 8; // px from the end that still are at the end
const A_GLANCE = 48; // px of a turn that must be in view before it counts as seen

class NewTurns extends HTMLElement {
  #unseen = new Set(); // ids
  #before = null; // how things stood when a message came
  #isOnItsWay = false;
  #site = document.title.slice(document.title.lastIndexOf(" – "));
  #leaving = new AbortController();
  #observer = new IntersectionObserver(entries => this.#saw(entries), { rootMargin: `0px 0px -${A_GLANCE}px` });

  connectedCallback() {
    this.#transcript.addEventListener("transcript:changing", event => this.#look(event.detail));
    this.#transcript.addEventListener("transcript:change", event => this.#take(event.detail));
    this.#button.addEventListener("click", () => this.#goToTheFirst());
    this.#transcript.addEventListener("click", event => leadsToTheEnd(event) && this.#goToTheEnd(event));
    document.addEventListener("transcript:filtered", () => this.#show(), { signal: this.#leaving.signal });
    document.addEventListener("visibilitychange", () => this.#show(), { signal: this.#leaving.signal });
    if (location.hash === "#latest") addEventListener("load", () => afterTheNextFrame(() => this.#goToTheEnd()));
  }

  disconnectedCallback() {
    this.#leaving.abort();
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
    return this.#transcript.querySelector("h1").textContent + this.#site;
  } // as the headline is now
  get #isNewestFirst() {
    return this.#turns.dataset.order === "newest";
  }

  get #newest() {
    const turns = [...this.#turns.children].filter(turn => !turn.hidden);
    return this.#isNewestFirst ? turns[0] : turns.at(-1);
  }

  get #isAtEnd() {
    const end = topOf(this.#end);
    return end >= topOfView() - NEAR && end <= innerHeight + NEAR;
  }

  #look({ frames }) {
    const isFollowing = !document.hidden && !isBusy() && (this.#isOnItsWay || this.#isAtEnd);
    this.#before = {
      isFollowing,
      newest: this.#newest?.id,
      place: new KeptPlace(isFollowing ? this.#marksAtTheEnd(frames) : undefined),
      arriving: frames.filter(frame => frame.turn && !turnOf(frame)).map(frame => `turn-${frame.turn}`),
    };
  }

  // For who follows, what comes below the newest turn stays and what is above makes room, in either order.
  #marksAtTheEnd(frames) {
    if (!this.#isNewestFirst) return [firstBelow(this.#end), this.#newest].filter(Boolean);
    const changing = new Set(frames.map(turnOf));
    return [...this.#turns.children].slice(0, frames.length + 1).filter(turn => !changing.has(turn));
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
    // What is pushed down in one step is a shift; what is put in above and then scrolled to is none.
    this.#isOnItsWay = true;
    afterTheNextFrame(() => this.#goUp());
  }

  // To the end, or to the first new turn where there is more to read than the window holds.
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
    this.#isOnItsWay = false;
    const hidden = topOfView() - topOf(this.#end);
    if (hidden > 0) scrollPage(-hidden);
    this.#show();
  }

  // What comes into view on the way may be higher than it was thought to be: so again, until nothing moves.
  #goToTheEnd(event, from = null, times = 10) {
    event?.preventDefault();
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
    if (turns.length) this.#button.textContent = newTurns(this, turns.length);
    document.title = turns.length ? `(${turns.length}) ${this.#title}` : this.#title;
    this.#observer.disconnect();
    for (const turn of turns) this.#observer.observe(turn);
  }

  // As they stand on the page, without those that a filter hides or that were retracted meanwhile.
  #shown(ids) {
    const turns = [...ids].map(id => document.getElementById(id));
    return turns.filter(turn => turn && !turn.hidden && !turn.querySelector(".retracted")).sort(byPlace);
  }
}

function turnOf(frame) {
  return document.getElementById(`turn-${frame.turn}`);
}

// Where keyboard and screen reader go on.
function focus(turn) {
  if (!turn) return;
  turn.tabIndex = -1;
  turn.focus({ preventScroll: true });
}

// Who writes a report or selects words at the end is not carried away from there.
function isBusy() {
  return Boolean(document.activeElement?.closest("turn-tools")) || getSelection()?.isCollapsed === false;
}

function leadsToTheEnd(event) {
  return isPlain(event) && event.target.closest('a[href="#latest"]');
}

function afterTheNextFrame(work) {
  requestAnimationFrame(() => requestAnimationFrame(work));
}

// A turn that the browser didn't lay out yet (content-visibility) has no height to reckon with.
function layOut(turn) {
  if (turn) turn.style.contentVisibility = "visible";
}

// The cards or the footer, if they are in view: a longer transcript would push them down.
function firstBelow(end) {
  const after = [
    ...end.closest("live-transcript").querySelectorAll("[data-part]"),
    document.querySelector(".site-footer"),
  ];
  return after.find(piece => piece?.offsetHeight && topOf(piece) >= topOf(end) && topOf(piece) < innerHeight);
}

function isInView(turn) {
  const { top, bottom } = turn.getBoundingClientRect();
  return top < innerHeight - A_GLANCE && bottom > topOfView();
}

function byPlace(one, other) {
  return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

customElements.define("new-turns", NewTurns);
