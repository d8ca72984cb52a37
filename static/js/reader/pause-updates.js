// Lets a reader stop a page that changes by itself (WCAG 2.2.2). The style sheet shows one of its two labels, by the
// transcript's attribute "paused".

class PauseUpdates extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.#toggle());
  }

  #toggle() {
    const transcript = this.closest("live-transcript");
    if (transcript.hasAttribute("paused")) transcript.resume();
    else transcript.pause();
  }
}

customElements.define("pause-updates", PauseUpdates);
