// Tells the others at the desk what is being typed in this window, and shows what they type: at the turn that one of them
// is correcting, and above the composer.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { inStore } from "./lib/drafts.js";
import { post } from "./lib/posting.js";
import { uuid } from "./lib/uuid.js";

const REPORT_INTERVAL = 20_000; // ms; the server takes a window that is silent for 50 s for closed
const TYPING_PAUSE = 20_000; // ms since the last key, after which nobody is typing
const LOOK_INTERVAL = 1_000; // ms; no event tells when a text is emptied or a turn replaced
const STORED_WINDOW = "fangtan:window";

// Looked up once, and turns' verbs kept up to date by the browser: with each key a selector would be tried at each element
// of the transcript.
const text = document.querySelector("desk-composer [name=text]");
const typingNow = document.querySelector("[data-typing-now]");
const verbs = document.getElementsByTagName("turn-verbs");

class DeskPresence extends ListeningElement {
  #window = takeUp();
  #typedAt = -Infinity;
  #told = null;
  #toldAt = 0;
  #isTelling = false;
  #timer = null;
  #marked = []; // where something is written about another's correction

  connected(signal) {
    document.addEventListener("input", event => this.#typed(event), { signal });
    document.addEventListener("toggle", () => this.#look(), { signal, capture: true }); // toggle doesn't bubble
    document.addEventListener("transcript:change", () => this.#look(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", event => event.persisted && this.#comeBack(), { signal });
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL);
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  get #lines() {
    return [...this.querySelectorAll("[data-window]")];
  }

  #typed({ target }) {
    if (target === text) this.#typedAt = performance.now();
    this.#look();
  }

  #look() {
    this.#tell();
    this.#mark();
  }

  // Reports a change at once, and now and then that nothing has changed. One report at a time, or an older one might come
  // in last; one that fails is made good by the next.
  async #tell() {
    const doing = { speaker: this.#speaker, turn: correcting() };
    const is = `${doing.speaker} ${doing.turn}`;
    const isKnown = is === this.#told && performance.now() - this.#toldAt < REPORT_INTERVAL;
    if (isKnown || this.#isTelling) return;
    this.#told = is;
    this.#toldAt = performance.now();
    this.#isTelling = true;
    await post(this.dataset.url, { window: this.#window, ...doing });
    this.#isTelling = false;
    this.#tell();
  }

  get #speaker() {
    if (!text.value.trim() || performance.now() - this.#typedAt > TYPING_PAUSE) return "";
    return text.form.querySelector("[name=speaker]:checked")?.value ?? "";
  }

  #mark() {
    const others = this.#lines.filter(({ dataset }) => dataset.window !== this.#window);
    const busy = others.map(({ dataset }) => placeOf(dataset.turn)).filter(Boolean);
    for (const place of new Set([...this.#marked, ...busy])) {
      const here = others.filter(({ dataset }) => place === placeOf(dataset.turn));
      write(place, "busy-words", here);
    }
    this.#marked = busy;
    const typing = others.filter(({ dataset }) => dataset.for);
    write(typingNow, "typing-words", typing);
    for (const line of this.#lines) line.querySelector("[data-you]").hidden = !this.#isMine(line);
  }

  // The windows in which a user types nothing share one line.
  #isMine({ dataset }) {
    const isIdle = !dataset.for && !dataset.turn;
    return dataset.window === this.#window || (isIdle && dataset.user === document.body.dataset.user);
  }

  #leave() {
    const csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]").value;
    navigator.sendBeacon(this.dataset.url, new URLSearchParams({ window: this.#window, gone: 1, csrfmiddlewaretoken }));
    inStore("sessionStorage", store => store.setItem(STORED_WINDOW, this.#window));
  }

  #comeBack() {
    this.#window = takeUp();
    this.#told = null;
    this.#look();
  }
}

// The window's id: the same after a reload, another in a duplicate of the tab, which copies what is stored.
function takeUp() {
  const stored = inStore("sessionStorage", store => store.getItem(STORED_WINDOW));
  inStore("sessionStorage", store => store.removeItem(STORED_WINDOW));
  return stored ?? uuid();
}

function correcting() {
  const open = [...verbs].map(({ turn }) => turn).filter(turn => turn?.matches(".turn[data-correcting]"));
  const turn = open.find(turn => turn.contains(document.activeElement)) ?? open[0];
  return turn?.id.replace("turn-", "") ?? "";
}

function placeOf(turn) {
  return document.getElementById(`turn-${turn}`)?.querySelector(":scope > .busy");
}

// Writes only what differs, since a screen reader reads it out.
function write(place, template, lines) {
  const text = lines.map(line => words(template, line.dataset)).join(" ");
  if (place.textContent !== text) place.textContent = text;
}

function words(template, line) {
  const content = document.getElementById(template).content.cloneNode(true);
  for (const name of ["who", "for"]) {
    for (const place of content.querySelectorAll(`[data-${name}]`)) place.textContent = line[name];
  }
  return content.textContent;
}

customElements.define("desk-presence", DeskPresence);
