// Keeps posts in the browser's IndexedDB until the server has said 2xx: through a lost network, a closed tab, a restarted
// server, an ended session. It sends them in their order, one at a time. Each carries its own key, so that one whose
// answer was lost does no harm when it is sent again.

import { refusal } from "../../shared/lib/refusal.js";
import { alone, channel } from "./between-windows.js";
import { BrowserStore } from "./browser-store.js";
import { failure, post, retryAfter } from "./posting.js";

const MAX_SERVER_ERRORS = 5; // 500 as the answer to one and the same post
const PASSING_STATUSES = [401, 408, 425, 429]; // refused now, but perhaps not after signing in or later
const OUTBOX_NAME = "fangtan-outbox"; // of its database, its lock and its channel between windows

class Outbox extends EventTarget {
  posts = []; // of this user, in their order: {id, user, desk, url, fields, about, refused}
  state = "saved"; // or saving, trying, signed-out
  #keeping = Promise.resolve(); // ends when all posts so far are kept, or known not to be
  #unkept = 0; // posts on their way to the disk
  #gone = new Set(); // ids of posts that have left, of which the disk may not know
  #store = new BrowserStore(OUTBOX_NAME, "posts", { keyPath: "id", autoIncrement: true });
  #failures = 0;
  #retry = null;
  #isSending = false;
  #again = false; // posts came while others were being sent
  #serverErrors = new Map(); // how often the server answered 500, by the post's id
  #others = channel(OUTBOX_NAME, () => this.#send()); // the window that put it there may be closed before it is sent

  constructor() {
    super();
    addEventListener("online", () => this.#hurry());
    addEventListener("focus", () => this.#hurry());
    document.addEventListener("desk:signed-in", () => this.#hurry());
    addEventListener("beforeunload", event => this.#stay(event));
    this.#send();
  }

  // Resolves when the post is kept, before it is sent. `about` is what <desk-outbox> shows of it.
  put({ url, fields, about }) {
    const { user, interview } = document.body.dataset;
    const waiting = { user, desk: interview, url, fields, about, at: Date.now() };
    this.#unkept += 1;
    this.#tell("change");
    this.#keeping = this.#keeping.then(() => this.#keep(waiting)); // one after the other, or they would change places
    return this.#keeping;
  }

  // Where the disk is full, forbidden or silent the post waits in memory alone.
  async #keep(waiting) {
    const id = await this.#ask(this.#store.write(store => store.add(waiting)));
    waiting.id = id ?? `only-here-${performance.now()}`;
    this.#unkept -= 1;
    this.posts.push(waiting);
    this.#tell("change");
    this.#others.postMessage(null);
    this.#send();
  }

  // Resolves to the store's answer, or to undefined: posting goes on without it.
  #ask(answer) {
    return answer.catch(error => void console.warn(`IndexedDB: ${error}`));
  }

  // True until every post is either kept or known not to be.
  get isKeeping() {
    return this.#unkept > 0;
  }

  isOnlyHere(waiting) {
    return typeof waiting.id === "string";
  }

  // When what it was refused for may have passed: a right is given back, a server mended.
  async sendAgain(waiting) {
    this.#serverErrors.delete(waiting.id);
    await this.#mark(waiting, "");
    this.#send();
  }

  async discard(waiting) {
    await this.#remove(waiting);
    this.#tell("change");
  }

  async #load() {
    const kept = await this.#ask(this.#store.read(store => store.getAll()));
    if (!kept) return; // what is known here is sent
    const mine = kept.filter(({ id, user }) => user === document.body.dataset.user && !this.#gone.has(id));
    this.posts = [...mine, ...this.posts.filter(this.isOnlyHere)].sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
    this.#tell("change");
  }

  #hurry() {
    this.#failures = 0;
    this.#send();
  }

  // In one window at a time, or two would send the same posts side by side.
  async #send() {
    if (this.#isSending) return void (this.#again = true);
    clearTimeout(this.#retry);
    this.#isSending = true;
    this.#again = false;
    try {
      await alone(OUTBOX_NAME, () => this.#sendAll());
    } catch (error) {
      console.warn(`outbox: ${error}`);
      this.#tryAgain(0);
    }
    this.#isSending = false;
    if (this.#again && this.state === "saved") this.#send();
  }

  async #sendAll() {
    await this.#load(); // another window may have sent some meanwhile
    for (let next = this.#next(); next; next = this.#next()) {
      if (this.state === "saved") this.#is("saving");
      const { status, answer } = await post(next.url, next.fields);
      if (status >= 200 && status < 300) await this.#sent(next, answer);
      else if (isFinal(status) || this.#isHopeless(next, status)) await this.#refuse(next, answer, status);
      else return this.#tryAgain(status);
    }
    this.#failures = 0;
    this.#is("saved");
  }

  #next() {
    return this.posts.find(waiting => !waiting.refused);
  }

  async #sent(waiting, answer) {
    await this.#remove(waiting);
    this.#failures = 0;
    if (this.state !== "saving") this.#is("saving");
    this.dispatchEvent(new CustomEvent("sent", { detail: { waiting, answer } }));
    document.dispatchEvent(new Event("fangtan:changed"));
  }

  // True if the server has failed so often that the post must not keep back all that follow.
  #isHopeless({ id }, status) {
    if (status === 500) this.#serverErrors.set(id, (this.#serverErrors.get(id) ?? 0) + 1);
    return this.#serverErrors.get(id) >= MAX_SERVER_ERRORS;
  }

  // Keeps the post with the server's words until the editor has decided what to do with it, and lets the next ones go on.
  async #refuse(waiting, answer, status) {
    await this.#mark(waiting, refusal(answer) || String(status));
  }

  async #mark(waiting, refused) {
    waiting.refused = refused;
    if (!this.isOnlyHere(waiting)) await this.#ask(this.#store.write(store => store.put(waiting)));
    this.#tell("change");
  }

  #tryAgain(status) {
    this.#is(failure(status) ?? "trying");
    if (status === 401) document.dispatchEvent(new Event("desk:signed-out"));
    this.#retry = setTimeout(() => this.#send(), retryAfter(this.#failures));
    this.#failures += 1;
  }

  async #remove(waiting) {
    this.#gone.add(waiting.id);
    if (!this.isOnlyHere(waiting)) await this.#ask(this.#store.write(store => store.delete(waiting.id)));
    this.posts = this.posts.filter(({ id }) => id !== waiting.id);
    this.#tell("change");
    this.#others.postMessage(null);
  }

  #is(state) {
    this.state = state;
    this.#tell("change");
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }

  // Asks before the window is closed while posts wait in it alone.
  #stay(event) {
    if (this.isKeeping || this.posts.some(this.isOnlyHere)) event.preventDefault();
  }
}

function isFinal(status) {
  return status >= 400 && status < 500 && !PASSING_STATUSES.includes(status);
}

export const outbox = new Outbox();
