// What the desk sends, and what it makes of the answers.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { failure, post, retryAfter } from "../../static/js/desk/lib/posting.js";
import { openPage, serve } from "./page.js";

let page;

beforeEach(() => {
  page = openPage({ user: "7", token: "first" });
});

test("a post carries the page's user and token, and its fields without an older token", async () => {
  const [request, ...more] = await posted({ status: 201, answer: { turn: 1, event: 3 } });
  assert.deepEqual(more, []);
  assert.equal(request.headers["X-User"], "7");
  assert.equal(request.headers["X-CSRFToken"], "first");
  assert.deepEqual(request.fields, { text: "Good morning." });
});

async function posted(...answers) {
  const requests = serve(...answers);
  await post("/turns/", [
    ["text", "Good morning."],
    ["csrfmiddlewaretoken", "older"],
  ]);
  return requests;
}

test("it resolves to the status and to what the server said", async () => {
  serve({ status: 400, answer: { errors: { text: ["Too long."] } } });
  assert.deepEqual(await post("/turns/", []), { status: 400, answer: { errors: { text: ["Too long."] } } });
});

test("no answer has the status 0", async () => {
  serve("lost");
  assert.deepEqual(await post("/turns/", []), { status: 0, answer: {} });
});

for (const [name, answer] of Object.entries({
  "a page": { type: "text/html" },
  "a page that calls itself JSON": { answer: "<title>Welcome</title>" },
  nothing: { status: 204 },
  "JSON of its own": { answer: { status: "ok", redirect: "https://hotel.example/" } },
  "a list": { answer: [{ turn: 1 }] },
  "null for an answer": { answer: null },
}))
  test(`${name} that a network answers in place of the server is no answer`, async () => {
    serve({ status: 200, ...answer });
    assert.deepEqual(await post("/turns/", []), { status: 0, answer: {} });
  });

for (const answer of [{ turn: 7, version: 2 }, { status: "live" }, { text: null, encodings: [] }])
  test(`${JSON.stringify(answer)} is the desk's answer`, async () => {
    serve({ status: 200, answer });
    assert.deepEqual(await post("/turns/", []), { status: 200, answer });
  });

test("refused for its token it is sent again once, with the token of the sign-in page", async () => {
  signInPage({ user: "7", token: "second" });
  const requests = await posted({ status: 403 }, { status: 200, type: "text/html" }, { status: 403 });
  assert.deepEqual(
    requests.map(({ url, headers }) => [url, headers["X-CSRFToken"]]),
    [
      ["/turns/", "first"],
      ["/sign-in/", undefined],
      ["/turns/", "second"],
    ],
  );
});

function signInPage({ user, token }) {
  globalThis.DOMParser = class {
    parseFromString = () => ({ body: { dataset: { user } }, querySelector: () => ({ value: token }) });
  };
}

test("where another has signed in meanwhile nothing goes out in their name, and the page is loaded as theirs", async () => {
  signInPage({ user: "8", token: "theirs" });
  const requests = serve({ status: 403 }, { status: 200, type: "text/html" });
  const reloaded = new Promise(resolve => page.location.reload.mock.mockImplementation(resolve));
  const done = mock.fn();
  post("/turns/", [["text", "Mine."]]).then(done);
  await reloaded;
  await new Promise(setImmediate);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["/turns/", "/sign-in/"],
  );
  assert.equal(done.mock.callCount(), 0);
});

test("the waits double up to half a minute", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 60].map(retryAfter), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("two refusals are the editor's to understand: signed out, and not allowed", () => {
  assert.deepEqual([401, 403, 500, 0].map(failure), ["signed-out", "forbidden", undefined, undefined]);
});
