// Lets an editor whose session has ended sign in again without leaving the page. It opens beside what is being typed and
// takes no focus, so that typing can go on.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { parsed } from "../shared/lib/pages.js";
import { ANSWER_TIMEOUT, abortAfter } from "../shared/lib/timeouts.js";
import { isAnothers, startAgain, takeToken } from "./lib/session.js";

class DeskSignIn extends ListeningElement {
  connected(signal) {
    document.addEventListener("desk:signed-out", () => this.#open(), { signal });
    document.addEventListener("transcript:change", () => this.#isOutOfDate && this.#close(), { signal });
    this.addEventListener("submit", event => this.#submit(event));
  }

  get #address() {
    return document.body.dataset.signIn;
  }
  get #form() {
    return this.querySelector("form");
  }

  // While it asks, its user has signed in in another tab; but codes that are to be kept stay in view.
  get #isOutOfDate() {
    return !this.hidden && this.#form?.matches("[method=post]:not([aria-busy])");
  }

  async #open() {
    const wasOpen = !this.hidden;
    this.hidden = false;
    const page = await fetchPage(this.#address);
    if (!page) return void (this.hidden = !wasOpen); // the next request that is refused opens it again
    if (!wasOpen || isAnothers(page)) this.#show(page);
  }

  // Shows the form of the sign-in page, whatever its step: password, code, an app to set up, the codes to be kept.
  #show(page) {
    if (isAnothers(page)) return startAgain();
    takeToken(page);
    const isHere = this.contains(document.activeElement);
    this.querySelector("[data-form]").replaceChildren(page.querySelector("form.sign-in"));
    if (isHere) this.querySelector("form.sign-in :is(input:not([type=hidden]), button)").focus();
  }

  async #submit(event) {
    event.preventDefault();
    const { method } = this.#form;
    const body = method === "post" ? new URLSearchParams(new FormData(this.#form)) : null;
    const address = body ? this.#address : this.#form.getAttribute("action");
    this.#form.setAttribute("aria-busy", "true");
    const page = await fetchPage(address, { method, body });
    this.#form?.removeAttribute("aria-busy");
    this.querySelector("[data-unanswered]").hidden = Boolean(page);
    if (!page) return;
    if (page.querySelector("form.sign-in")) this.#show(page);
    else this.#signedIn(page);
  }

  // What waits in this page belongs to its user; if another has signed in the page is loaded again.
  #signedIn(page) {
    if (isAnothers(page)) return startAgain();
    takeToken(page);
    this.#close();
    document.dispatchEvent(new Event("fangtan:changed"));
  }

  #close() {
    this.querySelector("[data-form]").replaceChildren();
    this.hidden = true;
    document.dispatchEvent(new Event("desk:signed-in"));
  }
}

// The site's page, or null: there may be no answer, or one of a network that has a sign-in of its own.
async function fetchPage(address, options = {}) {
  try {
    const response = await fetch(address, { ...options, signal: abortAfter(ANSWER_TIMEOUT) });
    const page = parsed(await response.text());
    return page.querySelector("[name=csrfmiddlewaretoken], [data-user]") ? page : null;
  } catch {
    return null;
  }
}

customElements.define("desk-sign-in", DeskSignIn);
