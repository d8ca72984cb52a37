// Sends a form's fields to the desk, with the token and the user of this page.

import { parsed } from "../../shared/lib/pages.js";
import { serverClock } from "../../shared/lib/server-clock.js";
import { ANSWER_TIMEOUT, abortAfter } from "../../shared/lib/timeouts.js";
import { isAnothers, startAgain, takeToken, token } from "./session.js";

const FIRST_RETRY = 1_000; // ms; doubles with each failure
const LAST_RETRY = 30_000; // ms
const INTERVIEW_STATUSES = ["draft", "scheduled", "live", "ended"];

// Resolves to {status, answer}; the status is 0 if there was no answer. Fields are a form's data or pairs of names and
// values.
export async function post(url, fields, { again = false } = {}) {
  const body = new URLSearchParams(fields);
  body.delete("csrfmiddlewaretoken"); // the header has it, and may be newer
  try {
    const asked = performance.now();
    const response = await fetch(url, {
      method: "POST",
      headers: headers(),
      body,
      signal: abortAfter(ANSWER_TIMEOUT),
    });
    serverClock.heard(response, asked);
    if (response.status === 403 && !again && (await renewToken())) return post(url, fields, { again: true });
    const answer = isJson(response) ? await response.json() : {};
    return response.ok && !isOurs(answer) ? { status: 0, answer: {} } : { status: response.status, answer };
  } catch {
    return { status: 0, answer: {} };
  }
}

// Names the user of this page, since the session that goes with a request may be that of another who has signed in
// meanwhile, in another tab.
export function headers() {
  return { Accept: "application/json", "X-CSRFToken": token().value, "X-User": document.body.dataset.user };
}

// The page's token is void once somebody has signed in again.
async function renewToken() {
  const response = await fetch(document.body.dataset.signIn, { signal: abortAfter(ANSWER_TIMEOUT) });
  const page = parsed(await response.text());
  return isAnothers(page) ? startAgain() : takeToken(page);
}

// The ms to wait before the next attempt.
export function retryAfter(failures) {
  return Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failures);
}

function isJson(response) {
  return response.headers.get("Content-Type")?.startsWith("application/json");
}

// Whether it is the desk's "done": about a turn, the interview, or a file that was read. A network that wants one to sign
// in, or a proxy, may answer anything with 200, and what was posted would be taken for saved.
function isOurs(answer) {
  return (
    Number.isInteger(answer?.turn) || INTERVIEW_STATUSES.includes(answer?.status) || Array.isArray(answer?.encodings)
  );
}

export function failure(status) {
  return { 401: "signed-out", 403: "forbidden" }[status];
}
