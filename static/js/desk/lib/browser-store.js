// An object store in the browser's IndexedDB. It is opened when it is first asked for something. A browser may refuse it,
// close it at any time or never answer: then a question is rejected within STORE_TIMEOUT, and for STORE_PAUSE all
// others at once, so that nobody waits for it again.

import { within } from "../../shared/lib/timeouts.js";

const STORE_TIMEOUT = 1_500; // ms
const STORE_PAUSE = 30_000; // ms

export class BrowserStore {
  #database;
  #name;
  #options;
  #opening = null;
  #asksAgainAt = 0; // in performance.now()

  constructor(database, name, options) {
    this.#database = database;
    this.#name = name;
    this.#options = options;
  }

  // Resolves to what `ask(store)` asked for.
  read(ask) {
    return this.#attempt(async isLate => answered(ask(await this.#store("readonly", isLate))));
  }

  // Resolves when the change is on the disk, not only asked for; one that comes too late is not made.
  write(change) {
    return this.#attempt(async isLate => {
      const store = await this.#store("readwrite", isLate);
      isLate.addEventListener("abort", () => undo(store.transaction));
      const request = change(store);
      await new Promise((resolve, reject) => {
        store.transaction.oncomplete = resolve;
        store.transaction.onabort = () => reject(store.transaction.error ?? new Error("aborted"));
      });
      return request.result;
    });
  }

  async #attempt(work) {
    if (performance.now() < this.#asksAgainAt) throw new Error("it didn't answer");
    const late = new AbortController();
    const answer = work(late.signal);
    answer.then(
      () => (this.#asksAgainAt = 0),
      () => {},
    );
    try {
      return await within(STORE_TIMEOUT, answer);
    } catch (error) {
      this.#opening = null; // the next question opens it again
      if (error.name === "TimeoutError") this.#asksAgainAt = performance.now() + STORE_PAUSE;
      late.abort();
      throw error;
    }
  }

  async #store(mode, isLate) {
    const database = await this.#open();
    if (isLate.aborted) throw new Error("it came too late");
    try {
      return transaction(database, this.#name, mode);
    } catch (error) {
      if (error.name !== "InvalidStateError") throw error;
      this.#opening = null; // the browser has closed it
      return transaction(await this.#open(), this.#name, mode);
    }
  }

  #open() {
    this.#opening ??= this.#connect();
    return this.#opening;
  }

  async #connect() {
    const request = indexedDB.open(this.#database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(this.#name, this.#options);
    const database = await answered(request);
    database.onversionchange = () => database.close(); // a newer page's upgrade would wait for this one
    return database;
  }
}

function transaction(database, name, mode) {
  return database.transaction(name, mode, { durability: "strict" }).objectStore(name);
}

function undo(transaction) {
  try {
    transaction.abort();
  } catch {} // it has ended already
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
