// As much of a page as the modules in lib/ ask for that have to do with no element, and a server whose answers are set.

import { mock } from "node:test";

// A page of that user; what it hears by `document` is its own.
export function openPage({ user = "1", token = "a-token" } = {}) {
  const document = Object.assign(new EventTarget(), {
    body: { dataset: { user, interview: "a-river", signIn: "/sign-in/" } },
    documentElement: { lang: "en" },
    fields: [{ value: token }],
    querySelector: selector => (selector === "[name=csrfmiddlewaretoken]" ? document.fields[0] : null),
    querySelectorAll: selector => (selector === "[name=csrfmiddlewaretoken]" ? document.fields : []),
  });
  const location = { reload: mock.fn() };
  const window = new EventTarget();
  const addEventListener = window.addEventListener.bind(window);
  const BroadcastChannel = class {
    postMessage() {}
  };
  Object.assign(globalThis, { document, location, window, addEventListener, BroadcastChannel });
  return { document, location, window };
}

// A store such as localStorage; `broken` makes it one that is full or forbidden.
export function store({ broken = false } = {}) {
  const items = new Map();
  const or = work => {
    if (broken) throw new DOMException("full", "QuotaExceededError");
    return work();
  };
  return {
    getItem: name => or(() => items.get(name) ?? null),
    setItem: (name, value) => or(() => void items.set(name, value)),
    removeItem: name => or(() => void items.delete(name)),
  };
}

// Answers requests one after the other: by {status, answer, type}, or "lost" for none. Returns the requests it was sent.
export function serve(...answers) {
  const requests = [];
  globalThis.fetch = async (url, { headers = {}, body = "" } = {}) => {
    const request = { url, headers, fields: Object.fromEntries(new URLSearchParams(body)) };
    requests.push(request);
    const next = answers.shift() ?? { status: 201, answer: { turn: 1, version: 1 } };
    await null; // as a network does, it answers later
    if (next === "lost") throw new TypeError("no connection");
    const { status, answer = {}, type = "application/json" } = next;
    if (status === 204) return new Response(null, { status });
    return new Response(JSON.stringify(answer), { status, headers: { "Content-Type": type } });
  };
  return requests;
}
