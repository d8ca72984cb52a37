// Makes an element like another one, and leaves what is alike in both the same node, so that the mark of a linked turn,
// the focus and a selection are not lost.
export function renew(now, then) {
  if (now.isEqualNode(then)) return;
  if (!now.localName || now.localName !== then.localName || now.className !== then.className)
    return now.replaceWith(then);
  for (const { name, value } of then.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  const [before, after] = [now, then].map(element => [...element.childNodes]);
  after.forEach((child, n) => (before[n] ? renew(before[n], child) : now.append(child)));
  for (const child of before.slice(after.length)) child.remove();
}
