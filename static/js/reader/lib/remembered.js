// What a reader has chosen, for the next page. A browser may refuse to keep anything; then it holds for this one.

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
