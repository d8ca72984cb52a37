// Nothing that was published is lost, and nothing is sent out of its order. That it outlives a closed tab is tested in a
// real browser: here there is no IndexedDB, so posts wait in memory.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openPage, serve } from "./page.js";

let page;
let outbox;
let opened = 0;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(console, "warn", () => {});
  page = openPage();
  opened += 1;
  ({ outbox } = await import(`../../static/js/desk/lib/outbox.js?${opened}`));
});

afterEach(() => mock.reset());

function publish(...texts) {
  return Promise.all(texts.map(text => outbox.put({ url: "/turns/", fields: [["text", text]], about: { text } })));
}

// And the outbox has come to rest.
async function until(isSo) {
  while (!isSo()) await new Promise(resolve => outbox.addEventListener("change", resolve, { once: true }));
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

function isDone() {
  return outbox.state === "saved" && outbox.posts.every(({ refused }) => refused);
}

function texts(requests) {
  return requests.map(({ fields }) => fields.text);
}

test("posts leave in their order, one at a time", async () => {
  let underWay = 0;
  const requests = serve();
  const answer = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    underWay += 1;
    assert.equal(underWay, 1);
    await new Promise(setImmediate);
    underWay -= 1;
    return answer(...request);
  };
  await publish("One.", "Two.", "Three.");
  await until(isDone);
  assert.deepEqual(texts(requests), ["One.", "Two.", "Three."]);
});

test("a post without an answer is sent again as it was, and those behind it wait for it", async () => {
  const requests = serve("lost", "lost");
  await publish("One.", "Two.");
  await until(() => outbox.state === "trying");
  assert.equal(outbox.posts.length, 2);
  mock.timers.tick(1_000);
  await until(() => requests.length === 2 && outbox.state === "trying");
  mock.timers.tick(1_999);
  assert.equal(requests.length, 2);
  mock.timers.tick(1);
  await until(isDone);
  assert.deepEqual(texts(requests), ["One.", "One.", "One.", "Two."]);
});

test("back online it doesn't wait any longer", async () => {
  const requests = serve("lost");
  await publish("One.");
  await until(() => outbox.state === "trying");
  page.window.dispatchEvent(new Event("online"));
  await until(isDone);
  assert.deepEqual(texts(requests), ["One.", "One."]);
});

test("back online at the very moment when a try fails, the next try is not forgotten", async () => {
  const requests = serve("lost");
  const goOnline = () => outbox.state === "trying" && page.window.dispatchEvent(new Event("online"));
  outbox.addEventListener("change", () => queueMicrotask(goOnline));
  await publish("One.");
  await until(() => outbox.state === "trying");
  mock.timers.tick(1_000);
  await until(isDone);
  assert.deepEqual(texts(requests), ["One.", "One."]);
});

test("what the server refuses stays with its words, and what follows goes on", async () => {
  serve({ status: 400, answer: { errors: { text: ["Too long.", "Too dull."] } } });
  await publish("One.", "Two.");
  await until(isDone);
  assert.deepEqual(
    outbox.posts.map(({ about, refused }) => [about.text, refused]),
    [["One.", "Too long. Too dull."]],
  );
});

test("one post that the server can't take doesn't keep back the next; without words its status is told", async () => {
  serve({ status: 405, type: "text/plain" });
  await publish("One.", "Two.");
  await until(isDone);
  assert.deepEqual(
    outbox.posts.map(({ refused }) => refused),
    ["405"],
  );
});

test("what was refused is sent again when somebody asks for it, and is refused again or gone", async () => {
  const refusal = { status: 405, answer: { errors: { __all__: ["Not now."] } } };
  const requests = serve(refusal, refusal);
  await publish("One.");
  await until(isDone);
  const [one] = outbox.posts;
  await outbox.sendAgain(one);
  await until(isDone);
  assert.equal(outbox.posts[0].refused, "Not now.");
  await outbox.sendAgain(one);
  await until(isDone);
  assert.equal(outbox.posts.length, 0);
  assert.deepEqual(texts(requests), ["One.", "One.", "One."]);
});

test("a post over which the server fell five times is refused, not one whose answer was lost", async () => {
  const requests = serve("lost", ...Array(5).fill({ status: 500 }));
  await publish("One.", "Two.");
  for (let attempt = 1; attempt < 6; attempt += 1) {
    await until(() => requests.length === attempt && outbox.state === "trying");
    mock.timers.tick(30_000);
  }
  await until(isDone);
  assert.deepEqual(
    outbox.posts.map(({ about, refused }) => [about.text, refused]),
    [["One.", "500"]],
  );
  assert.deepEqual(texts(requests), [...Array(6).fill("One."), "Two."]);
});

for (const [name, answer] of Object.entries({
  ...Object.fromEntries([408, 425, 429, 502, 503].map(status => [status, { status }])),
  "a page that a proxy answers in place of the server": { status: 200, type: "text/html", answer: "please log in" },
  "JSON that a network's sign-in answers": { status: 200, answer: { status: "ok", url: "https://hotel.example/" } },
  "an empty answer": { status: 204 },
})) {
  test(`${name} neither saves nor refuses: the post is sent again`, async () => {
    const requests = serve(answer);
    await publish("One.");
    await until(() => outbox.state === "trying");
    assert.equal(outbox.posts.length, 1);
    mock.timers.tick(1_000);
    await until(isDone);
    assert.deepEqual(texts(requests), ["One.", "One."]);
  });
}

test("whose session has ended is asked to sign in, and then it is sent", async () => {
  const asked = new Promise(resolve => page.document.addEventListener("desk:signed-out", resolve));
  const requests = serve({ status: 401 });
  await publish("One.");
  await asked;
  await until(() => outbox.state === "signed-out");
  page.document.dispatchEvent(new Event("desk:signed-in"));
  await until(isDone);
  assert.deepEqual(texts(requests), ["One.", "One."]);
});

test("what was sent is told with the server's answer, and the page looks for what is new", async () => {
  const sent = new Promise(resolve => outbox.addEventListener("sent", resolve));
  const changed = new Promise(resolve => page.document.addEventListener("fangtan:changed", resolve));
  serve({ status: 201, answer: { turn: 1, event: 12 } });
  await publish("One.");
  const { detail } = await sent;
  await changed;
  assert.equal(detail.answer.event, 12);
  assert.equal(detail.waiting.about.text, "One.");
});

test("closing the window is asked about while something waits in it alone", async () => {
  serve("lost");
  await publish("One.");
  await until(() => outbox.state === "trying");
  assert.ok(isAskedBeforeClosing());
  outbox.discard(outbox.posts[0]);
  await until(() => !outbox.posts.length);
  assert.ok(!isAskedBeforeClosing());
});

function isAskedBeforeClosing() {
  return !page.window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}
