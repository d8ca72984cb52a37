export const ANSWER_TIMEOUT = 15_000; // ms until a request counts as lost

// A signal that aborts after so many ms. AbortSignal.timeout came with Chromium 103 and Safari 16.
export function abortAfter(ms) {
  const late = new AbortController();
  setTimeout(() => late.abort(), ms);
  return late.signal;
}

// Resolves as the promise does, or is rejected with a TimeoutError after so many ms.
export function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DOMException(`no answer in ${ms} ms`, "TimeoutError")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
