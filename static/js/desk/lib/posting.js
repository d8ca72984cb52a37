// Posts a form's fields, and tells what became of it by the answer's status.

import { isAnothers, parsed, startAgain, takeToken, token } from "./session.js";

const PATIENCE = 15_000; // ms; an answer that takes longer counts as none
const FIRST_RETRY = 1_000; // ms; doubles with each failure up to
const LAST_RETRY = 30_000; // ms

// The status is 0 if there was no answer. Fields are a form's data or pairs of names and values.
export async function post(url, fields, { again = false } = {}) {
  const body = new URLSearchParams(fields);
  body.delete("csrfmiddlewaretoken"); // the header is newer
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: headers(),
      body,
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status === 403 && !again && (await renewToken())) return post(url, fields, { again: true });
    if (response.ok && response.status !== 204 && !isJson(response)) return { status: 0, answer: {} }; // some proxy's page
    return { status: response.status, answer: isJson(response) ? await response.json() : {} };
  } catch {
    return { status: 0, answer: {} };
  }
}

// With whose page this is: somebody else may have signed in, in another tab, and their session goes with the request.
export function headers() {
  return { Accept: "application/json", "X-CSRFToken": token().value, "X-User": document.body.dataset.user };
}

// Signing in again makes the page's token worthless.
async function renewToken() {
  const response = await fetch(document.body.dataset.signIn);
  const page = parsed(await response.text());
  return isAnothers(page) ? startAgain() : takeToken(page);
}

// How long to wait before the next attempt, in ms.
export function retryAfter(failures) {
  return Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failures);
}

function isJson(response) {
  return response.headers.get("Content-Type")?.startsWith("application/json");
}

export function failure(status) {
  return { 401: "signed-out", 403: "forbidden" }[status];
}
