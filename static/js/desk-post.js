// What the desk's elements share: posting, telling in words how it went, keeping drafts.

const PATIENCE = 15_000 // ms; an answer that takes longer counts as none

// The status is 0 if there was no answer.
export async function post(url, fields, { again = false } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token().value }
  const body = new URLSearchParams(fields)
  body.delete("csrfmiddlewaretoken") // the header is newer
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE) })
    if (response.status === 403 && !again && await renewToken()) return post(url, fields, { again: true })
    return { status: response.status, answer: isJson(response) ? await response.json() : {} }
  } catch {
    return { status: 0, answer: {} }
  }
}

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")
}

// Signing in again, in another tab, makes the page's token worthless.
async function renewToken() {
  const page = await fetch(location.pathname)
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]")
  if (fresh) token().value = fresh.value
  return fresh
}

function isJson(response) {
  return response.headers.get("Content-Type")?.startsWith("application/json")
}

// The words stand in the page, in templates/desk/_words.html.
export function show(output, state) {
  if (output.dataset.state === state) return
  output.dataset.state = state
  output.replaceChildren(document.getElementById(`state-${state}`).content.cloneNode(true))
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

// A store may be full or forbidden; typing and posting go on without it.
function inStores(work) {
  return ["sessionStorage", "localStorage"].map(name => {
    try {
      return work(window[name])
    } catch (error) {
      console.warn(`${name}: ${error}`)
      return null
    }
  })
}

// The user's own: on a shared machine the next one must not post it.
function key(name) {
  return `fangtan:draft:${document.body.dataset.user}:${name}`
}
