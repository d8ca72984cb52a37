// What the finder takes for the same words, and where it marks them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, foundIn, wordsOf } from "../../static/js/reader/lib/found-words.js";

function marked(text, query) {
  return foundIn(text, wordsOf(query)).map(([start, end]) => text.slice(start, end));
}

for (const query of ["abc", "ＡＢＣ", "ABC", " Abc　"]) {
  test(`neither capitals nor width matters: “${query}”`, () =>
    assert.deepEqual(marked("ＡＢＣ三步。", query), ["ＡＢＣ"]));
}

test("words are apart by spaces of any width, and each is marked wherever it stands", () => {
  assert.deepEqual(wordsOf("水　清 "), ["水", "清"]);
  assert.deepEqual(marked("东河的水怎样变清？清水。", "水 清").sort(), ["水", "水", "清", "清"].sort());
});

test("what is marked is right behind dots, which are compared as three", () => {
  assert.equal(fold("……").length, 6);
  assert.deepEqual(marked("先治岸，后治水……见https://example.com/river。", "见https://example.com"), [
    "见https://example.com",
  ]);
});

for (const [query, words] of [
  ["陈安、乔梅，林悦·水/岸", ["陈安", "乔梅", "林悦", "水", "岸"]],
  ['"the  river" bank', ["the river", "bank"]],
  ["“河水 变清” 岸", ["河水 变清", "岸"]],
  ["10,000 12:30 don’t", ["10,000", "12:30", "don't"]],
]) {
  test(`words are parted as in the site's search: ${query}`, () => assert.deepEqual(wordsOf(query), words));
}

for (const [text, query, found] of [
  ["坐電梯上樓", "电梯", ["電梯"]],
  ["⽣活⽤⽔", "生活用水", ["⽣活⽤⽔"]],
  ["Frau Sigurðardóttir kam", "sigurdardottir", ["Sigurðardóttir"]],
  ["in the oﬃce: fine", "office", ["oﬃce"]],
  ["Das ist Straße 1", "strasse", ["Straße"]],
  ["Straße", "stras", ["Straß"]], // what one letter was made into is marked whole
  ["They don’t co\u00adoperate", "don't cooperate", ["don’t", "co\u00adoperate"]],
  ["𠮷野家の電梯", "电梯", ["電梯"]], // offsets count halves of characters, as the page does
]) {
  test(`“${query}” is marked in “${text}” as it was written`, () => assert.deepEqual(marked(text, query), found));
}

test("a letter and its accent are marked together, in whichever way they were typed", () => {
  assert.deepEqual(marked("le cafe\u0301 est fermé", "café"), ["cafe\u0301"]);
  assert.deepEqual(marked("ｶﾞﾗｽの話", "ガラス"), ["ｶﾞﾗｽ"]);
});

test("what is not there is marked nowhere", () => assert.deepEqual(marked("学生沿河走了三年。", "谢谢"), []));
