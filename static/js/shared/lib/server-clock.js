// The server's clock, as its answers tell it. This machine's clock may be wrong, and may be set while the page is open:
// what runs on between two answers is performance.now(), which nobody can set. Times are in ms.

import { abortAfter } from "./timeouts.js";

const HTTP_DATE = /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/; // one, where a proxy has added a second
const SECOND = 1_000;
const MEASURING_TIMEOUT = 3_000; // after which this machine's clock has to do

export class ServerClock {
  #ahead; // of performance.now()

  // `now` is what it showed at that performance.now(); what is measured later goes before it.
  constructor(now = Date.now(), at = performance.now()) {
    this.#ahead = now - at;
  }

  get now() {
    return performance.now() + this.#ahead;
  }

  set(now, at) {
    this.#ahead = now - at;
  }

  // Takes over what an answer tells that was asked for at that performance.now(): its Date is that of the second in which
  // it was made, which was after the question and before now.
  heard(response, asked) {
    const date = Date.parse(HTTP_DATE.exec(response.headers.get("Date"))?.[0]);
    if (Number.isNaN(date)) return;
    const made = date + Number(response.headers.get("Age") ?? 0) * SECOND;
    const least = made - performance.now();
    const most = made + SECOND + keptFor(response) - asked;
    this.#ahead = Math.min(Math.max(this.#ahead, least), most);
  }

  // Asks for a page of the server that takes it no work.
  async measure(url) {
    const asked = performance.now();
    const options = { cache: "no-store", signal: abortAfter(MEASURING_TIMEOUT) };
    const response = await fetch(url, options).catch(() => null);
    if (response) this.heard(response, asked);
  }
}

// The browser may have kept an answer for so long without telling.
function keptFor(response) {
  return Number(/max-age=(\d+)/.exec(response.headers.get("Cache-Control"))?.[1] ?? 0) * SECOND;
}

export const serverClock = new ServerClock();
