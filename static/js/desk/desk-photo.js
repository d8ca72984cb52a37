// Uploads one photo of a form. Its state is waiting, sending, then kept by the server; trying or signed-out until it can
// be sent again; refused or too-big for good. Each change is an event "photo:change". The words of each state stand in
// the page.

import { ListeningElement } from "../shared/lib/listening-element.js";
import { refusal } from "../shared/lib/refusal.js";
import { headers, retryAfter } from "./lib/posting.js";

const UPLOAD_TIMEOUT = 60_000; // ms without progress or answer

class DeskPhoto extends ListeningElement {
  #file = null;
  #request = null;
  #retry = null;
  #failures = 0;

  connected(signal) {
    addEventListener("online", () => this.tryAgain(), { signal });
    document.addEventListener("desk:signed-in", () => this.tryAgain(), { signal });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
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
    if (status === 201 && answer?.photo === this.key)
      this.state = "kept"; // or it was no answer of this server
    else if (status === 400) this.#refuse(answer);
    else if (status === 413) this.state = "too-big";
    else this.#tryLater(status);
  }

  tryAgain() {
    clearTimeout(this.#retry);
    if (["trying", "signed-out"].includes(this.state)) this.state = "waiting";
  }

  // Uses XMLHttpRequest, since fetch doesn't report the progress of an upload.
  #upload(url) {
    const request = (this.#request = new XMLHttpRequest());
    const fields = new FormData();
    fields.set("key", this.key);
    fields.set("file", this.#file);
    request.open("POST", url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    return new Promise(resolve => {
      let silence = setTimeout(() => request.abort(), UPLOAD_TIMEOUT);
      request.upload.onprogress = ({ loaded, total }) => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), UPLOAD_TIMEOUT);
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
    this.querySelector("[data-when=refused]").textContent = refusal(answer) || "—";
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
