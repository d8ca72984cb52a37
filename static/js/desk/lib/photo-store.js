// Keeps photos that no turn shows yet in the browser. Where that is full or forbidden they are on the page alone.

import { BrowserStore } from "./browser-store.js";

const photos = new BrowserStore("fangtan-photos", "photos", { keyPath: ["draft", "key"] });

export function keep(photo) {
  return attempt(() => photos.write(store => store.put(photo)));
}

export function forget({ draft, key }) {
  return attempt(() => photos.write(store => store.delete([draft, key])));
}

// Resolves to a draft's photos in the order in which they were chosen.
export async function recall(draft) {
  const kept = await attempt(() => photos.read(store => store.getAll(IDBKeyRange.bound([draft], [draft, []]))));
  return (kept ?? []).sort((one, other) => one.at - other.at);
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    console.warn(`IndexedDB: ${error}`);
    return null;
  }
}
