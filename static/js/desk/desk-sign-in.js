// Signs in again where the session has ended, without leaving the page. It opens beside what is being typed and
// takes no focus: whoever types goes on typing.

import { isAnothers, parsed, startAgain, takeToken } from "./lib/session.js";

class DeskSignIn extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    document.addEventListener("desk:signed-out", () => this.#open(), { signal });
    this.addEventListener("submit", event => this.#submit(event));
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #address() {
    return document.body.dataset.signIn;
  }
  get #form() {
    return this.querySelector("form");
  }

  async #open() {
    const wasOpen = this.matches(":popover-open");
    if (!wasOpen) this.showPopover();
    const response = await fetch(this.#address).catch(() => null);
    if (!response?.ok) return wasOpen || this.hidePopover(); // the next refusal opens it again
    const page = parsed(await response.text());
    if (!wasOpen || isAnothers(page)) this.#show(page);
  }

  // The page's own form, whatever steps it has: password, code, an app to set up, the codes to be kept.
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
    const response = await fetch(address, { method, body }).catch(() => null);
    if (!response) return;
    const page = parsed(await response.text());
    if (page.querySelector("form.sign-in")) this.#show(page);
    else this.#signedIn(page);
  }

  // The page is the desk's list. What waits here is one user's; another gets a page of their own.
  #signedIn(page) {
    if (isAnothers(page)) return startAgain();
    takeToken(page);
    this.querySelector("[data-form]").replaceChildren();
    this.hidePopover();
    document.dispatchEvent(new Event("desk:signed-in"));
    document.dispatchEvent(new Event("fangtan:changed"));
  }
}

customElements.define("desk-sign-in", DeskSignIn);
