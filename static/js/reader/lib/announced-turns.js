// Says to a screen reader who spoke, never what: no more often than a listener can bear, and nothing while paused.

const EVERY = 5_000; // ms

class Announcer {
  #turns = [];
  #rest = null;

  say(turns, transcript) {
    this.#turns.push(...turns);
    if (!this.#rest) this.#speak(transcript);
  }

  #speak(transcript) {
    const turns = transcript.hasAttribute("paused") ? [] : this.#turns;
    this.#turns = [];
    const words = turns.length ? this.#words(transcript.querySelector("new-turns"), turns) : "";
    transcript.querySelector("[data-announced]").textContent = words;
    this.#rest =
      words &&
      setTimeout(() => {
        this.#rest = null;
        this.#speak(transcript);
      }, EVERY);
  }

  #words(element, turns) {
    const last = turns.reduce((one, other) => (Number(other.dataset.at) < Number(one.dataset.at) ? one : other));
    const name = last.getAttribute("aria-label");
    if (turns.length === 1) return element.dataset.said.replace("{name}", () => name);
    return element.dataset.last.replace("{turns}", newTurns(element, turns.length)).replace("{name}", () => name);
  }
}

// “1 new turn”, “3 new turns”, in the words of the page's language.
export function newTurns(element, count) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  return (element.dataset[form] ?? element.dataset.other).replace("{n}", count);
}

export const announcer = new Announcer();
