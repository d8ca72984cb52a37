// Array.prototype.findLast came with Chromium 97.
export function findLast(all, isIt) {
  return [...all].reverse().find(isIt);
}
