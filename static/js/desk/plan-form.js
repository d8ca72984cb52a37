// Asks before the page is closed, once something was typed into the plan of an interview.

class PlanForm extends HTMLElement {
  #isDirty = false;

  connectedCallback() {
    this.addEventListener("input", () => (this.#isDirty = true));
    this.addEventListener("submit", () => (this.#isDirty = false));
    addEventListener("beforeunload", event => this.#isDirty && event.preventDefault());
  }
}

customElements.define("plan-form", PlanForm);
