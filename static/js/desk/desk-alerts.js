// Tells by a sound or by a notification of the browser, as one has chosen, that something more waits.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { drafts } from "./lib/drafts.js";

const NAME = "alerts";
const TONE_HZ = 660;
const TONE_SECONDS = 0.2;
const VOLUME = 0.1;

class DeskAlerts extends ListeningElement {
  #audio = null;

  connected(signal) {
    document.addEventListener("desk:waiting", ({ detail }) => this.#tell(detail), { signal });
    this.addEventListener("change", event => this.#choose(event.target));
    const chosen = drafts.recall(NAME) ?? {};
    for (const box of this.#boxes) box.checked = chosen[box.name] && (box.name !== "notify" || isAllowed());
    this.#box("notify").closest("label").hidden = !("Notification" in globalThis);
    this.hidden = false;
  }

  get #boxes() {
    return [...this.querySelectorAll("[type=checkbox]")];
  }
  #box(name) {
    return this.#boxes.find(box => box.name === name);
  }

  // The sound is heard at once, so that one knows it, and since a browser lets a page sound only after a press in it.
  async #choose(box) {
    if (box.checked && box.name === "sound") this.#sound();
    if (box.checked && box.name === "notify") box.checked = (await Notification.requestPermission()) === "granted";
    this.querySelector("[data-refused]").hidden = box.name !== "notify" || box.checked || !isRefused();
    drafts.keep(NAME, Object.fromEntries(this.#boxes.map(box => [box.name, box.checked])), { isTyped: false });
  }

  #tell(title) {
    if (this.#box("sound").checked) this.#sound();
    if (this.#box("notify").checked && isAllowed() && document.hidden) notify(title);
  }

  #sound() {
    this.#audio ??= new AudioContext();
    const [tone, volume] = [this.#audio.createOscillator(), this.#audio.createGain()];
    tone.frequency.value = TONE_HZ;
    volume.gain.value = VOLUME;
    tone.connect(volume).connect(this.#audio.destination);
    tone.start();
    tone.stop(this.#audio.currentTime + TONE_SECONDS);
  }
}

function isAllowed() {
  return globalThis.Notification?.permission === "granted";
}

function isRefused() {
  return Notification.permission === "denied";
}

// One for the interview, however many come.
function notify(title) {
  const shown = new Notification(title, { tag: document.body.dataset.interview });
  shown.addEventListener("click", () => window.focus());
}

customElements.define("desk-alerts", DeskAlerts);
