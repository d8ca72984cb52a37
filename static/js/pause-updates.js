// The reader's own control over a page that changes by itself (WCAG 2.2.2).

class PauseUpdates extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.querySelector("button").addEventListener("click", event => this.#toggle(event.currentTarget))
  }

  #toggle(button) {
    const isPaused = button.getAttribute("aria-pressed") !== "true"
    button.setAttribute("aria-pressed", isPaused)
    const transcript = this.closest("live-transcript")
    if (isPaused) transcript.pause()
    else transcript.resume()
  }
}

customElements.define("pause-updates", PauseUpdates)
