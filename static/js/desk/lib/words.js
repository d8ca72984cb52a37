// Tells in words how something went.

// The words stand in the page, in templates/desk/_words.html.
export function show(output, state, details = {}) {
  output.dataset.state = state;
  const words = document.getElementById(`state-${state}`).content.cloneNode(true);
  for (const [name, value] of Object.entries(details)) {
    for (const place of words.querySelectorAll(`[data-${name}]`)) place.textContent = value;
  }
  if (output.textContent !== words.textContent) output.replaceChildren(words);
}

export function showErrors(output, { errors }) {
  output.dataset.state = "refused";
  output.textContent = Object.values(errors).flat().join(" ");
}

export function showNothing(output) {
  delete output.dataset.state;
  output.replaceChildren();
}
