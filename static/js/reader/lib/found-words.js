// Compares what is looked for with what was said, whatever the letters' case and width, and finds the places of what
// matches in the text as it was written.

// Full-width letters become narrow ones, capitals small ones.
export function compared(text, language) {
  return text.normalize("NFKC").toLocaleLowerCase(language);
}

// The words that somebody looks for: all of them must be there.
export function wordsOf(query, language) {
  return compared(query, language).split(/\s+/).filter(Boolean);
}

// Where any of the words stands in the text: pairs of start and end, in the text as it was written.
export function foundIn(text, words, language) {
  const folded = compared(text, language);
  const found = words.flatMap(word => indexes(folded, word).map(at => [at, at + word.length]));
  if (!found.length || folded.length === text.length) return found;
  const origins = originsOf(text, language);
  return found.map(range => range.map(at => origins[at] ?? text.length));
}

function indexes(text, word) {
  const all = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) all.push(at);
  return all;
}

// For each letter of the compared text the index of the one that it was made of: “…” is compared as three dots.
function originsOf(text, language) {
  const origins = [];
  for (const { 0: letter, index } of text.matchAll(/.[\p{M}\uff9e\uff9f]*/gsu)) {
    for (let n = compared(letter, language).length; n > 0; n--) origins.push(index);
  }
  return origins;
}
