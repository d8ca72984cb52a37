// Follows the talk for a reader who is at its end. For everybody else nothing moves: the button
// inside says how many turns are new, and goes there.

class NewTurns extends HTMLElement {
  #isAtEnd = false
  #seen = 0
  #observer = new IntersectionObserver(entries => this.#moved(entries.at(-1).isIntersecting))

  connectedCallback() {
    this.#seen = this.#turns.childElementCount
    this.#observer.observe(this.#end)
    this.#transcript.addEventListener("transcript:change", this)
    this.querySelector("button").addEventListener("click", () => this.#follow())
  }

  disconnectedCallback() {
    this.#observer.disconnect()
  }

  // The observer reports later, so this still knows where the reader was before the change.
  handleEvent() {
    if (this.#isAtEnd && !document.hidden) this.#follow()
    else this.#show(this.#turns.childElementCount - this.#seen)
  }

  #moved(isAtEnd) {
    this.#isAtEnd = isAtEnd
    if (isAtEnd) this.#show(0)
  }

  // To the end, or to the first new turn where there is more to read than the window holds.
  #follow() {
    const first = this.#turns.children[this.#seen]
    this.#show(0)
    const isLong = first && this.#end.getBoundingClientRect().bottom - first.getBoundingClientRect().top > innerHeight
    if (isLong) first.scrollIntoView({ block: "start" })
    else this.#end.scrollIntoView({ block: "end" })
  }

  #show(count) {
    if (count <= 0) this.#seen = this.#turns.childElementCount
    this.hidden = count <= 0
    this.querySelector("[data-count]").textContent = count
  }

  get #transcript() { return this.closest("live-transcript") }
  get #turns() { return this.#transcript.querySelector("[data-turns]") }
  get #end() { return this.#transcript.querySelector("#latest") }
}

customElements.define("new-turns", NewTurns)
