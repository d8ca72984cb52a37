// Whom the desk proposes as the next speaker.

import assert from "node:assert/strict";
import { test } from "node:test";
import { speakerAfter } from "../../static/js/desk/lib/next-speaker.js";

const HOST = { speaker: "1", isHost: true };
const CHEN_AN = { speaker: "2", isHost: false };
const QIAO_MEI = { speaker: "3", isHost: false };
const SEATS = [HOST, CHEN_AN, QIAO_MEI];

test("after the host comes the guest who spoke last", () => {
  assert.equal(speakerAfter("1", SEATS, ["1", "2", "1", "3", "1"]), "3");
});

test("where no guest has spoken yet it is the first of the form", () =>
  assert.equal(speakerAfter("1", SEATS, ["1"]), "2"));

test("a guest goes on", () => assert.equal(speakerAfter("2", SEATS, ["1", "3", "2"]), "2"));

test("who has left the interview is not proposed", () => {
  assert.equal(speakerAfter("1", [HOST, CHEN_AN], ["2", "3", "1"]), "2");
});

test("who is alone goes on", () => assert.equal(speakerAfter("1", [HOST], ["1"]), "1"));
