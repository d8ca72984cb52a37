// Asks for the reason why a suggestion is dismissed, and keeps what is typed there while the turn around it is replaced.

import { keys } from "./keys.js";

const ASKED = ".suggestion details";
const handlers = {
  toggle: asked => asked.open && asked.querySelector("input:not([type=hidden])").focus(),
  input: asked => asked.toggleAttribute("data-dirty", true),
  keydown: (asked, event) => asked.open && press(asked.querySelector("form"), event),
  reset: close,
  "desk:done": close,
};

function press(form, event) {
  if (keys.is(event, "cancel")) form.reset();
  else if (keys.is(event, "publish") && !event.repeat) form.querySelector("button.primary").click();
}

function close(asked) {
  asked.open = false;
  asked.removeAttribute("data-dirty");
  asked.querySelector("summary").focus();
}

// Into the element that is to stand in the turn's place.
export function carryReasons(turn, incoming) {
  for (const asked of turn.querySelectorAll(`${ASKED}[open]`)) {
    const focused = asked.contains(document.activeElement) ? document.activeElement : null;
    incoming?.querySelector(`[data-verb="${asked.dataset.verb}"]`)?.replaceWith(asked);
    if (focused) queueMicrotask(() => focused.focus());
  }
}

for (const [type, handle] of Object.entries(handlers))
  document.addEventListener(
    type,
    event => {
      const asked = event.target.closest?.(ASKED);
      if (asked) handle(asked, event);
    },
    { capture: true }, // toggle doesn't bubble
  );
