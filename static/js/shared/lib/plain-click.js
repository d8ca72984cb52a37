// Every other click on a link is the browser's: a new tab, a new window, a download.
export function isPlain(event) {
  return !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}
