// Sends a reader's report of an error in a turn.

import { refusal } from "../../shared/lib/refusal.js";
import { ANSWER_TIMEOUT, abortAfter } from "../../shared/lib/timeouts.js";

// Resolves to {status, why}: the status is 0 if there was no answer, and `why` is in words if the report was refused.
export async function send(url, body) {
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: abortAfter(ANSWER_TIMEOUT) });
    const { errors, turn } = await response.json();
    if (response.ok && !turn) return { status: 0 }; // an answer of some proxy
    return { status: response.status, why: errors && refusal({ errors }) };
  } catch {
    return { status: 0 };
  }
}
