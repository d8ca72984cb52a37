// Sends the forms inside it by fetch, so that the editor stays where they are. Tells the form how it went by
// "desk:done" or "desk:conflict", and the page by "fangtan:changed".

import { failure, post, show, showErrors, showNothing } from "./desk-post.js"

class DeskVerbs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this)
    this.addEventListener("transcript:reload", this)
  }

  // The page is loaded again as soon as nothing typed would be lost by it.
  handleEvent(event) {
    if (event.type === "submit") {
      event.preventDefault()
      this.#send(event.target, event.submitter)
    } else if (this.querySelector("[data-dirty], [aria-busy]")) event.preventDefault()
  }

  async #send(form, submitter) {
    const busy = submitter ?? form // one form serves the buttons of all turns
    if (busy.hasAttribute("aria-busy")) return
    busy.setAttribute("aria-busy", "true")
    const output = (submitter ?? form).closest(":has(> output)").querySelector(":scope > output")
    show(output, "saving")
    const { status, answer } = await post(submitter?.getAttribute("formaction") ?? form.action, new FormData(form))
    busy.removeAttribute("aria-busy")
    this.#answered(form, output, status, answer)
  }

  #answered(form, output, status, answer) {
    if (status === 200) {
      showNothing(output)
      tell(form, "desk:done", answer)
      document.dispatchEvent(new Event("fangtan:changed"))
    } else if (status === 409) {
      show(output, "conflict")
      tell(form, "desk:conflict", answer)
    } else if (status === 400) showErrors(output, answer)
    else show(output, failure(status) ?? "failed")
  }
}

function tell(form, type, detail) {
  form.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }))
}

customElements.define("desk-verbs", DeskVerbs)
