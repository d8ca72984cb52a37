// Takes parts out of other pages of the site.

import { ANSWER_TIMEOUT, abortAfter } from "./timeouts.js";

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// Resolves to the element of the page at that address, or to null if there is no answer or no such element.
export async function fetchPart(url, selector) {
  const options = { cache: "no-cache", headers: { Accept: "text/html" }, signal: abortAfter(ANSWER_TIMEOUT) };
  try {
    const response = await fetch(url, options);
    return parsed(await response.text()).querySelector(selector);
  } catch {
    return null;
  }
}
