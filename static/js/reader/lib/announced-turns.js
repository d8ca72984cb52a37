// Says to a screen reader who spoke, never what, and not more often than a listener can bear.

import { filled } from "../../shared/lib/filled.js";

const ANNOUNCEMENT_INTERVAL = 5_000; // ms

class Announcer {
  #turns = []; // that are not announced yet
  #timer = null;

  say(turns, transcript) {
    this.#turns.push(...turns);
    if (!this.#timer) this.#speak(transcript);
  }

  #speak(transcript) {
    const turns = transcript.hasAttribute("paused") ? [] : this.#turns;
    this.#turns = [];
    const words = turns.length ? announcement(transcript.querySelector("new-turns").dataset, turns) : "";
    transcript.querySelector("[data-announced]").textContent = words;
    this.#timer = words ? setTimeout(() => this.#goOn(transcript), ANNOUNCEMENT_INTERVAL) : null;
  }

  #goOn(transcript) {
    this.#timer = null;
    this.#speak(transcript);
  }
}

function announcement(wordings, turns) {
  const last = turns.reduce((one, other) => (Number(other.dataset.at) < Number(one.dataset.at) ? one : other));
  const name = last.getAttribute("aria-label");
  if (turns.length === 1) return filled(wordings.said, { name });
  return filled(wordings.last, { turns: newTurns(wordings, turns.length), name });
}

// “1 new turn”, “3 new turns”, in the page's language; the wordings are the data attributes of <new-turns>.
export function newTurns(wordings, count) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  return filled(wordings[form] ?? wordings.other, { n: count });
}

export const announcer = new Announcer();
