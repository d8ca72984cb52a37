// A new seat in a plan: whoever is known by the name that is being typed is offered with photo and title, and a name that
// nobody has is said to be a new person. Without scripts the server asks where a name doesn't tell who is meant.
//
//   <person-picker data-url="/desk/people.html?kind=guest"> … <input name="guests-0-name"> … </person-picker>

import { ANSWER_TIMEOUT, abortAfter } from "../shared/lib/timeouts.js";
import { headers } from "./lib/posting.js";

const PAUSE = 150; // ms after a key before the server is asked
let pickers = 0;

class PersonPicker extends HTMLElement {
  #name;
  #list = Object.assign(document.createElement("ul"), { role: "listbox", hidden: true });
  #told = Object.assign(document.createElement("p"), { role: "status" });
  #at = -1;
  #pause;

  connectedCallback() {
    this.#name = this.querySelector("[name$=-name]");
    if (!this.#name || this.#name.role === "combobox") return;
    this.#list.id = `people-${++pickers}`;
    this.#list.setAttribute("aria-label", this.querySelector("label").textContent);
    this.#told.className = "told";
    this.#name.removeAttribute("list");
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.#list.id };
    for (const [name, value] of Object.entries(attributes)) this.#name.setAttribute(name, value);
    this.#name.after(this.#list, this.#told);
    this.#close();
    this.#name.addEventListener("input", () => this.#typed());
    this.#name.addEventListener("keydown", event => this.#key(event));
    this.#name.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("pointerdown", event => event.preventDefault()); // the focus stays
    this.#list.addEventListener("click", event => this.#choose(event.target.closest("[role=option]")));
  }

  get #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  #typed() {
    this.#answer("");
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const typed = this.#name.value.trim();
    const url = `${this.dataset.url}&q=${encodeURIComponent(typed)}`;
    try {
      const response = await fetch(url, { headers: headers(), signal: abortAfter(ANSWER_TIMEOUT) });
      if (!response.ok || typed !== this.#name.value.trim()) return;
      this.#offer(await response.text());
    } catch {
      this.#offer(""); // the server asks when the plan is sent
    }
  }

  #offer(html) {
    this.#list.innerHTML = html;
    for (const [n, option] of this.#options.entries()) option.id = `${this.#list.id}-${n}`;
    const told = this.#list.querySelector("[data-told]");
    this.#told.innerHTML = told?.innerHTML ?? "";
    told?.remove();
    this.#open(document.activeElement === this.#name && this.#options.length > 0);
  }

  #open(isOpen) {
    this.#list.hidden = !isOpen;
    this.#name.setAttribute("aria-expanded", isOpen);
    this.#mark(-1);
  }

  #close() {
    this.#open(false);
  }

  #mark(at) {
    this.#at = at;
    for (const [n, option] of this.#options.entries()) option.setAttribute("aria-selected", n === at);
    this.#options[at]?.scrollIntoView({ block: "nearest" });
    this.#name.setAttribute("aria-activedescendant", this.#options[at]?.id ?? "");
  }

  #key(event) {
    const { length } = this.#options;
    if (event.isComposing || !length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.#list.hidden) this.#open(true);
      const step = event.key === "ArrowDown" ? 1 : this.#at < 0 ? 0 : -1;
      this.#mark((this.#at + step + length) % length);
    } else if (this.#list.hidden) return;
    else if (event.key === "Enter" && this.#at >= 0) this.#choose(this.#options[this.#at]);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
  }

  #choose(option) {
    if (!option) return;
    this.#name.value = option.dataset.name;
    this.#answer(option.dataset.who);
    this.#told.replaceChildren(...option.cloneNode(true).childNodes);
    this.#close();
  }

  // What the server would ask is answered by fields of the same names; they count for this name alone.
  #answer(who) {
    for (const old of this.querySelectorAll(".who, input[type=hidden]")) old.remove();
    if (!who) return;
    const row = this.#name.name.replace(/name$/, "");
    for (const [name, value] of [
      ["who", who],
      ["asked", this.#name.value],
    ])
      this.append(Object.assign(document.createElement("input"), { type: "hidden", name: row + name, value }));
  }
}

customElements.define("person-picker", PersonPicker);
