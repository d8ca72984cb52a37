// The form in which turns are typed. What is published leaves the text field at once and waits in the outbox until the
// server has it; what is not published yet is kept in the browser as a draft.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { isComposing } from "../shared/lib/presses.js";
import { isComingBack, isReturn } from "../shared/lib/returning.js";
import { drafts } from "./lib/drafts.js";
import "./lib/needed.js";
import { fitHeight } from "./lib/field-height.js";
import { keys } from "./lib/keys.js";
import { speakerAfter } from "./lib/next-speaker.js";
import { outbox } from "./lib/outbox.js";
import { described } from "./lib/photo-fields.js";
import { uuid } from "./lib/uuid.js";
import "./spoken-time.js";
import { openVerbs } from "./turn-verbs.js";

const NOT_SENT_AS_TYPED = ["key", "spoken_at", "spoken_at_fold", "csrfmiddlewaretoken"];
const TYPING_PAUSE = 2_000; // ms without a key, after which the page may be loaded again
const END_TOLERANCE = 80; // px from the page's end that count as at its end

class DeskComposer extends ListeningElement {
  #key = uuid(); // changes with the words: recalled in two windows and published from both they are one turn
  #growing = null; // {key, speaker} of the turn that the next paragraph belongs to
  #published = []; // speakers of the turns sent from here, which may not be in the transcript yet
  #underWay = []; // posts that are not in the outbox yet
  #isWaiting = false; // for photos to be uploaded
  #isComposing = false;
  #rest = null;
  #isAtEnd = !isComingBack;

  connected(signal) {
    this.addEventListener("submit", event => this.#submit(event));
    this.addEventListener("keydown", event => this.#press(event));
    this.addEventListener("input", () => this.#typed());
    for (const type of ["input", "compositionstart", "compositionend"])
      this.addEventListener(type, event => this.#goOn(event));
    this.addEventListener("desk:retimed", () => this.#keep());
    addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    document.addEventListener("transcript:change", () => this.#changed(), { signal });
    this.#recall();
    if (!location.hash || isReturn) this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#rest);
  }

  get #form() {
    return this.querySelector("form");
  }
  get #text() {
    return this.#form.elements.text;
  }
  get #time() {
    return this.querySelector("spoken-time");
  }
  get #photos() {
    return this.querySelector("desk-photos");
  }
  get #seats() {
    return [...this.querySelectorAll("[name=speaker]")];
  }
  get #speaker() {
    return this.#seats.find(seat => seat.checked)?.value;
  }
  set #speaker(speaker) {
    for (const seat of this.#seats) seat.checked = seat.value === String(speaker);
    this.#nameSpeaker();
  }

  #changed() {
    this.toggleAttribute("not-yet", this.#isBeforeTheStart);
    this.#follow();
  }

  // Names the speaker on the button, too, where an editor looks before publishing.
  #nameSpeaker() {
    for (const seat of this.#seats) seat.labels[0].classList.toggle("chosen", seat.checked);
    for (const place of this.querySelectorAll("[data-as]")) place.textContent = this.#label;
  }

  get #label() {
    const seat = this.#seats.find(seat => seat.checked);
    return seat?.labels[0].querySelector("span").textContent ?? "";
  }

  // Keeps the page from being loaded again while somebody types, which would take an input method's letters away.
  #goOn({ type }) {
    if (type !== "input") this.#isComposing = type === "compositionstart";
    this.toggleAttribute("typing", true);
    clearTimeout(this.#rest);
    if (!this.#isComposing) this.#rest = setTimeout(() => this.#pause(), TYPING_PAUSE);
  }

  #pause() {
    this.toggleAttribute("typing", false);
    if (document.querySelector("live-transcript[stale]")) document.dispatchEvent(new Event("fangtan:changed"));
  }

  #typed() {
    this.#text.setCustomValidity("");
    this.toggleAttribute("edited", true);
    this.#key = uuid();
    if (this.#growing?.speaker !== this.#speaker) this.#grow(null); // another can't go on with their turn
    this.#nameSpeaker();
    const { ended } = this.#interview;
    if (this.#text.value.trim()) this.#time.begin({ end: ended ? Date.parse(ended) : undefined, last: lastSpoken() });
    else if (!this.#time.draft.byHand) this.#time.draft = {};
    this.#keep();
  }

  #press(event) {
    if (isComposing(event)) return;
    const isGoingOn = keys.is(event, "go-on");
    if (isGoingOn || keys.is(event, "publish")) event.repeat || this.#button(isGoingOn).click();
    else if (event.key === "Enter" && event.target.matches("input:not([type=file])"))
      event.preventDefault(); // or the form would be sent
    else if (keys.is(event, "correct-last"))
      this.#text.value || event.target !== this.#text || this.#correctLast(event);
    else this.#choose(event);
  }

  #button(isGoingOn) {
    if (this.#isBeforeTheStart) return this.querySelector("[name=prepare]");
    return this.querySelector(isGoingOn ? "[name=go-on]" : "[name=publish]");
  }

  get #interview() {
    return document.querySelector("[data-status]").dataset;
  }

  get #isBeforeTheStart() {
    return ["draft", "scheduled"].includes(this.#interview.status);
  }

  // By place, or the one before or after.
  #choose(event) {
    const seats = this.#seats;
    const place = keys.place(event);
    const step = keys.is(event, "speaker-after") - keys.is(event, "speaker-before");
    if (!place && !step) return;
    event.preventDefault(); // also without a seat there: a browser may go to another tab by this key
    const seat = step
      ? seats[(seats.findIndex(seat => seat.checked) + step + seats.length) % seats.length]
      : seats[place - 1];
    if (!seat) return;
    this.#speaker = seat.value;
    this.#typed();
  }

  #correctLast(event) {
    const last = lastTurn();
    if (!last || !openVerbs(last, "correct", { back: this.#text })) return;
    event.preventDefault();
  }

  async #submit(event) {
    event.preventDefault();
    const { submitter } = event;
    this.#text.focus();
    this.#isAtEnd = true;
    if (this.#isWaiting || this.#lacksWords()) return;
    if (!this.#text.value.trim()) return this.#grow(null); // that turn is complete
    const [text, speaker] = [this.#text.value, this.#speaker];
    this.#isWaiting = true;
    const isReady = await this.#photos.ready().finally(() => (this.#isWaiting = false));
    if (isReady && text === this.#text.value && speaker === this.#speaker) this.#publish(submitter);
  }

  #lacksWords() {
    const lacks = this.#hasPhotos && !this.#text.value.trim();
    this.#text.setCustomValidity(lacks ? this.dataset.wordless : "");
    return lacks && !this.#text.reportValidity();
  }

  get #hasPhotos() {
    return Boolean(this.#form.elements.photo);
  }

  #publish(button) {
    if (button.name === "prepare") return this.#leave(this.#prepared());
    const isParagraph = this.#growing && !this.#hasPhotos;
    const leaving = isParagraph ? this.#paragraph() : this.#turn();
    const goesOn = button.name === "go-on";
    const speaker = this.#speaker;
    this.#published.push(speaker);
    this.#grow(goesOn ? { key: isParagraph ? this.#growing.key : leaving.key, speaker } : null);
    if (!goesOn) this.#guessAfter(speaker);
    this.#leave(leaving);
  }

  #turn() {
    this.#time.notBefore(Date.parse(this.#interview.started));
    const fields = [...new FormData(this.#form)].filter(([name]) => !NOT_SENT_AS_TYPED.includes(name));
    this.#photos.clear();
    return this.#leavingBy(this.#form.action, [...fields, ...this.#time.fields]);
  }

  #paragraph() {
    return this.#leavingBy(this.dataset.grow, [
      ["turn", this.#growing.key],
      ["text", this.#text.value],
    ]);
  }

  #prepared() {
    return this.#leavingBy(this.dataset.prepare, [
      ["speaker", this.#speaker],
      ["text", this.#text.value],
    ]);
  }

  #leavingBy(url, fields) {
    const key = this.#key;
    return { key, url, fields: [...fields, ["key", key]], about: { speaker: this.#label, text: this.#text.value } };
  }

  #leave(leaving) {
    this.#text.value = "";
    fitHeight(this.#text);
    this.#time.draft = {};
    this.toggleAttribute("edited", false);
    this.#key = uuid();
    this.#send(leaving);
  }

  // Keeps the post in the draft until it is in the outbox.
  async #send(post) {
    this.#underWay.push(post);
    this.#keep();
    await outbox.put(post);
    this.#underWay = this.#underWay.filter(other => other !== post);
    this.#keep();
  }

  #grow(turn) {
    this.#growing = turn;
    this.toggleAttribute("growing", Boolean(turn));
    this.#keep();
  }

  #guessAfter(speaker) {
    const seats = this.#seats.map(seat => ({ speaker: seat.value, isHost: seat.hasAttribute("data-host") }));
    this.#speaker = speakerAfter(speaker, seats, [...spokenBy(), ...this.#published]);
  }

  #keep() {
    const text = this.#text.value,
      growing = this.#growing,
      underWay = this.#underWay;
    if (!underWay.length && !growing && !text) return drafts.forget(this.dataset.draft);
    drafts.keep(this.dataset.draft, {
      speaker: this.#speaker,
      text,
      key: this.#key,
      time: this.#time.draft,
      growing,
      underWay,
    });
  }

  #recall() {
    const draft = drafts.recall(this.dataset.draft);
    if (!draft) return this.#guess();
    this.#text.value = draft.text;
    fitHeight(this.#text);
    this.#speaker = draft.speaker;
    this.#key = draft.key ?? this.#key;
    this.#time.draft = draft.time ?? {};
    this.#growing = draft.growing ?? null;
    this.toggleAttribute("growing", Boolean(this.#growing));
    for (const post of draft.underWay ?? []) this.#send(post); // the window was closed; its key keeps a post from becoming two
  }

  // Brings back what the server refused, behind what was typed since.
  takeBack(fields) {
    const { text, speaker } = Object.fromEntries(fields);
    this.#text.value = [this.#text.value, text].filter(Boolean).join("\n");
    if (speaker) this.#speaker = speaker;
    this.#photos.takeBack(described(fields));
    this.#typed();
    this.#text.focus();
    fitHeight(this.#text);
  }

  #guess() {
    const last = spokenBy().pop();
    if (last) this.#guessAfter(last);
    else if (this.#seats.length) this.#speaker = this.#seats[0].value;
  }

  #begin() {
    this.#text.focus({ preventScroll: true });
    this.#follow();
  }

  #scrolled() {
    this.#isAtEnd = document.documentElement.scrollHeight - scrollY - innerHeight < END_TOLERANCE;
  }

  // Follows the page's end, but not while a turn is being corrected, which would move away under the editor's hands.
  #follow() {
    if (this.#isAtEnd && !document.activeElement.closest(".turn")) scrollTo(0, document.documentElement.scrollHeight);
  }
}

// In ms since 1970, rounded up: what is said after it stands behind it.
function lastSpoken() {
  return Math.ceil((lastTurn()?.dataset.at ?? 0) / 1_000);
}

// Asked for with each key: a selector for it would be tried at each element of the transcript.
function lastTurn() {
  return document.querySelector("[data-turns=transcript]").lastElementChild;
}

function spokenBy() {
  return [...document.querySelectorAll("[data-turns=transcript] > .turn")].map(turn => turn.dataset.speaker);
}

customElements.define("desk-composer", DeskComposer);
