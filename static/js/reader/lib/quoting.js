// What a quote says and where it comes from; shared by the tools of a turn and by selected words.

export function addressOf(turn) {
  return turn.querySelector(".time a").href;
}

export function saidIn(turn) {
  return [...turn.querySelectorAll(".said > p")].map(paragraph => paragraph.innerText.trim()).join("\n");
}

// The form is the page's language's: “words” — speaker, headline, address.
export function quote(words, turn) {
  const parts = { words, headline: headline(), speaker: textOf(turn, ".speaker b"), url: addressOf(turn) };
  return document.querySelector("turn-tools").dataset.quote.replace(/{(\w+)}/g, (_, name) => parts[name]);
}

export function headline() {
  return textOf(document, ".masthead h1");
}

export function textOf(place, selector) {
  return place.querySelector(selector).textContent.trim();
}

// Whether it could.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

// A page by plain http has no other.
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

// Shows the one of an element's sentences that is meant, or none.
export function say(place, what) {
  for (const words of place.querySelectorAll("[data-said]")) words.hidden = words.dataset.said !== what;
}
