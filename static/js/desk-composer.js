// Where turns are typed. A turn leaves the text field when the server has it, not before; until then it is
// sent again and again, with the same key, so that it is one turn however often it arrives.

import { drafts, failure, isComposing, isCtrlEnter, post, show, showErrors, showNothing } from "./desk-post.js"

const FIRST_RETRY = 1_000 // ms; doubles with each failure up to
const LAST_RETRY = 30_000 // ms
const NEAR = 80 // px; as far from the page's end counts as at its end

class DeskComposer extends HTMLElement {
  #pending = null // {key, speaker, text}: one at a time, which keeps the turns in their order
  #isPosting = false
  #isComposing = false
  #isAtEnd = true
  #failures = 0
  #retry = null
  #leaving = new AbortController()

  connectedCallback() {
    const { signal } = this.#leaving
    this.addEventListener("submit", event => this.#publish(event))
    this.addEventListener("keydown", event => this.#press(event))
    this.addEventListener("input", () => this.#typed())
    this.addEventListener("compositionstart", () => (this.#isComposing = true))
    this.addEventListener("compositionend", () => (this.#isComposing = false))
    for (const type of ["online", "focus"]) addEventListener(type, () => this.#post(), { signal })
    addEventListener("scroll", () => this.#scrolled(), { signal, passive: true })
    document.addEventListener("transcript:change", () => this.#follow(), { signal })
    this.#recall()
    if (!location.hash) this.#begin()
  }

  disconnectedCallback() {
    this.#leaving.abort()
    clearTimeout(this.#retry)
  }

  get #form() { return this.querySelector("form") }
  get #text() { return this.#form.elements.text }
  get #output() { return this.querySelector("output") }
  get #seats() { return [...this.querySelectorAll("[name=speaker]")] }
  get #speaker() { return this.#seats.find(seat => seat.checked)?.value }
  set #speaker(speaker) {
    for (const seat of this.#seats) seat.checked = seat.value === String(speaker)
    this.#nameSpeaker()
  }

  // On the button, where the eyes are when it matters.
  #nameSpeaker() {
    const seat = this.#seats.find(seat => seat.checked)
    this.querySelector("[data-as]").textContent = seat?.labels[0].querySelector("span").textContent ?? ""
  }

  #typed() {
    this.#nameSpeaker()
    this.#keep()
    if (!this.#pending) showNothing(this.#output)
  }

  #press(event) {
    if (isComposing(event)) return
    if (isCtrlEnter(event)) this.#form.requestSubmit()
    if (event.altKey) this.#choose(event)
  }

  // Alt+1 … 9 by place, Alt+↑ and Alt+↓ to the next. By the key's place: on a Mac Alt changes its letter.
  #choose(event) {
    const seats = this.#seats
    const place = Number(event.code.match(/^Digit([1-9])$/)?.[1]) - 1
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const seat = step ? seats.at((seats.findIndex(seat => seat.checked) + step) % seats.length) : seats[place]
    if (!seat) return
    event.preventDefault()
    this.#speaker = seat.value
    this.#keep()
  }

  #publish(event) {
    event.preventDefault()
    this.#text.focus()
    this.#isAtEnd = true
    if (this.#pending) return
    this.#pending = { key: uuid(), speaker: this.#speaker, text: this.#text.value }
    this.#keep()
    show(this.#output, "saving")
    this.#post()
  }

  async #post() {
    if (!this.#pending || this.#isPosting) return
    clearTimeout(this.#retry)
    this.#isPosting = true
    const { status, answer } = await post(this.#form.action, this.#pending)
    this.#isPosting = false
    if (status === 201) this.#posted()
    else if (status === 400) this.#refused(answer)
    else this.#tryAgain(status)
  }

  #posted() {
    if (this.#isComposing) return this.addEventListener("compositionend", () => this.#posted(), { once: true })
    const { speaker, text } = this.#pending
    this.#pending = null
    this.#failures = 0
    show(this.#output, this.#takeOut(text) ? "saved" : "changed")
    this.#guessAfter(speaker)
    this.#keep()
    document.dispatchEvent(new Event("fangtan:changed"))
  }

  // What was typed on behind it while it was sent stays; false if the text isn't there any more as it was sent.
  #takeOut(text) {
    const { value } = this.#text
    if (!value.startsWith(text)) return false
    const rest = value.slice(text.length).trimStart()
    this.#text.setRangeText("", 0, value.length - rest.length, "preserve")
    return true
  }

  #refused(answer) {
    this.#pending = null
    this.#failures = 0
    this.#keep()
    showErrors(this.#output, answer)
  }

  #tryAgain(status) {
    show(this.#output, failure(status) ?? "trying")
    this.#retry = setTimeout(() => this.#post(), Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.#failures))
    this.#failures += 1
  }

  // After the host it is mostly the turn of whoever spoke before; a guest often goes on.
  #guessAfter(speaker) {
    const others = this.#seats.filter(seat => seat.value !== String(speaker))
    const isHost = this.#seats.find(seat => seat.value === String(speaker))?.hasAttribute("data-host")
    if (!isHost || !others.length) return void (this.#speaker = speaker)
    const before = spokenBy().findLast(other => others.some(seat => seat.value === other))
    this.#speaker = before ?? others[0].value
  }

  #keep() {
    if (!this.#pending && !this.#text.value) drafts.forget(this.dataset.draft)
    else drafts.keep(this.dataset.draft, { speaker: this.#speaker, text: this.#text.value, pending: this.#pending })
  }

  #recall() {
    const draft = drafts.recall(this.dataset.draft)
    if (!draft) return this.#guess()
    this.#text.value = draft.text
    this.#speaker = draft.speaker
    this.#pending = draft.pending
    if (this.#pending) show(this.#output, "trying")
    this.#post()
  }

  #guess() {
    const last = spokenBy().at(-1)
    if (last) this.#guessAfter(last)
    else if (this.#seats.length) this.#speaker = this.#seats[0].value
  }

  #begin() {
    this.#text.focus({ preventScroll: true })
    this.#follow()
  }

  #scrolled() {
    this.#isAtEnd = document.documentElement.scrollHeight - scrollY - innerHeight < NEAR
  }

  // Not while a turn is being corrected: it would move away from under the hands.
  #follow() {
    if (this.#isAtEnd && !document.activeElement.closest("desk-turn")) scrollTo(0, document.documentElement.scrollHeight)
  }
}

function spokenBy() {
  return [...document.querySelectorAll("desk-turn")].map(turn => turn.dataset.speaker)
}

// crypto.randomUUID isn't there on a page by plain http.
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

customElements.define("desk-composer", DeskComposer)
