// Shows in an <output> what became of something that was sent.

import { refusal } from "../../shared/lib/refusal.js";

// The words of each state stand in templates/desk/_words.html; details fill its places data-<name>.
export function show(output, state, details = {}, name = state) {
  output.dataset.state = state;
  const words = document.getElementById(`state-${name}`).content.cloneNode(true);
  for (const [name, value] of Object.entries(details)) {
    for (const place of words.querySelectorAll(`[data-${name}]`)) place.textContent = value;
  }
  if (output.textContent !== words.textContent) output.replaceChildren(words);
}

export function showErrors(output, answer) {
  output.dataset.state = "refused";
  output.textContent = refusal(answer);
}

export function showNothing(output) {
  delete output.dataset.state;
  output.replaceChildren();
}
