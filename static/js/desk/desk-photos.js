// Takes the photos of a form's turn, chosen in it or pasted or dropped anywhere on it, and uploads them at once, one after
// the other, so that turns get through beside them. The attribute `busy` stands while any is under way; `ready()` waits
// for that and resolves to whether the server has them all. With data-draft they come back after a reload, until
// `clear()`.

import { isComposing } from "../shared/lib/presses.js";
import "./desk-photo.js";
import { drafts } from "./lib/drafts.js";
import { forget, keep, recall } from "./lib/photo-store.js";
import { uuid } from "./lib/uuid.js";

const FORM_EVENTS = ["paste", "dragover", "dragleave", "drop", "reset"];
const OWN_EVENTS = ["change", "input", "click", "keydown", "photo:change"];

class DeskPhotos extends HTMLElement {
  #asItCame = null;
  #recalled = null;

  connectedCallback() {
    for (const type of FORM_EVENTS) this.#form.addEventListener(type, this);
    for (const type of OWN_EVENTS) this.addEventListener(type, this);
    this.#asItCame ??= this.#photos;
    this.#recalled ??= this.#recall();
  }

  handleEvent(event) {
    switch (event.type) {
      case "paste":
        return this.#paste(event);
      case "dragover":
        return this.#offer(event);
      case "dragleave":
        return this.#form.contains(event.relatedTarget) || this.#mark(false);
      case "drop":
        return this.#drop(event);
      case "reset":
        return this.#reset();
      case "change":
        return event.target === this.#input && this.#add(this.#input.files);
      case "input":
        return this.#note(event.target.closest("desk-photo"));
      case "click":
        return this.#do(event.target.dataset.do, event.target.closest("desk-photo"));
      case "keydown":
        return this.#press(event);
      case "photo:change":
        return this.#goOn(event.target.closest("desk-photo"));
    }
  }

  async ready() {
    await this.#recalled;
    while (this.hasAttribute("busy"))
      await new Promise(done => this.addEventListener("photo:change", done, { once: true }));
    return this.#photos.every(photo => photo.state === "kept");
  }

  clear() {
    for (const photo of this.#photos) this.#remove(photo);
  }

  // Shows again the photos of a turn that the server refused; it has the photos themselves.
  takeBack(photos) {
    for (const [key, alt] of photos) this.#show({ key, alt }).state = "kept";
  }

  get #form() {
    return this.closest("form");
  }
  get #input() {
    return this.querySelector("[type=file]");
  }
  get #photos() {
    return [...this.querySelectorAll("desk-photo")];
  }
  get #template() {
    return document.getElementById("photo");
  }

  // With the user, since on a shared machine the next one must not post it.
  get #draft() {
    return this.dataset.draft && `${document.body.dataset.user}:${this.dataset.draft}`;
  }

  // Leaves words to the text field: copied from an office program they come with a picture of themselves.
  #paste(event) {
    const { files, types } = event.clipboardData;
    const photos = [...files].filter(file => file.type.startsWith("image/"));
    if (!photos.length || ["text/plain", "text/html"].every(type => types.includes(type))) return;
    event.preventDefault();
    this.#add(photos);
  }

  #offer(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.#mark(true);
  }

  #drop(event) {
    this.#mark(false);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#add(event.dataTransfer.files);
  }

  #mark(isOver) {
    this.toggleAttribute("data-over", isOver);
  }

  #add(files) {
    for (const file of files) this.#take({ key: uuid(), file, at: Date.now() + this.#photos.length / 1_000 });
    this.#input.value = "";
    this.#tellTheForm();
  }

  // Keeps the photo in the browser before it is sent, so that no reload loses it.
  async #take({ key, file, at }) {
    const photo = this.#show({ key, file });
    photo.scrollIntoView({ block: "nearest" });
    if (file.size > this.#template.dataset.mostBytes) return void (photo.state = "too-big");
    this.toggleAttribute("busy", true);
    if (this.#draft) await keep({ draft: this.#draft, key, file, at });
    this.#goOn();
  }

  #show(about) {
    const rows = this.querySelector(".photo-rows");
    rows.append(this.#template.content.cloneNode(true));
    const photo = rows.lastElementChild;
    photo.show(about);
    return photo;
  }

  async #recall() {
    for (const { key, file } of this.#draft ? await recall(this.#draft) : []) {
      const { alt, state } = drafts.recall(key) ?? {};
      const photo = this.#show({ key, file, alt });
      if (state === "kept") photo.state = state;
    }
    this.#goOn();
  }

  #goOn(changed) {
    this.#note(changed);
    this.toggleAttribute(
      "busy",
      this.#photos.some(photo => photo.isUnderWay),
    );
    const next = this.#photos.find(photo => photo.state === "waiting");
    if (next && !this.#photos.some(photo => photo.state === "sending")) next.send(this.#template.dataset.url);
  }

  #note(photo) {
    if (photo && this.#draft) drafts.keep(photo.key, { alt: photo.alt, state: photo.state });
  }

  #do(what, photo) {
    if (what === "again") photo.tryAgain();
    if (what !== "remove") return;
    this.#remove(photo);
    this.#input.focus();
    this.#tellTheForm();
  }

  #remove(photo) {
    photo.remove();
    if (this.#draft) {
      drafts.forget(photo.key);
      forget({ draft: this.#draft, key: photo.key });
    }
    this.dispatchEvent(new Event("photo:change"));
  }

  #reset() {
    for (const photo of this.#photos) if (!this.#asItCame.includes(photo)) this.#remove(photo);
    this.querySelector(".photo-rows").replaceChildren(...this.#asItCame);
  }

  #tellTheForm() {
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Or Enter in a description would publish the turn.
  #press(event) {
    if (event.key === "Enter" && event.target.name === "alt" && !isComposing(event)) event.preventDefault();
  }
}

customElements.define("desk-photos", DeskPhotos);
