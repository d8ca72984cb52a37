// Keeps drafts for this tab, and for the next one if this is closed. What no store takes is asked about when the page is
// closed.

const unkept = new Set(); // names of drafts that stand in the page alone

globalThis.addEventListener?.("beforeunload", event => unkept.size && event.preventDefault());

export const drafts = {
  keep(name, draft, { isTyped = true } = {}) {
    const isKept = inStores(store => !store.setItem(key(name), JSON.stringify(draft))).some(Boolean);
    if (isKept || !isTyped) unkept.delete(name);
    else unkept.add(name);
  },
  recall(name) {
    return inStores(store => JSON.parse(store.getItem(key(name)))).find(Boolean);
  },
  // Pairs of name and draft of those whose names begin so.
  all(prefix) {
    const names = inStores(store => Object.keys(store).filter(stored => stored.startsWith(key(prefix))));
    const found = new Set(names.flat().filter(Boolean));
    return [...found].map(stored => stored.slice(key("").length)).map(name => [name, this.recall(name)]);
  },
  forget(name) {
    unkept.delete(name);
    inStores(store => store.removeItem(key(name)));
  },
};

function inStores(work) {
  return ["sessionStorage", "localStorage"].map(name => inStore(name, work));
}

// Null if the store is full or forbidden; typing and posting go on without it.
export function inStore(name, work) {
  try {
    return work(window[name]);
  } catch (error) {
    console.warn(`${name}: ${error}`);
    return null;
  }
}

// With the user, since on a shared machine the next one must not post it.
function key(name) {
  return `fangtan:draft:${document.body.dataset.user}:${name}`;
}
