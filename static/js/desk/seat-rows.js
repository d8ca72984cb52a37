// Adds rows for hosts and guests to the plan of an interview.

class SeatRows extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector(":scope > button");
    button.hidden = false;
    button.addEventListener("click", () => this.#add(button));
  }

  // __prefix__ is where Django's formsets put the number of a row.
  #add(button) {
    const total = this.querySelector("[name$=-TOTAL_FORMS]");
    const row = this.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    button.insertAdjacentHTML("beforebegin", row);
    total.value = Number(total.value) + 1;
    button.previousElementSibling.querySelector("input").focus();
  }
}

customElements.define("seat-rows", SeatRows);
