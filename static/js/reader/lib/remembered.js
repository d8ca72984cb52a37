// Remembers what a reader has chosen for the next page. Where the browser forbids that the choice holds for this page.

export function remember(name, value) {
  try {
    localStorage.setItem(`fangtan.${name}`, value);
  } catch {}
}

export function recalled(name) {
  try {
    return localStorage.getItem(`fangtan.${name}`);
  } catch {
    return null;
  }
}
