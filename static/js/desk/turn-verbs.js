// What can be done with a turn, made from the page's one template when somebody asks for it and gone afterwards, since
// the forms of two thousand turns take a browser minutes. While something typed is in it (data-dirty at the turn) the turn
// isn't replaced: the newer element waits.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { isPlain } from "../shared/lib/plain-click.js";
import { putTurn } from "../shared/lib/rendered.js";
import { sameControl } from "../shared/lib/same-control.js";
import "./desk-photos.js";
import "./moment-field.js";
import { drafts } from "./lib/drafts.js";
import { keys } from "./lib/keys.js";
import { described } from "./lib/photo-fields.js";
import { show, showNothing } from "./lib/states.js";
import { fillVerbs, keepWhatIsMeant } from "./lib/turn-forms.js";
import { carryReasons } from "./lib/turn-suggestions.js";
import { uuid } from "./lib/uuid.js";

const EVENTS = ["click", "input", "keydown", "reset", "desk:done", "desk:conflict"];
const DRAFT_FIELDS = ["version", "speaker", "spoken_at", "initial-spoken_at", "text"];

class TurnVerbs extends ListeningElement {
  #incoming = null;
  #back = null; // the element to which the focus returns
  #isDone = false; // what a mere button asks for: the turn that comes shows it

  connected(signal) {
    for (const type of EVENTS) this.addEventListener(type, this, { signal });
    fillVerbs(this, this.turn);
  }

  handleEvent(event) {
    switch (event.type) {
      case "click":
        return this.#clicked(event);
      case "input":
        return this.#keep(event.target.form);
      case "keydown":
        return this.#press(event);
      case "reset":
        return this.close();
      case "desk:done":
        return event.target.closest("details") && this.close();
      case "desk:conflict":
        return event.target === this.#correction && this.#compare(event.target, event.detail);
    }
  }

  get turn() {
    return this.parentElement;
  }
  get isDirty() {
    return this.turn.hasAttribute("data-dirty");
  }
  // Something is typed, or on its way to the server.
  get isAtWork() {
    return this.isDirty || Boolean(this.querySelector("[aria-busy]"));
  }
  get first() {
    return [...this.querySelectorAll("summary, button, a")].find(isShown);
  }
  get #output() {
    return this.querySelector(":scope > output");
  }
  get #correction() {
    return this.querySelector("[data-verb=correct] form");
  }
  get #open() {
    return this.querySelector("details[open]")?.dataset.verb;
  }

  // Without a verb it offers them all. False if this turn has no such verb.
  show(verb, { back = null, isFocused = true } = {}) {
    const details = verb ? this.querySelector(`[data-verb=${verb}]`) : null;
    if (verb && !details) return false;
    this.#back = back;
    if (details) details.open = true;
    this.#mark();
    if (isFocused) this.#focus(details);
    return true;
  }

  // At the end of the text, and with what saves it in sight.
  #focus(details) {
    const field = details?.querySelector("textarea") ?? details?.querySelector("input:not([type=hidden])");
    (field ?? this.first).focus();
    field?.setSelectionRange(field.value.length, field.value.length);
    field?.form.scrollIntoView({ block: "nearest" });
  }

  // For the style sheet: while one of the forms is open the turn shows only that.
  #mark() {
    this.toggleAttribute("data-open", Boolean(this.#open));
    this.turn.toggleAttribute("data-asking", Boolean(this.#open));
    this.turn.toggleAttribute("data-correcting", this.#open === "correct");
  }

  #clicked(event) {
    if (event.target.closest("turn-verbs > button")) this.#isDone = true;
    const details = event.target.closest("summary")?.parentElement;
    if (!details) return;
    event.preventDefault();
    if (details.open) this.close();
    else this.show(details.dataset.verb);
  }

  #press(event) {
    const form = event.target.closest("form");
    if (keys.is(event, "cancel")) return form ? form.reset() : this.close();
    if (form && keys.is(event, "publish") && !event.repeat) form.querySelector("button.primary").click();
  }

  #keep(form) {
    this.turn.toggleAttribute("data-dirty", true);
    if (form.elements.key) form.elements.key.value = uuid(); // other words make another turn
    if (form === this.#correction)
      drafts.keep(this.turn.id, [["interview", document.body.dataset.interview], ...new FormData(form)]);
  }

  // Shows a correction that was being typed when the page was left or loaded again.
  recall(draft) {
    for (const [name, value] of draft)
      if (DRAFT_FIELDS.includes(name) && this.#correction.elements[name]) this.#correction.elements[name].value = value;
    this.#correction.querySelector("moment-field")?.check(Object.fromEntries(draft).spoken_at_fold);
    for (const [key, alt] of described(draft)) {
      const photo = this.#correction.querySelector(`desk-photo [value="${key}"]`);
      if (photo) photo.closest("desk-photo").querySelector("[name=alt]").value = alt;
    }
    this.turn.toggleAttribute("data-dirty", true);
  }

  // After it was done, cancelled or left to another editor.
  close() {
    const { turn } = this;
    const verb = this.#open;
    const isFocused = this.contains(document.activeElement);
    if (verb === "correct") drafts.forget(turn.id);
    for (const name of ["data-dirty", "data-asking", "data-correcting"]) turn.removeAttribute(name);
    showNothing(turn.querySelector(".verbs > output"));
    this.remove();
    if (this.#incoming) carryReasons(turn, this.#incoming);
    if (this.#incoming) putTurn(turn.closest("live-transcript"), this.#incoming, turn);
    const now = document.getElementById(turn.id);
    const opener =
      now?.querySelector(`[data-opens="${verb === "correct" ? verb : ""}"]`) ?? now?.querySelector("[data-opens]");
    if (isFocused) (this.#back ?? opener)?.focus({ preventScroll: true });
    document.dispatchEvent(new Event("fangtan:changed")); // loading the page again may have waited for this
  }

  // Lets a newer element come in, with the same form open, or keeps it until what is typed here is done.
  replace(event) {
    const { incoming } = event.detail;
    if (!this.isDirty) return this.#handOver(incoming);
    event.preventDefault();
    this.#incoming = incoming;
    if (!this.querySelector("[aria-busy], .theirs")) show(this.#output, "meanwhile");
  }

  #handOver(incoming) {
    const [verb, back, focused] = [this.#open, this.#back, document.activeElement];
    if (!incoming || (!verb && this.#isDone)) return keepFocus(this.turn, incoming);
    const isFocused = this.contains(focused);
    queueMicrotask(() => {
      const isOpen = openVerbs(incoming, verb, { back, isFocused: false });
      if (isFocused && isOpen) (sameIn(verbsOf(incoming), verb, focused) ?? verbsOf(incoming).first).focus();
      else if (isFocused) incoming.querySelector("[data-opens='']").focus();
    });
  }

  // Takes over their version, so that saving again means that the editor has seen both texts.
  #compare(form, { version, theirs }) {
    const comparison = document.getElementById("theirs").content.cloneNode(true);
    const speaker = [...form.elements.speaker.options].find(option => Number(option.value) === theirs.speaker);
    comparison.querySelector("[data-speaker]").textContent = speaker?.text;
    comparison.querySelector("[data-text]").textContent = theirs.text;
    this.querySelector(".theirs")?.remove();
    form.prepend(comparison);
    form.elements.version.value = version;
    form.scrollIntoView({ block: "nearest" });
  }
}

function isShown(control) {
  return control.getClientRects().length > 0;
}

// Opens a turn's verbs, or one of them; false if the turn has it not.
export function openVerbs(turn, verb, options) {
  for (const other of document.querySelectorAll("live-transcript turn-verbs"))
    if (other.turn !== turn && !other.isAtWork) other.close();
  const verbs = verbsOf(turn) ?? makeVerbs(turn);
  if (verbs.show(verb, options)) return true;
  verbs.close();
  return false;
}

function sameIn(verbs, verb, control) {
  return sameControl(verbs.querySelector(`[data-verb="${verb}"]`) ?? verbs, control);
}

function verbsOf(turn) {
  return turn.querySelector(":scope > turn-verbs");
}

function makeVerbs(turn) {
  const made = document.importNode(document.getElementById("turn-verbs").content, true);
  keepWhatIsMeant(made, turn);
  turn.append(made);
  return verbsOf(turn);
}

function clicked(event) {
  const opener = event.target.closest("live-transcript [data-opens]");
  if (!opener || !isPlain(event)) return;
  event.preventDefault();
  const turn = opener.closest(".turn");
  const verb = opener.dataset.opens;
  if (!verb && verbsOf(turn)) verbsOf(turn).isAtWork || verbsOf(turn).close();
  else openVerbs(turn, verb);
}

function replaced(event) {
  const verbs = verbsOf(event.target);
  if (verbs) verbs.replace(event);
  else keepFocus(event.target, event.detail.incoming);
  if (!event.defaultPrevented) carryReasons(event.target, event.detail.incoming);
}

// On what does the same in the element that comes, or else on a link: never on another button.
function keepFocus(turn, incoming) {
  const focused = document.activeElement;
  if (!incoming || !turn.contains(focused)) return;
  queueMicrotask(() => (sameControl(incoming, focused) ?? incoming.querySelector("[data-opens='']")).focus());
}

// Shows the corrections that were being typed in these turns, or in all that the page has.
function recallDrafts(turns) {
  for (const [name, draft] of drafts.all("turn-")) {
    const turn = document.getElementById(name);
    if (turn && !verbsOf(turn) && (!turns || turns.includes(turn))) recallDraft(turn, draft);
  }
}

function recallDraft(turn, draft) {
  const verbs = makeVerbs(turn);
  if (verbs.show("correct", { isFocused: false })) verbs.recall(draft);
  else verbs.close();
}

document.addEventListener("click", clicked);
document.addEventListener("turn:replace", replaced);
document.addEventListener("turns:loaded", ({ detail }) => recallDrafts(detail));
customElements.define("turn-verbs", TurnVerbs);
recallDrafts();
