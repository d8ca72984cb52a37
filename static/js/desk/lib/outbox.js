// Posts wait here, in the browser's IndexedDB, until the server has said 2xx: through a lost network, a closed tab,
// a restarted server, an ended session. They leave in their order, one at a time, and each carries its own key, so
// that one whose answer was lost does no harm when it is sent again.

import { failure, post, retryAfter } from "./posting.js";

const HOPELESS = 5; // times that the server fell over one and the same post
const CURABLE = [401, 408, 425, 429]; // by signing in, or by patience
const NAME = "fangtan-outbox";

class Outbox extends EventTarget {
  posts = []; // of this user, in their order: {id, user, desk, url, fields, about, refused}
  state = "saved"; // or saving, trying, signed-out
  #store = open();
  #failures = 0;
  #retry = null;
  #isSending = false;
  #again = false; // somebody wants it sent while it is being sent
  #failed = new Map(); // how often the server fell over a post, by its id
  #others = new BroadcastChannel(NAME);

  constructor() {
    super();
    addEventListener("online", () => this.#hurry());
    addEventListener("focus", () => this.#hurry());
    document.addEventListener("desk:signed-in", () => this.#hurry());
    this.#others.onmessage = () => this.#send(); // whoever put it there may be closed before it is sent
    addEventListener("beforeunload", event => this.#stay(event));
    this.#load().then(() => this.#send());
  }

  // Resolves when the post is kept, long before it is sent. `about` is for whoever shows it.
  async put({ url, fields, about }) {
    const { user, interview } = document.body.dataset;
    const waiting = { user, desk: interview, url, fields, about };
    waiting.id = await this.#keep(waiting);
    this.posts.push(waiting);
    this.#tell("change");
    this.#others.postMessage(null);
    this.#send();
  }

  // Where the disk is full or forbidden it waits in memory alone.
  async #keep(waiting) {
    try {
      return await (await this.#store).add(waiting);
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
    const kept = await (await this.#store).all();
    const onlyHere = this.posts.filter(isOnlyHere);
    this.posts = [...kept.filter(waiting => waiting.user === document.body.dataset.user), ...onlyHere];
    this.#tell("change");
  }

  #hurry() {
    this.#failures = 0;
    this.#send();
  }

  // By one window at a time: two would send the same posts side by side.
  async #send() {
    clearTimeout(this.#retry);
    if (this.#isSending) return void (this.#again = true);
    this.#isSending = true;
    this.#again = false;
    try {
      await alone(() => this.#sendAll());
    } catch (error) {
      console.warn(`outbox: ${error}`); // a browser may close its database; open it anew
      this.#store = open();
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
      else if (isFinal(status) || this.#fellOver(next, status)) await this.#refuse(next, answer, status);
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

  // One post that the server can't take must not keep back all that follow.
  #fellOver({ id }, status) {
    if (status === 500) this.#failed.set(id, (this.#failed.get(id) ?? 0) + 1);
    return this.#failed.get(id) >= HOPELESS;
  }

  // It stays, with the server's words, until whoever typed it has decided; what comes after it goes on.
  async #refuse(waiting, answer, status) {
    waiting.refused =
      Object.values(answer.errors ?? {})
        .flat()
        .join(" ") || String(status);
    if (!isOnlyHere(waiting)) await (await this.#store).put(waiting);
    this.#tell("change");
  }

  #tryAgain(status) {
    this.#is(failure(status) ?? "trying");
    if (status === 401) document.dispatchEvent(new Event("desk:signed-out"));
    this.#retry = setTimeout(() => this.#send(), retryAfter(this.#failures));
    this.#failures += 1;
  }

  async #remove(waiting) {
    if (!isOnlyHere(waiting)) await (await this.#store).delete(waiting.id);
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

  // Closing the window would lose what waits in it alone.
  #stay(event) {
    if (this.posts.some(isOnlyHere)) event.preventDefault();
  }
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(NAME, work) : work(); // no locks on a page by plain http
}

function isFinal(status) {
  return status >= 400 && status < 500 && !CURABLE.includes(status);
}

function isOnlyHere({ id }) {
  return typeof id === "string";
}

async function open() {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("posts", { keyPath: "id", autoIncrement: true });
    return kept(await result(request));
  } catch (error) {
    return { all: async () => [], add: () => Promise.reject(error) };
  }
}

function kept(db) {
  const posts = mode => db.transaction("posts", mode, { durability: "strict" }).objectStore("posts");
  return {
    all: () => result(posts("readonly").getAll()),
    add: waiting => done(posts("readwrite"), store => store.add(waiting)),
    put: waiting => done(posts("readwrite"), store => store.put(waiting)),
    delete: id => done(posts("readwrite"), store => store.delete(id)),
  };
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

// When it is on the disk, not only asked for.
function done(store, work) {
  const request = work(store);
  return new Promise((resolve, reject) => {
    store.transaction.oncomplete = () => resolve(request.result);
    store.transaction.onabort = () => reject(store.transaction.error);
  });
}

export const outbox = new Outbox();
