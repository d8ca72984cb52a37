// Opens the history of a turn over the desk instead of following its link. Without an answer the link is followed.

import { fetchPart } from "../../shared/lib/pages.js";
import { isPlain } from "../../shared/lib/plain-click.js";

document.addEventListener("click", event => {
  const link = event.target.closest("a.history");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  open(link.href);
});

async function open(url) {
  const history = await fetchPart(url, ".turn-history");
  if (!history) return location.assign(url);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "turn-history");
  dialog.append(history);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", event => event.target === dialog && dialog.close()); // beside its content
  document.body.append(dialog);
  dialog.showModal();
}
