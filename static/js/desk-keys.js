// The desk's keys that belong to no field, the help that names them all, and undoing.

import { isComposing, post, show, showErrors } from "./desk-post.js"
import { outbox } from "./outbox.js"

const SHOWN = 10_000 // ms that the way back is offered; the key works for longer

class DeskUndo extends HTMLElement {
  #done = [] // {event, about}: what this window has done, the latest last
  #hide = null
  #leaving = new AbortController()

  connectedCallback() {
    const { signal } = this.#leaving
    document.addEventListener("desk:undoable", ({ detail }) => this.#remember(detail), { signal })
    outbox.addEventListener("sent", ({ detail }) => this.#sent(detail), { signal })
    this.querySelector("button").addEventListener("click", () => this.undo())
  }

  disconnectedCallback() {
    this.#leaving.abort()
  }

  get #output() { return this.querySelector("output") }

  #sent({ waiting, answer }) {
    const { speaker = "", text } = waiting.about
    if (answer.event) this.#done.push({ event: answer.event, about: `${speaker} ${text.slice(0, 20)}`.trim() })
  }

  #remember(done) {
    this.#done.push(done)
    this.#offer("done", done.about)
  }

  async undo() {
    const last = this.#done.pop()
    if (!last) return this.#offer("nothing-to-undo", "")
    const { status, answer } = await post(this.dataset.url.replace("/0/", `/${last.event}/`), [])
    if (status === 200) this.#offer("undone", last.about)
    else if (status === 400) showErrors(this.#output, answer)
    else this.#again(last)
    document.dispatchEvent(new Event("fangtan:changed"))
  }

  #again(last) {
    this.#done.push(last)
    show(this.#output, "failed")
  }

  #offer(state, about) {
    this.hidden = false
    show(this.#output, state, { about: about.trim() })
    this.querySelector("button").hidden = state !== "done"
    clearTimeout(this.#hide)
    this.#hide = setTimeout(() => (this.hidden = true), SHOWN)
  }
}

class DeskKeys extends HTMLElement {
  #leaving = new AbortController()

  connectedCallback() {
    const { signal } = this.#leaving
    document.addEventListener("keydown", event => this.#press(event), { signal })
    document.addEventListener("click", event => event.target.closest("[name=help]") && this.#help(), { signal })
  }

  disconnectedCallback() {
    this.#leaving.abort()
  }

  #press(event) {
    if (isComposing(event)) return
    const isTyping = event.target.matches("textarea, input:not([type=radio], [type=checkbox]), select")
    const isOwnUndo = isTyping && (event.target.value || event.target.closest("[edited]"))
    if (event.altKey && event.key === "Enter") once(event, () => this.#releaseNext())
    else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isOwnUndo) once(event, () => this.#undo())
    else if (event.key === "?" && !isTyping) once(event, () => this.#help())
  }

  #releaseNext() {
    document.querySelector("[data-turns=queue] > desk-turn:first-child [data-release]")?.click()
  }

  #undo() {
    document.querySelector("desk-undo").undo()
  }

  #help() {
    const dialog = this.querySelector("dialog")
    if (!dialog.open) dialog.showModal()
  }
}

// A key that is held down does it once.
function once(event, work) {
  event.preventDefault()
  if (!event.repeat) work()
}

customElements.define("desk-undo", DeskUndo)
customElements.define("desk-keys", DeskKeys)
