// Keeps photos that no turn shows yet in the browser. Where that is full or forbidden they are on the page alone. It keeps
// their bytes, since WebKit stores no file in a private window.

import { BrowserStore } from "./browser-store.js";

const photos = new BrowserStore("fangtan-photos", "photos", { keyPath: ["draft", "key"] });

export function keep({ file, ...about }) {
  return attempt(async () => {
    const kept = { ...about, bytes: await file.arrayBuffer(), name: file.name, type: file.type };
    return photos.write(store => store.put(kept));
  });
}

export function forget({ draft, key }) {
  return attempt(() => photos.write(store => store.delete([draft, key])));
}

// Resolves to a draft's photos in the order in which they were chosen.
export async function recall(draft) {
  const kept = await attempt(() => photos.read(store => store.getAll(IDBKeyRange.bound([draft], [draft, []]))));
  return (kept ?? []).sort((one, other) => one.at - other.at).map(withFile);
}

// An older page kept the file itself.
function withFile({ bytes, name, type, file = new File([bytes], name, { type }), ...about }) {
  return { ...about, file };
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    console.warn(`IndexedDB: ${error}`);
    return null;
  }
}
