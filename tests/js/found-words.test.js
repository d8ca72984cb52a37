// What the finder takes for the same words, and where it marks them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compared, foundIn, wordsOf } from "../../static/js/reader/lib/found-words.js";

function marked(text, query) {
  return foundIn(text, wordsOf(query, "zh-hans"), "zh-hans").map(([start, end]) => text.slice(start, end));
}

for (const query of ["abc", "ＡＢＣ", "ABC", " Abc　"]) {
  test(`neither capitals nor width matters: “${query}”`, () =>
    assert.deepEqual(marked("ＡＢＣ三步。", query), ["ＡＢＣ"]));
}

test("words are apart by spaces of any width, and each is marked wherever it stands", () => {
  assert.deepEqual(wordsOf("水　清 ", "zh-hans"), ["水", "清"]);
  assert.deepEqual(marked("东河的水怎样变清？清水。", "水 清").sort(), ["水", "水", "清", "清"].sort());
});

test("what is marked is right behind dots, which are compared as three", () => {
  assert.equal(compared("……", "zh-hans").length, 6);
  assert.deepEqual(marked("先治岸，后治水……见https://example.com/river。", "见https://example.com"), [
    "见https://example.com",
  ]);
});

test("a letter and its accent are marked together, in whichever way they were typed", () => {
  assert.deepEqual(marked("le cafe\u0301 est fermé", "café"), ["cafe\u0301"]);
  assert.deepEqual(marked("ｶﾞﾗｽの話", "ガラス"), ["ｶﾞﾗｽ"]);
});

test("what is not there is marked nowhere", () => assert.deepEqual(marked("学生沿河走了三年。", "谢谢"), []));
