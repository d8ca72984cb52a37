// Marks found words where they are in view or near it, and elsewhere when a reader comes there: to mark thousands at once
// would hold the page up.

import { foundIn } from "./found-words.js";

const HIGHLIGHT = "found"; // its name in the style sheet
const NEAR = 0.25; // of the window's height

export class FoundMarks {
  #words = [];
  #marks = null;
  #observer = new IntersectionObserver(entries => this.#saw(entries), { rootMargin: `${NEAR * 100}% 0px` });

  show(words, list) {
    if (!globalThis.CSS?.highlights) return;
    this.#observer.disconnect();
    this.#words = words;
    CSS.highlights.delete(HIGHLIGHT);
    if (!words.length) return;
    CSS.highlights.set(HIGHLIGHT, (this.#marks = new Highlight()));
    this.#look(list.children);
  }

  // At turns, or at stretches of them.
  #look(parts) {
    for (const part of parts) {
      if (part.hidden) continue;
      if (!isNear(part)) this.#observer.observe(part);
      else if (part.matches(".stretch")) this.#look(part.children);
      else this.#mark(part);
    }
  }

  #saw(entries) {
    const near = entries.filter(entry => entry.isIntersecting).map(entry => entry.target);
    for (const part of near) this.#observer.unobserve(part);
    this.#look(near);
  }

  #mark(turn) {
    for (const line of linesOf(turn)) for (const range of this.#hits(line)) this.#marks.add(range);
  }

  #hits(line) {
    const found = foundIn(line.textContent, this.#words);
    if (!found.length) return [];
    const nodes = textNodes(line);
    return found.map(([start, end]) => {
      const [startContainer, startOffset] = placeIn(nodes, start);
      const [endContainer, endOffset] = placeIn(nodes, end);
      return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    });
  }
}

export function linesOf(turn) {
  return turn.querySelectorAll(".moment, .said > p");
}

function isNear(part) {
  const { top, bottom } = part.getBoundingClientRect();
  return bottom > -NEAR * innerHeight && top < (1 + NEAR) * innerHeight;
}

// A line has more than one text node where there is a link in it.
function placeIn(nodes, offset) {
  for (const node of nodes) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  const last = nodes[nodes.length - 1];
  return [last, last.length];
}

function textNodes(line) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}
