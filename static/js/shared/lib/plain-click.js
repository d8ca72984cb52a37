// False for a click with a key or another button: it is the browser's, for a new tab, a new window or a download.
export function isPlain(event) {
  return !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}
