// Keeps a transcript current: by a socket, by polling where sockets are refused, by catching up after a sleep. It never
// renders anything: it puts in what the server rendered. docs/protocol.md describes the messages.

import { ListeningElement } from "./lib/listening-element.js";
import { fragment, putPart, putTurn } from "./lib/rendered.js";
import { serverClock } from "./lib/server-clock.js";
import { ANSWER_TIMEOUT } from "./lib/timeouts.js";

const FIRST_RETRY = 500; // ms; doubles with each failure
const LAST_RETRY = 30_000; // ms
const POLL_INTERVAL = 5_000; // ms, while there is no socket
const REFUSALS_BEFORE_POLLING = 3;
const HANDSHAKE_TIMEOUT = 10_000; // ms; a proxy may swallow the handshake and never answer
const OPENING_TIMEOUT = 5_000; // ms; the server speaks as soon as a socket is open
const SOCKET_TIMEOUT = 35_000; // ms; the server speaks every 25 s, so a socket that is silent for longer is dead
const DOUBTFUL_SILENCE = 30_000; // ms; a socket that was silent for longer may be dead
const CACHE_AGE = 1_000; // ms that an answer of `changes` may be old
const CLOCK_INTERVAL = 1_000; // ms between two looks at the clock
const SLEEP_GAP = 5_000; // ms between two looks that show that the machine was asleep
const HIDDEN_SLEEP_GAP = 90_000; // the same in a hidden tab, where a browser lets a timer run once a minute
const WAKING_TIME = 15_000; // ms after a sleep in which the network may still be coming up
const WAKING_TIMEOUT = 2_000; // ms that the first request after a sleep may take
const RELOAD_SPREAD = 1_000; // ms over which all pages load again
const FINAL_CLOSE_CODES = [4400, 4403, 4404, 4405]; // the socket is not for this page

class LiveTranscript extends ListeningElement {
  #socket = null;
  #isRefused = false;
  #failures = 0;
  #retry = null;
  #silence = null;
  #doubt = null;
  #hasSpoken = false; // the socket: only then is the page live, whatever answered the handshake
  #poll = null;
  #fetching = null;
  #heardOf = 0; // the newest seq that any message named
  #heardAt = Date.now();
  #tickedAt = Date.now();
  #wokeAt = 0;
  #clock = null;

  connected(signal) {
    if (!this.dataset.changes) return; // it has ended for good
    addEventListener("online", () => this.#wake(), { signal });
    addEventListener("offline", () => this.#drop(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", event => event.persisted && this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#lookedAt(), { signal });
    document.addEventListener("fangtan:changed", () => this.catchUp(), { signal });
    this.#clock = setInterval(() => this.#tick(), CLOCK_INTERVAL);
    this.#connect();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    this.#stopPolling();
    this.#leave();
  }

  get epoch() {
    return this.dataset.epoch;
  }
  get seq() {
    return Number(this.dataset.seq);
  }
  get #isOnlyBell() {
    return "bell" in this.dataset;
  }
  get #isJustAwake() {
    return Date.now() - this.#wokeAt < WAKING_TIME;
  }
  get #isBehind() {
    return this.#heardOf > this.seq && !this.hasAttribute("paused");
  }

  #connect() {
    if (this.#socket || this.#isRefused) return;
    clearTimeout(this.#retry);
    const url = new URL(this.dataset.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ epoch: this.epoch, after: this.seq });
    const socket = (this.#socket = new WebSocket(url));
    socket.onopen = () => this.#opened();
    socket.onmessage = event => this.#heard(JSON.parse(event.data));
    socket.onclose = event => socket === this.#socket && this.#closed(event.code);
    this.#dropAfter(this.#patience(HANDSHAKE_TIMEOUT));
  }

  #opened() {
    this.#heardAt = Date.now();
    this.#dropAfter(SOCKET_TIMEOUT);
    this.#doubt = setTimeout(() => this.#startPolling(), OPENING_TIMEOUT);
  }

  #heard(message) {
    this.#failures = 0;
    this.#heardAt = Date.now();
    this.#hasSpoken = true;
    clearTimeout(this.#doubt);
    this.#dropAfter(SOCKET_TIMEOUT);
    if (this.#isOnlyBell) return this.catchUp();
    this.apply(message);
    this.#showWhatIsKnown();
  }

  // Once the socket or an answer has told where the log stands.
  #showWhatIsKnown() {
    if (this.#hasSpoken) this.#stopPolling();
    this.#show(this.#isBehind ? "catching-up" : this.#hasSpoken ? "live" : "polling");
  }

  // Gives the socket up after so many ms, since a dead one may take minutes to say so.
  #dropAfter(silence) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#drop(), silence);
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(0);
    socket.close();
  }

  // Lets the browser keep the page for when its reader comes back: Firefox keeps none with an open socket or request.
  #leave() {
    const [socket, request] = [this.#socket, this.#fetching];
    this.#socket = null; // so that its end is no failure
    this.#hasSpoken = false;
    for (const timer of [this.#retry, this.#silence, this.#doubt]) clearTimeout(timer);
    socket?.close();
    if (!request) return;
    Object.assign(request, { isOld: true, again: false });
    request.patience.abort();
  }

  #closed(code) {
    this.#socket = null;
    this.#hasSpoken = false;
    clearTimeout(this.#silence);
    clearTimeout(this.#doubt);
    this.#failures += 1;
    this.#isRefused = FINAL_CLOSE_CODES.includes(code);
    if (this.#isRefused || this.#failures >= REFUSALS_BEFORE_POLLING) this.#startPolling();
    else if (!this.#fetching || this.#state === "live") this.#show("offline");
    if (!this.#isRefused) this.#retry = setTimeout(() => this.#connect(), this.#delay());
  }

  // At random, so that after a restart ten thousand pages come back spread out, not at once.
  #delay() {
    return Math.random() * Math.min(this.#isJustAwake ? CLOCK_INTERVAL : LAST_RETRY, FIRST_RETRY * 2 ** this.#failures);
  }

  // Short after a sleep, to try often, but growing, so that a slow network's answer is heard in the end.
  #patience(usual) {
    return Math.min(usual, Math.max(WAKING_TIMEOUT, Date.now() - this.#wokeAt));
  }

  #startPolling() {
    if (this.#poll) return;
    this.#poll = setInterval(() => this.catchUp(), POLL_INTERVAL);
    if (!["offline", "signed-out", "forbidden"].includes(this.#state)) this.#show("catching-up");
    this.catchUp();
  }

  #stopPolling() {
    clearInterval(this.#poll);
    this.#poll = null;
  }

  // Notices a laptop's sleep, of which only the clock tells: timers stood still, and the socket looks open but may be dead.
  #tick() {
    const late = Date.now() - this.#tickedAt;
    this.#tickedAt = Date.now();
    if (late > (document.hidden ? HIDDEN_SLEEP_GAP : SLEEP_GAP)) this.#wake({ dropping: true });
  }

  #lookedAt() {
    this.#tickedAt = Date.now();
    this.#wake({ dropping: Date.now() - this.#heardAt > DOUBTFUL_SILENCE });
  }

  // Asks the server what is new, after a sleep or a lost network, whatever the socket says of itself.
  #wake({ dropping = false } = {}) {
    if (dropping) this.#drop();
    if (!this.#socket) {
      this.#wokeAt = Date.now();
      this.#failures = 0;
      this.#show("catching-up");
    }
    this.#connect();
    this.#askAnew();
  }

  // What was asked before the sleep may never be answered. What was asked just now is left a moment: its answer may bring
  // the session's new key, without which one is signed out.
  #askAnew() {
    const asked = this.#fetching;
    if (asked) asked.isOld = true;
    if (asked) setTimeout(() => asked.patience.abort(), Math.max(0, asked.at + WAKING_TIMEOUT - Date.now()));
    this.catchUp();
  }

  // Reads by HTTP what is new; one request at a time, and one more if somebody asked meanwhile.
  async catchUp() {
    if (this.#fetching) return void (this.#fetching.again = true);
    const mine = (this.#fetching = { at: Date.now(), again: false, patience: new AbortController() });
    try {
      this.apply(await this.#fetchChanges(mine.patience));
      this.#showWhatIsKnown();
    } catch (error) {
      mine.hasFailed = true;
      if (!mine.isOld) this.#failed(error);
    } finally {
      this.#fetching = null;
    }
    if (mine.again) this.catchUp();
    else if (this.#isBehind)
      setTimeout(() => this.catchUp(), mine.hasFailed ? POLL_INTERVAL * (1 + Math.random()) : CACHE_AGE);
  }

  async #fetchChanges(patience) {
    const query = new URLSearchParams({ epoch: this.epoch, after: this.seq });
    const timer = setTimeout(() => patience.abort(), this.#patience(ANSWER_TIMEOUT));
    const { user } = document.body.dataset; // the desk's; if another has signed in beside it, this isn't their page
    const headers = { Accept: "application/json", ...(user && { "X-User": user }) };
    try {
      const asked = performance.now();
      const response = await fetch(`${this.dataset.changes}?${query}`, { headers, signal: patience.signal });
      serverClock.heard(response, asked);
      if (!response.ok) throw response;
      const message = await response.json();
      if (!message?.epoch) throw new TypeError("answered by something on the way");
      return message;
    } finally {
      clearTimeout(timer);
    }
  }

  #failed({ status }) {
    if (status === 401) return this.#signedOut();
    const isForbidden = this.#isOnlyBell && [403, 404].includes(status); // until the right is given back
    if (!this.#hasSpoken || this.#isOnlyBell) this.#show(isForbidden ? "forbidden" : "offline"); // a bell alone tells nothing
    if (this.#isOnlyBell) this.#poll ??= setInterval(() => this.catchUp(), POLL_INTERVAL);
    else if (status === 404) clearInterval(this.#poll);
    if (!status && this.#isJustAwake) setTimeout(() => this.catchUp(), CLOCK_INTERVAL);
  }

  #signedOut() {
    if (this.#state === "signed-out") return;
    this.#show("signed-out");
    this.dispatchEvent(new Event("transcript:signed-out", { bubbles: true }));
  }

  pause() {
    this.setAttribute("paused", "");
  }

  resume() {
    this.removeAttribute("paused");
    this.catchUp();
  }

  // Takes the page to message.seq, or does nothing if it is there; the same message twice changes nothing.
  apply(message) {
    if (this.hasAttribute("paused")) return;
    if (message.reload || message.epoch !== this.epoch) return this.#reload();
    this.#heardOf = Math.max(this.#heardOf, message.seq);
    if (message.seq < this.seq || (message.seq === this.seq && !message.frames.length)) return;
    if (message.from > this.seq) return void this.catchUp();
    this.#tell("transcript:changing", message); // for elements that have to see the page as it was
    for (const frame of message.frames) this.#put(frame);
    const { status } = this.querySelector("[data-status]").dataset;
    this.setAttribute("status", status); // for the style sheet
    this.dataset.seq = message.seq;
    this.#isRefused = false; // a draft's socket was refused; by now it may be announced
    this.#connect();
    this.#tell("transcript:change", message);
  }

  #tell(name, message) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: message }));
  }

  #put({ turn, part, html }) {
    if (part) return putPart(this.querySelector(`[data-part="${part}"]`), html);
    const current = this.querySelector(`#turn-${turn}`);
    const incoming = fragment(html);
    const event = new CustomEvent("turn:replace", { bubbles: true, cancelable: true, detail: { incoming } });
    if (!current || current.dispatchEvent(event)) putTurn(this, incoming, current);
  }

  // The server can't tell any more what is new. It says so to all pages at once, so they load again spread out.
  #reload() {
    const event = new CustomEvent("transcript:reload", { bubbles: true, cancelable: true });
    if (this.hasAttribute("reloading")) return;
    if (!this.dispatchEvent(event)) return void this.setAttribute("stale", "");
    this.setAttribute("reloading", "");
    setTimeout(() => location.reload(), Math.random() * RELOAD_SPREAD);
  }

  get #state() {
    return this.getAttribute("state");
  }

  #show(state) {
    if (this.#state !== state) this.setAttribute("state", state);
  }
}

customElements.define("live-transcript", LiveTranscript);
