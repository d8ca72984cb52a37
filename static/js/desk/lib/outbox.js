// Keeps posts in the browser's IndexedDB until the server has said 2xx: through a lost network, a closed tab, a restarted
// server, an ended session. It sends them in their order, one at a time. Each carries its own key, so that one whose
// answer was lost does no harm when it is sent again.

import { refusal } from "../../shared/lib/refusal.js";
import { BrowserStore } from "./browser-store.js";
import { failure, post, retryAfter } from "./posting.js";

const MAX_SERVER_ERRORS = 5; // 500 as the answer to one and the same post
const PASSING_STATUSES = [401, 408, 425, 429]; // refused now, but perhaps not after signing in or later
const OUTBOX_NAME = "fangtan-outbox"; // of its database, its lock and its channel between windows

class Outbox extends EventTarget {
  posts = []; // of this user, in their order: {id, user, desk, url, fields, about, refused}
  state = "saved"; // or saving, trying, signed-out
  #store = new BrowserStore(OUTBOX_NAME, "posts", { keyPath: "id", autoIncrement: true });
  #failures = 0;
  #retry = null;
  #isSending = false;
  #again = false; // posts came while others were being sent
  #serverErrors = new Map(); // how often the server answered 500, by the post's id
  #others = new BroadcastChannel(OUTBOX_NAME);

  constructor() {
    super();
    addEventListener("online", () => this.#hurry());
    addEventListener("focus", () => this.#hurry());
    document.addEventListener("desk:signed-in", () => this.#hurry());
    this.#others.onmessage = () => this.#send(); // the window that put it there may be closed before it is sent
    addEventListener("beforeunload", event => this.#stay(event));
    this.#load().then(() => this.#send());
  }

  // Resolves when the post is kept, before it is sent. `about` is what <desk-outbox> shows of it.
  async put({ url, fields, about }) {
    const { user, interview } = document.body.dataset;
    const waiting = { user, desk: interview, url, fields, about };
    waiting.id = await this.#keep(waiting);
    this.posts.push(waiting);
    this.#tell("change");
    this.#others.postMessage(null);
    this.#send();
  }

  // The post's id; where the disk is full or forbidden the post waits in memory alone.
  async #keep(waiting) {
    try {
      return await this.#store.write(store => store.add(waiting));
    } catch (error) {
      console.warn(`IndexedDB: ${error}`);
      return `only-here-${performance.now()}`;
    }
  }

  async discard(waiting) {
    await this.#remove(waiting);
    this.#tell("change");
  }

  async #load() {
    const kept = (await this.#store.isAllowed()) ? await this.#store.read(store => store.getAll()) : [];
    const onlyHere = this.posts.filter(isOnlyHere);
    this.posts = [...kept.filter(waiting => waiting.user === document.body.dataset.user), ...onlyHere];
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
      await alone(() => this.#sendAll());
    } catch (error) {
      console.warn(`outbox: ${error}`); // the browser may have closed its database
      this.#store.forgetConnection();
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
    waiting.refused = refusal(answer) || String(status);
    if (!isOnlyHere(waiting)) await this.#store.write(store => store.put(waiting));
    this.#tell("change");
  }

  #tryAgain(status) {
    this.#is(failure(status) ?? "trying");
    if (status === 401) document.dispatchEvent(new Event("desk:signed-out"));
    this.#retry = setTimeout(() => this.#send(), retryAfter(this.#failures));
    this.#failures += 1;
  }

  async #remove(waiting) {
    if (!isOnlyHere(waiting)) await this.#store.write(store => store.delete(waiting.id));
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
    if (this.posts.some(isOnlyHere)) event.preventDefault();
  }
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(OUTBOX_NAME, work) : work(); // a page by plain http has no locks
}

function isFinal(status) {
  return status >= 400 && status < 500 && !PASSING_STATUSES.includes(status);
}

function isOnlyHere({ id }) {
  return typeof id === "string";
}

export const outbox = new Outbox();
