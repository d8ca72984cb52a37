// Shows what readers reported. News comes into the template and is put into the list one by one, so that a button that
// has the focus or is at work stays the same element.

import { ListeningElement } from "../shared/lib/listening-element.js";

class DeskReports extends ListeningElement {
  connected(signal) {
    document.addEventListener("transcript:change", event => isTold(event.detail) && this.#take(), { signal });
  }

  get #summary() {
    return this.closest("details").querySelector("summary");
  }
  get #list() {
    return this.querySelector(".reports");
  }

  #take() {
    const incoming = this.querySelector("template").content.cloneNode(true);
    const fresh = new Map([...incoming.querySelectorAll(".report")].map(report => [report.id, report]));
    for (const report of this.#list.querySelectorAll(".report")) {
      if (fresh.has(report.id))
        report.querySelector(".attribution").replaceWith(fresh.get(report.id).querySelector(".attribution"));
      else this.#remove(report);
      fresh.delete(report.id);
    }
    const open = incoming.querySelector("[data-open]");
    this.#list.querySelector("[data-open]").replaceWith(...fresh.values(), open);
    this.#count(open.dataset.open);
  }

  #remove(report) {
    if (report.contains(document.activeElement)) this.#summary.focus();
    report.remove();
  }

  #count(open) {
    const mark = this.#summary.querySelector("[data-open-reports]");
    const count = mark.querySelector("[data-count]");
    if (count.textContent !== open) count.textContent = open;
    mark.hidden = open === "0";
  }
}

function isTold(message) {
  return message.frames.some(frame => frame.part === "reports");
}

customElements.define("desk-reports", DeskReports);
