// Whose session a page has, and its token against forged posts.

export function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]");
}

// Somebody else has signed in, in another tab: what was typed here must not go out in their name.
export function isAnothers(page) {
  return page.body.dataset.user && page.body.dataset.user !== document.body.dataset.user;
}

// Drafts and outbox are kept for their user; nothing that waits for this goes on.
export function startAgain() {
  location.reload();
  return new Promise(() => {});
}

export function takeToken(page) {
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
  if (fresh) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value;
  return fresh;
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
