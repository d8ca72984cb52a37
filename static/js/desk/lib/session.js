// Whose page this is, and its token against forged posts.

export function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]");
}

// True for a page of another user, who has signed in in another tab: what was typed here must not go out in their name.
export function isAnothers(page) {
  return page.body.dataset.user && page.body.dataset.user !== document.body.dataset.user;
}

// Loads the page as that user's; drafts and outbox stay for this one. It never resolves, so that nothing goes on.
export function startAgain() {
  location.reload();
  return new Promise(() => {});
}

export function takeToken(page) {
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
  if (fresh) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value;
  return fresh;
}
