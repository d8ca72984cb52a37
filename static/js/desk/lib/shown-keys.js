// Names a page's shortcuts as they are on this machine, where the template names those of a PC: in [data-keys], and as
// the tooltip of a control with [data-shortcut]. Both hold a shortcut's name, and the place of a speaker after it.

import { keys } from "./keys.js";

export function showKeys(page) {
  for (const place of page.querySelectorAll("[data-keys]"))
    place.textContent = keys.shown(...place.dataset.keys.split(" "));
  for (const control of page.querySelectorAll("[data-shortcut]"))
    describe(control, control.dataset.shortcut.split(" "));
}

function describe(control, shortcut) {
  control.setAttribute("aria-keyshortcuts", keys.named(...shortcut));
  (control.labels?.[0] ?? control).title = keys.shown(...shortcut);
}
