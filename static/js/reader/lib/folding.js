// Folds a text as models/values/folding.py does: to what it is compared by, whatever its letters' case, width, accents
// and form. Loaded with its table when the finder opens.

import { ACCENTS, DROPPED, REPLACED, SIMPLIFIED, TRADITIONAL } from "./folding-table.js";

const replaced = new Map(REPLACED.split(" ").map(([letter, ...others]) => [letter, others.join("")]));
const simplified = [...SIMPLIFIED];
const simple = new Map([...TRADITIONAL].map((letter, n) => [letter, simplified[n]]));
const accents = new RegExp(`[${ACCENTS}]+`, "gu");
const dropped = new RegExp(`[${DROPPED}]`, "u");
const folds = new Map([["\n", "\n"]]);

export function fold(text) {
  const composed = text.normalize("NFC").replace(/[\uff66-\uff9d][\uff9e\uff9f]/g, pair => pair.normalize("NFKC"));
  let all = "";
  for (const letter of composed) {
    let folded = folds.get(letter);
    if (folded === undefined) folds.set(letter, (folded = foldOne(letter)));
    all += folded;
  }
  return all;
}

// For each unit of the folded text the index of the one in the text that it was made of.
export function origins(text) {
  const places = [];
  for (const { 0: letter, index } of text.matchAll(/.[\p{M}\u1160-\u11ff\uff9e\uff9f]*/gsu)) {
    for (let n = fold(letter).length; n > 0; n--) places.push(index);
  }
  return places;
}

function foldOne(letter) {
  if (/\s/u.test(letter) && letter !== "\ufeff") return " ";
  if (dropped.test(letter)) return "";
  const small = letter.toLowerCase();
  if (replaced.has(small)) return [...replaced.get(small)].map(one => simple.get(one) ?? one).join("");
  const parts = /[\u0400-\u052f]/.test(small) ? small : small.normalize("NFKD");
  return Array.from(parts.replace(accents, "").toLowerCase().normalize("NFC"), plain).join("");
}

function plain(letter) {
  if (/\p{Nd}/u.test(letter)) return digit(letter.codePointAt(0));
  const other = replaced.get(letter) ?? letter;
  if (/^[\u0370-\u1fff]/.test(other) && /^\p{P}/u.test(other)) return ".";
  return simple.get(other) ?? other;
}

// Digits of every script stand in a row from 0 to 9.
function digit(code) {
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value % 10);
}
