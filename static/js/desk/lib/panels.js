// Remembers which panels beside the transcript are open; on a narrow screen none is at first.

import { drafts } from "./drafts.js";

const isNarrow = matchMedia("(max-width: 60rem)").matches;
const opened = drafts.recall("panels") ?? {};

for (const panel of document.querySelectorAll("[data-panel]")) {
  const { panel: name } = panel.dataset;
  panel.open = opened[name] ?? (panel.open && !isNarrow);
  panel.querySelector("summary").addEventListener("click", () => {
    opened[name] = !panel.open;
    drafts.keep("panels", opened, { isTyped: false });
  });
  const frame = panel.querySelector("iframe");
  if (frame) show(frame, panel);
}

const queue = document.querySelector("[data-turns=queue]");
const count = () => {
  document.querySelector("[data-queued]").textContent = queue.children.length;
  queue.toggleAttribute("data-filled", queue.children.length > 0);
};
new MutationObserver(count).observe(queue, { childList: true });

// Loads the page in the frame when the panel is opened first, since it costs a connection.
function show(frame, panel) {
  panel.addEventListener("toggle", () => {
    if (panel.open && !frame.hasAttribute("src")) frame.src = frame.dataset.src;
  });
}

// A link to what lies in one opens it.
document.addEventListener("click", ({ target }) => {
  const { hash } = target.closest("a[href^='#']") ?? {};
  const panel = hash && document.getElementById(hash.slice(1))?.closest("[data-panel]");
  if (panel) panel.open = true;
});
