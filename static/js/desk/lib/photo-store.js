// Photos that no turn shows yet, in the browser's IndexedDB. Where it is full or forbidden they are on the page alone.

const NAME = "fangtan-photos";
let opening = null;

export function keep(photo) {
  return inStore("readwrite", store => store.put(photo));
}

export function forget({ draft, key }) {
  return inStore("readwrite", store => store.delete([draft, key]));
}

export async function recall(draft) {
  const photos = await inStore("readonly", store => store.getAll(IDBKeyRange.bound([draft], [draft, []])));
  return (photos ?? []).sort((one, other) => one.at - other.at);
}

// Resolves when it is on the disk, not only asked for.
async function inStore(mode, work) {
  try {
    const transaction = (await (opening ??= open())).transaction("photos", mode, { durability: "strict" });
    const request = work(transaction.objectStore("photos"));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } catch (error) {
    console.warn(`IndexedDB: ${error}`);
    return null;
  }
}

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: ["draft", "key"] });
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
