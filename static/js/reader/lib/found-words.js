// Compares what is looked for with what was said, both folded, and finds the places of what matches in the text as it was
// written. Words are parted as in the site's search (models/archive/search_words.py).

import { fold, origins } from "./folding.js";

// No lookbehind: below Safari 16.4 it is a syntax error, and no module that has one runs.
const QUOTED = /[\p{L}\p{N}_]+"?|"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』/gu;
const QUOTATION_MARKS = 6; // kinds of them
// A comma or the like between two digits doesn't part them.
const WORD = /(?:\p{Nd}[,;:/](?=\p{Nd})|[^、，；：。！？…／·•‧∙⋅・･،؛（）【】《》〈〉“”„«»「」『』,;:/])+/gu;

export { fold };

// The words that somebody looks for: all of them must be there. What stands in quotation marks is one.
export function wordsOf(query) {
  const quoted = [];
  const others = query.replace(QUOTED, (match, ...groups) => {
    const inside = groups.slice(0, QUOTATION_MARKS).find(Boolean);
    if (inside) quoted.push(inside);
    return inside ? " " : match;
  });
  const parts = others.split(/\s+/).flatMap(word => (word.includes("://") ? [word] : (word.match(WORD) ?? [])));
  const words = [...quoted, ...parts];
  return words.map(word => fold(word).trim().replace(/ +/g, " ")).filter(Boolean);
}

// Where any of the words stands in the text: pairs of start and end, in the text as it was written.
export function foundIn(text, words) {
  const folded = fold(text);
  const found = words.flatMap(word => indexes(folded, word).map(at => [at, at + word.length]));
  if (!found.length) return found;
  const madeOf = origins(text);
  return found.map(([start, end]) => [madeOf[start], endOf(madeOf, end) ?? text.length]);
}

function indexes(text, word) {
  const all = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) all.push(at);
  return all;
}

// What one letter was made into is marked whole.
function endOf(madeOf, end) {
  let after = end;
  while (madeOf[after] === madeOf[end - 1]) after++;
  return madeOf[after];
}
