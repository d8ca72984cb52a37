// Compares what is looked for with what was said, both folded, and finds the places of what matches in the text as it was
// written. Words are parted as in the site's search (models/archive/search_words.py).

import { fold, origins } from "./folding.js";

const QUOTED = /(?<![\p{L}\p{N}_])"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』/gu;
const BETWEEN_WORDS =
  /[、，；：。！？…／·•‧∙⋅・･،؛（）【】《》〈〉“”„«»「」『』]+|(?<!\p{Nd})[,;:/]+|[,;:/]+(?!\p{Nd})/u;

export { fold };

// The words that somebody looks for: all of them must be there. What stands in quotation marks is one.
export function wordsOf(query) {
  const quoted = Array.from(query.matchAll(QUOTED), ([, ...groups]) => groups.find(Boolean));
  const others = query.replace(QUOTED, " ").split(/\s+/);
  const words = [...quoted, ...others.flatMap(word => (word.includes("://") ? [word] : word.split(BETWEEN_WORDS)))];
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
