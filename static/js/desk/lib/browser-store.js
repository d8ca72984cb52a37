// An object store in the browser's IndexedDB. It is opened when it is first asked for something.
export class BrowserStore {
  #database;
  #name;
  #options;
  #opening = null;

  constructor(database, name, options) {
    this.#database = database;
    this.#name = name;
    this.#options = options;
  }

  // Resolves to false where the browser forbids it or has no room for it.
  isAllowed() {
    return this.#open().then(
      () => true,
      () => false,
    );
  }

  async read(ask) {
    return result(ask(await this.#store("readonly")));
  }

  // Resolves when the change is on the disk, not only asked for.
  async write(change) {
    const store = await this.#store("readwrite");
    const request = change(store);
    await new Promise((resolve, reject) => {
      store.transaction.oncomplete = resolve;
      store.transaction.onabort = () => reject(store.transaction.error);
    });
    return request.result;
  }

  // A browser may close a database at any time; the next question opens it again.
  forgetConnection() {
    this.#opening = null;
  }

  async #store(mode) {
    const database = await this.#open();
    return database.transaction(this.#name, mode, { durability: "strict" }).objectStore(this.#name);
  }

  #open() {
    this.#opening ??= this.#connect();
    return this.#opening;
  }

  async #connect() {
    const request = indexedDB.open(this.#database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(this.#name, this.#options);
    return result(request);
  }
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}
