// What the desk's elements share: posting, telling in words how it went, keeping drafts.

const PATIENCE = 15_000 // ms; an answer that takes longer counts as none
const FIRST_RETRY = 1_000 // ms; doubles with each failure up to
const LAST_RETRY = 30_000 // ms

// The status is 0 if there was no answer. Fields are a form's data or pairs of names and values.
export async function post(url, fields, { again = false } = {}) {
  const body = new URLSearchParams(fields)
  body.delete("csrfmiddlewaretoken") // the header is newer
  try {
    const response = await fetch(url, { method: "POST", headers: headers(), body, signal: AbortSignal.timeout(PATIENCE) })
    if (response.status === 403 && !again && await renewToken()) return post(url, fields, { again: true })
    if (response.ok && response.status !== 204 && !isJson(response)) return { status: 0, answer: {} } // some proxy's page
    return { status: response.status, answer: isJson(response) ? await response.json() : {} }
  } catch {
    return { status: 0, answer: {} }
  }
}

// With whose page this is: somebody else may have signed in, in another tab, and their session goes with the request.
export function headers() {
  return { Accept: "application/json", "X-CSRFToken": token().value, "X-User": document.body.dataset.user }
}

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")
}

// Signing in again makes the page's token worthless.
async function renewToken() {
  const response = await fetch(document.body.dataset.signIn)
  const page = parsed(await response.text())
  return isAnothers(page) ? startAgain() : takeToken(page)
}

// Somebody else has signed in, in another tab: what was typed here must not go out in their name.
export function isAnothers(page) {
  return page.body.dataset.user && page.body.dataset.user !== document.body.dataset.user
}

// Drafts and outbox are kept for their user; nothing that waits for this goes on.
export function startAgain() {
  location.reload()
  return new Promise(() => {})
}

export function takeToken(page) {
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]")
  if (fresh) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value
  return fresh
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html")
}

// How long to wait before the next attempt, in ms.
export function retryAfter(failures) {
  return Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failures)
}

function isJson(response) {
  return response.headers.get("Content-Type")?.startsWith("application/json")
}

// The words stand in the page, in templates/desk/_words.html.
export function show(output, state, details = {}) {
  output.dataset.state = state
  const words = document.getElementById(`state-${state}`).content.cloneNode(true)
  for (const [name, value] of Object.entries(details)) {
    for (const place of words.querySelectorAll(`[data-${name}]`)) place.textContent = value
  }
  if (output.textContent !== words.textContent) output.replaceChildren(words)
}

export function showErrors(output, { errors }) {
  output.dataset.state = "refused"
  output.textContent = Object.values(errors).flat().join(" ")
}

export function showNothing(output) {
  delete output.dataset.state
  output.replaceChildren()
}

export function failure(status) {
  return { 401: "signed-out", 403: "forbidden" }[status]
}

export function isCtrlEnter(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event)
}

// Safari ends the composition before it tells of the key that ended it; 229 is how it marks that key.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229
}

// crypto.randomUUID isn't there on a page by plain http.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

// A draft is kept for this tab, and for the next one if this is closed. A browser that allows neither still types.
export const drafts = {
  keep(name, draft) {
    inStores(store => store.setItem(key(name), JSON.stringify(draft)))
  },
  recall(name) {
    return inStores(store => JSON.parse(store.getItem(key(name)))).find(Boolean)
  },
  forget(name) {
    inStores(store => store.removeItem(key(name)))
  },
}

function inStores(work) {
  return ["sessionStorage", "localStorage"].map(name => inStore(name, work))
}

// A store may be full or forbidden; typing and posting go on without it.
export function inStore(name, work) {
  try {
    return work(window[name])
  } catch (error) {
    console.warn(`${name}: ${error}`)
    return null
  }
}

// The user's own: on a shared machine the next one must not post it.
function key(name) {
  return `fangtan:draft:${document.body.dataset.user}:${name}`
}
