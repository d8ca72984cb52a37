// Keeps a transcript current: by the socket, by polling where sockets are refused, by catching up
// after a sleep. What it does to the page is only ever to put in what the server rendered.
// The messages are described in docs/protocol.md.

const FIRST_RETRY = 500; // ms; doubles up to
const LAST_RETRY = 30_000; // ms
const POLL_EVERY = 5_000; // ms, while there is no socket
const REFUSALS_BEFORE_POLLING = 3;
const HANDSHAKE = 10_000; // ms; a proxy may swallow it and never answer
const ANSWER = 15_000; // ms until a request counts as lost
const SILENCE = 60_000; // ms; the server speaks every 25 s, so a socket that is silent for longer is dead
const CACHED = 1_000; // ms that an answer of `changes` may be old
const TICK = 1_000; // ms between two looks at the clock
const A_SLEEP = 5_000; // ms between two that came too late; in a hidden tab
const SLOW_TIMERS = 90_000; // ms, since a browser lets a timer run there once a minute
const TALKS_EVERY = 30_000; // ms without a word: the socket may be dead
const EAGER = 15_000; // ms after waking, while the network may still be coming up: try often,
const IMPATIENT = 2_000; // ms at first for each
const DONT_COME_BACK = [4400, 4403, 4404, 4405]; // close codes: the socket is not for this page

class LiveTranscript extends HTMLElement {
  #socket = null;
  #isRefused = false;
  #failures = 0;
  #retry = null;
  #silence = null;
  #poll = null;
  #fetching = null;
  #parts = {}; // what each was last made of
  #heardOf = 0; // the newest seq that anything told of
  #heardAt = Date.now();
  #tickedAt = Date.now();
  #wokeAt = 0;
  #clock = null;
  #leaving = new AbortController();

  connectedCallback() {
    if (!this.dataset.changes) return; // nothing happens to it any more
    const { signal } = this.#leaving;
    addEventListener("online", () => this.#wake(), { signal });
    addEventListener("offline", () => this.#drop(), { signal });
    addEventListener("pageshow", event => event.persisted && this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#lookedAt(), { signal });
    document.addEventListener("fangtan:changed", () => this.catchUp(), { signal });
    this.#clock = setInterval(() => this.#tick(), TICK);
    this.#connect();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearInterval(this.#clock);
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    clearInterval(this.#poll);
    this.#socket?.close();
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
    return Date.now() - this.#wokeAt < EAGER;
  }
  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
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
    this.#dropAfter(this.#patience(HANDSHAKE));
  }

  #opened() {
    this.#heardAt = Date.now();
    this.#dropAfter(SILENCE);
    clearInterval(this.#poll);
    this.#poll = null;
    this.#show("live");
    if (this.#isOnlyBell) this.catchUp();
  }

  #heard(message) {
    this.#failures = 0;
    this.#heardAt = Date.now();
    this.#dropAfter(SILENCE);
    if (this.#isOnlyBell) this.catchUp();
    else this.apply(message);
  }

  // A dead socket may take minutes to say so; the page doesn't wait for it.
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

  #closed(code) {
    this.#socket = null;
    clearTimeout(this.#silence);
    this.#failures += 1;
    this.#isRefused = DONT_COME_BACK.includes(code);
    if (this.#isRefused || this.#failures >= REFUSALS_BEFORE_POLLING) this.#startPolling();
    else if (!this.#fetching) this.#show("offline");
    if (!this.#isRefused) this.#retry = setTimeout(() => this.#connect(), this.#delay());
  }

  // Full jitter: after a restart ten thousand pages come back spread out, not at once.
  #delay() {
    return Math.random() * Math.min(this.#isJustAwake ? TICK : LAST_RETRY, FIRST_RETRY * 2 ** this.#failures);
  }

  // Grows with the time since waking, so that a slow network is only asked more often, not never heard.
  #patience(usual) {
    return Math.min(usual, Math.max(IMPATIENT, Date.now() - this.#wokeAt));
  }

  #startPolling() {
    if (this.#poll) return;
    this.#poll = setInterval(() => this.catchUp(), POLL_EVERY);
    this.catchUp();
  }

  // Nothing tells of a laptop's sleep but the clock: its timers stood still, its socket looks open and may be dead.
  #tick() {
    const late = Date.now() - this.#tickedAt;
    this.#tickedAt = Date.now();
    if (late > (document.hidden ? SLOW_TIMERS : A_SLEEP)) this.#wake({ dropping: true });
  }

  #lookedAt() {
    this.#tickedAt = Date.now();
    this.#wake({ dropping: Date.now() - this.#heardAt > TALKS_EVERY });
  }

  // After a sleep or a lost network: whatever the socket says of itself, look at the log.
  #wake({ dropping = false } = {}) {
    if (dropping) this.#drop();
    if (!this.#socket) {
      this.#wokeAt = Date.now();
      this.#failures = 0;
      this.#show("catching-up");
    }
    this.#connect();
    this.#fetching?.patience.abort(); // it may have been asked before the sleep
    this.catchUp();
  }

  // Reads by HTTP what is new; one request at a time, and one more if somebody asked meanwhile.
  async catchUp() {
    if (this.#fetching) return void (this.#fetching.again = true);
    const mine = (this.#fetching = { again: false, patience: new AbortController() });
    try {
      this.apply(await this.#fetchChanges(mine.patience));
      this.#show(this.#isOpen ? "live" : "polling");
    } catch (error) {
      mine.hasFailed = true;
      if (!mine.again) this.#failed(error);
    } finally {
      this.#fetching = null;
    }
    if (mine.again) this.catchUp();
    else if (this.#heardOf > this.seq && !this.hasAttribute("paused"))
      setTimeout(() => this.catchUp(), mine.hasFailed ? POLL_EVERY * (1 + Math.random()) : CACHED);
  }

  async #fetchChanges(patience) {
    const query = new URLSearchParams({ epoch: this.epoch, after: this.seq });
    const timer = setTimeout(() => patience.abort(), this.#patience(ANSWER));
    const options = { headers: { Accept: "application/json" }, signal: patience.signal };
    try {
      const response = await fetch(`${this.dataset.changes}?${query}`, options);
      if (!response.ok) throw response;
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(problem) {
    if (problem.status === 404) clearInterval(this.#poll);
    if ([401, 403].includes(problem.status)) this.#signedOut();
    else if (!this.#isOpen) this.#show("offline");
    if (!problem.status && this.#isJustAwake) setTimeout(() => this.catchUp(), TICK);
  }

  #signedOut() {
    if (this.getAttribute("state") === "signed-out") return;
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
    this.#tell("transcript:changing", message); // the last look at the page as it was
    for (const frame of message.frames) this.#put(frame);
    this.dataset.seq = message.seq;
    this.#isRefused = false; // a draft's socket was; by now it may be announced
    this.#connect();
    this.#tell("transcript:change", message);
  }

  #tell(name, message) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: message }));
  }

  #put({ turn, part, html }) {
    if (part) return this.#putPart(part, html);
    const current = this.querySelector(`#turn-${turn}`);
    const incoming = fragment(html);
    const event = new CustomEvent("turn:replace", { bubbles: true, cancelable: true, detail: { incoming } });
    if (!current || current.dispatchEvent(event)) this.place(incoming, current);
  }

  // As it stands already it stays: what is open or scrolled in it would be lost.
  #putPart(part, html) {
    if (this.#parts[part] === html) return;
    this.#parts[part] = html;
    const place = this.querySelector(`[data-part="${part}"]`);
    if (place) place.innerHTML = html; // a page that is older than the server may not have it
  }

  // Puts the turn where its time belongs, in place of the element that showed it before; either may be null.
  place(turn, before) {
    const stays = before && turn && ["at", "list"].every(name => before.dataset[name] === turn.dataset[name]);
    if (stays) return turn.dataset.list ? before.replaceWith(turn) : renew(before, turn);
    before?.remove();
    if (turn) this.#insert(turn);
  }

  // By (spoken_at, id), looking from the newest end, where nearly all turns belong.
  #insert(turn) {
    const { list } = turn.dataset; // the desk has two, the transcript and the queue
    const turns = this.querySelector(list ? `[data-turns="${list}"]` : "[data-turns]");
    const isNewestFirst = turns.dataset.order === "newest";
    let older = isNewestFirst ? turns.firstElementChild : turns.lastElementChild;
    while (older && isBefore(turn, older))
      older = isNewestFirst ? older.nextElementSibling : older.previousElementSibling;
    if (isNewestFirst) turns.insertBefore(turn, older);
    else turns.insertBefore(turn, older ? older.nextElementSibling : turns.firstElementChild);
  }

  // The server can't tell what is new any more. Spread out, since it says so to everybody at once.
  #reload() {
    const event = new CustomEvent("transcript:reload", { bubbles: true, cancelable: true });
    if (this.hasAttribute("reloading")) return;
    if (!this.dispatchEvent(event)) return void this.setAttribute("stale", "");
    this.setAttribute("reloading", "");
    setTimeout(() => location.reload(), Math.random() * 1_000);
  }

  #show(state) {
    if (this.getAttribute("state") !== state) this.setAttribute("state", state);
  }
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// What is as it was stays the same element: the mark of a linked turn, the focus, a selection are not lost.
function renew(now, then) {
  if (now.isEqualNode(then)) return;
  if (!now.localName || now.localName !== then.localName || now.className !== then.className)
    return now.replaceWith(then);
  for (const { name, value } of then.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  const [before, after] = [now, then].map(element => [...element.childNodes]);
  after.forEach((child, n) => (before[n] ? renew(before[n], child) : now.append(child)));
  for (const child of before.slice(after.length)) child.remove();
}

function isBefore(one, other) {
  const [a, b] = [one, other].map(turn => [Number(turn.dataset.at), Number(turn.id.replace("turn-", ""))]);
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

customElements.define("live-transcript", LiveTranscript);
