// Loads what copies selected words as a quote once words are selected, which few readers do.

document.addEventListener("selectionchange", load);

function load() {
  if (getSelection().isCollapsed) return;
  document.removeEventListener("selectionchange", load);
  import("../quote-text.js").catch(() => document.addEventListener("selectionchange", load)); // offline: the next time
}
