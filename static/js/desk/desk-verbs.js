// Sends the forms inside it without leaving the page: those with data-outbox by the outbox, the others by fetch. Tells the
// form how it went by "desk:done" or "desk:conflict", and the page by "fangtan:changed".

import { fieldsOf } from "../shared/lib/form-fields.js";
import "./lib/needed.js";
import { outbox } from "./lib/outbox.js";
import { failure, post, retryAfter } from "./lib/posting.js";
import { show, showErrors, showNothing } from "./lib/states.js";

class DeskVerbs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
    this.addEventListener("transcript:reload", this);
    this.addEventListener("transcript:signed-out", () => document.dispatchEvent(new Event("desk:signed-out")));
  }

  // Keeps the page from being loaded again while something typed would be lost by it.
  handleEvent(event) {
    if (event.type === "submit") {
      event.preventDefault();
      this.#take(event.target, event.submitter);
    } else if (document.querySelector("desk-verbs :is([data-dirty], [aria-busy]), desk-composer[typing]"))
      event.preventDefault();
  }

  async #take(form, submitter) {
    if ((await form.querySelector("desk-photos")?.ready()) === false) return;
    const url = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const fields = fieldsOf(form, submitter).filter(([name]) => name !== "csrfmiddlewaretoken");
    if ("outbox" in form.dataset) this.#leave(form, url, fields);
    else this.#send(form, submitter, url, fields);
  }

  // A second submit waits until the first is kept, when the form gets a new key: with the same key both would be one.
  async #leave(form, url, fields) {
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    await outbox.put({ url, fields, about: { text: form.elements.text.value } });
    form.removeAttribute("aria-busy");
    tell(form, "desk:done", {});
  }

  async #send(form, submitter, url, fields) {
    const busy = submitter ?? form; // all turns' buttons share one form
    if (busy.hasAttribute("aria-busy")) return;
    busy.setAttribute("aria-busy", "true");
    const output = outputFor(submitter ?? form);
    show(output, "saving");
    const { status, answer } = await this.#post(form, output, url, fields);
    busy.removeAttribute("aria-busy");
    this.#answered(form, output, status, answer);
    if (answer.event) tell(document, "desk:undoable", { event: answer.event, about: nameOf(form, submitter) });
  }

  // Sends a form with text again until there is an answer or the editor changes it; a mere button can be pressed again.
  async #post(form, output, url, fields, failures = 0) {
    const outcome = await post(url, fields);
    const isPatient = form.querySelector("textarea, input:not([type=hidden])");
    if (!isPatient || (outcome.status && outcome.status < 500)) return outcome;
    show(output, "trying");
    if (!(await isStillWanted(form, failures))) return outcome;
    return this.#post(form, output, url, fields, failures + 1);
  }

  #answered(form, output, status, answer) {
    if (status >= 200 && status < 300) {
      showNothing(output);
      tell(form, "desk:done", answer);
      document.dispatchEvent(new Event("fangtan:changed"));
    } else if (status === 409) {
      show(output, "conflict");
      tell(form, "desk:conflict", answer);
    } else if (status === 400) showErrors(output, answer);
    else this.#failed(output, status);
  }

  #failed(output, status) {
    show(output, failure(status) ?? "failed");
    if (status === 401) document.dispatchEvent(new Event("desk:signed-out"));
  }
}

function isStillWanted(form, failures) {
  return new Promise(resolve => {
    const over = new AbortController();
    const answer = isWanted => {
      over.abort();
      resolve(isWanted);
    };
    setTimeout(answer, retryAfter(failures), true);
    addEventListener("online", () => answer(true), { signal: over.signal });
    form.addEventListener("reset", () => answer(false), { signal: over.signal });
    form.addEventListener("input", () => answer(false), { signal: over.signal });
  });
}

// The nearest one that stands beside the element or beside what it is in.
function outputFor(element) {
  return element.querySelector(":scope > output") ?? outputFor(element.parentElement);
}

// The verb's name as the page words it.
function nameOf(form, submitter) {
  return (form.closest("details")?.querySelector("summary") ?? submitter).textContent.trim();
}

function tell(target, type, detail) {
  target.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}

customElements.define("desk-verbs", DeskVerbs);
