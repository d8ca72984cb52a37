// One photo of a form: waiting, sending, kept by the server; trying or signed-out until it can be sent again; refused
// or too-big for good. Its words for each state stand in the page. Tells of a change by "photo:change".

import { headers, retryAfter } from "./lib/posting.js";

const SILENCE = 60_000; // ms without progress or answer count as a lost connection

class DeskPhoto extends HTMLElement {
  #file = null;
  #request = null;
  #retry = null;
  #failures = 0;
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener("online", () => this.tryAgain(), { signal });
    document.addEventListener("desk:signed-in", () => this.tryAgain(), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#retry);
    this.#request?.abort();
  }

  get key() {
    return this.querySelector("[name=photo]").value;
  }
  get alt() {
    return this.querySelector("[name=alt]").value;
  }
  get state() {
    return this.dataset.state;
  }
  set state(state) {
    this.dataset.state = state;
    this.dispatchEvent(new Event("photo:change", { bubbles: true }));
  }

  get isUnderWay() {
    return ["waiting", "sending", "trying", "signed-out"].includes(this.state);
  }
  get #progress() {
    return this.querySelector("progress");
  }

  show({ key, file, alt = "" }) {
    const image = this.querySelector("img");
    this.#file = file;
    this.querySelector("[name=photo]").value = key;
    this.querySelector("[name=alt]").value = alt;
    if (!file) return;
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
  }

  async send(url) {
    this.state = "sending";
    const { status, answer } = await this.#upload(url);
    if (!this.isConnected) return;
    if (status === 201) this.state = "kept";
    else if (status === 400) this.#refuse(answer);
    else if (status === 413) this.state = "too-big";
    else this.#tryLater(status);
  }

  tryAgain() {
    clearTimeout(this.#retry);
    if (["trying", "signed-out"].includes(this.state)) this.state = "waiting";
  }

  // By XMLHttpRequest, since fetch tells nothing of its progress.
  #upload(url) {
    const request = (this.#request = new XMLHttpRequest());
    const fields = new FormData();
    fields.set("key", this.key);
    fields.set("file", this.#file);
    request.open("POST", url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    return new Promise(resolve => {
      let silence = setTimeout(() => request.abort(), SILENCE);
      request.upload.onprogress = ({ loaded, total }) => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), SILENCE);
        this.#progress.value = loaded / total;
      };
      request.onloadend = () => {
        clearTimeout(silence);
        resolve({ status: request.status, answer: request.response });
      };
      request.send(fields);
    });
  }

  #refuse(answer) {
    this.querySelector("[data-when=refused]").textContent =
      Object.values(answer?.errors ?? {})
        .flat()
        .join(" ") || "—";
    this.state = "refused";
  }

  #tryLater(status) {
    this.#retry = setTimeout(() => this.tryAgain(), retryAfter(this.#failures));
    this.#failures += 1;
    this.state = status === 401 ? "signed-out" : "trying";
    if (status === 401) document.dispatchEvent(new Event("desk:signed-out"));
  }
}

customElements.define("desk-photo", DeskPhoto);
