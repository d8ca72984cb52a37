// Opens the history of a turn over the desk, where its link would leave it. Without an answer the link is followed.

import { parsed } from "./session.js";

document.addEventListener("click", event => {
  const link = event.target.closest("a.history");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link.href);
});

async function open(url) {
  const history = await fetched(url);
  if (!history) return location.assign(url);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "turn-history");
  dialog.append(history);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", event => event.target === dialog && dialog.close()); // beside it
  document.body.append(dialog);
  dialog.showModal();
}

async function fetched(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    return parsed(await response.text()).querySelector(".turn-history");
  } catch {
    return null;
  }
}
