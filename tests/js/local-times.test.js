// Times that a clock shows twice, or leaves out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { foldOf, moments, onTheClock, zoneName } from "../../static/js/desk/lib/local-times.js";

const stamps = (shown, zone) => moments(shown, zone).map(at => new Date(at).toISOString().slice(0, 16));

for (const [zone, shown, ...there] of [
  ["Europe/London", "2026-10-25T01:30:00", "2026-10-25T00:30", "2026-10-25T01:30"],
  ["America/New_York", "2025-11-02T01:59", "2025-11-02T05:59", "2025-11-02T06:59"],
  ["Australia/Lord_Howe", "2025-04-06T01:45:00", "2025-04-05T14:45", "2025-04-05T15:15"],
  ["America/Santiago", "2025-04-05T23:10:00", "2025-04-06T02:10", "2025-04-06T03:10"],
  ["Africa/Casablanca", "2025-02-23T02:30:00", "2025-02-23T01:30", "2025-02-23T02:30"],
]) {
  test(`in the hour put back it is two moments: ${zone}`, () => assert.deepEqual(stamps(shown, zone), there));
}

for (const [zone, shown] of [
  ["Europe/London", "2026-03-29T01:30:00"],
  ["Australia/Lord_Howe", "2025-10-05T02:29:59"],
  ["Asia/Tehran", "2022-03-22T00:30:00"],
  ["Pacific/Apia", "2011-12-30T12:00:00"],
]) {
  test(`in an hour left out it is none: ${zone}`, () => assert.deepEqual(stamps(shown, zone), []));
}

test("any other time is one moment", () => {
  assert.deepEqual(stamps("2026-10-25T02:00:00", "Europe/London"), ["2026-10-25T02:00"]);
  assert.deepEqual(stamps("2026-03-29T02:00:00", "Europe/London"), ["2026-03-29T01:00"]);
  assert.deepEqual(stamps("2026-05-04T12:00:00", "Asia/Shanghai"), ["2026-05-04T04:00"]);
  assert.deepEqual(stamps("", "Asia/Shanghai"), []);
});

test("a moment is shown on the zone's clock, with which of the two it is", () => {
  const second = Date.parse("2026-10-25T01:30:07.089Z");
  assert.equal(onTheClock(second, "Europe/London"), "2026-10-25T01:30:07");
  assert.equal(foldOf(second, "Europe/London"), 1);
  assert.equal(foldOf(second - 3_600_000, "Europe/London"), 0);
  assert.equal(foldOf(Date.parse("2026-05-04T04:00:00Z"), "Asia/Shanghai"), 0);
});

test("the two are named in the page's language", () => {
  const [summer, winter] = moments("2026-10-25T01:30:00", "Europe/London");
  assert.equal(zoneName(summer, "Europe/London", "en"), "British Summer Time (UTC+01:00)");
  assert.equal(zoneName(winter, "Europe/London", "zh-hans"), "格林尼治标准时间 (UTC+00:00)");
  assert.match(
    zoneName(moments("2025-04-06T01:15", "Australia/Lord_Howe")[0], "Australia/Lord_Howe", "en"),
    /UTC\+11:00/,
  );
});
