// Makes and copies quotes, for the tools of a turn and for selected words.

import { filled } from "../../shared/lib/filled.js";
import { within } from "../../shared/lib/timeouts.js";

const CLIPBOARD_TIMEOUT = 2_000; // ms; a browser may ask for a permission, and wait for the answer for good

export function addressOf(turn) {
  return turn.querySelector(".time a").href;
}

export function saidIn(turn) {
  return [...turn.querySelectorAll(".said > p")].map(paragraph => paragraph.innerText.trim()).join("\n");
}

// “Words” — speaker, headline, address: in the order and with the quotation marks of the page's language.
export function quote(words, turn) {
  const parts = {
    words,
    headline: headline(),
    speaker: turn.dataset.name ?? textOf(turn, ".speaker b"),
    url: addressOf(turn),
  };
  return filled(document.querySelector("turn-tools").dataset.quote, parts);
}

export function headline() {
  return textOf(document, ".masthead h1");
}

export function textOf(place, selector) {
  return place.querySelector(selector).textContent.trim();
}

// Resolves to whether the browser let it.
export async function copy(text) {
  try {
    await within(CLIPBOARD_TIMEOUT, navigator.clipboard.writeText(text));
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

// A page by plain http has no navigator.clipboard.
function copyTheOldWay(text) {
  const put = event => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put);
  const isCopied = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return isCopied;
}

// Shows that one of an element's sentences and hides the others; hides all if none is named.
export function say(place, what) {
  for (const words of place.querySelectorAll("[data-said]")) words.hidden = words.dataset.said !== what;
}
