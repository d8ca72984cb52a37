// The time of a turn by a visitor's own clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ownStart, ownTime } from "../../static/js/shared/lib/own-time.js";

const NOON = "2026-05-04T12:00:00+08:00";

function seenFrom(zone, stamp = NOON, language = "zh-hans", told = ownTime) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return told(stamp, language);
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

test("it is told in the page's language", () => {
  assert.equal(seenFrom("Europe/London"), "英国夏令时间 05:00:00");
  assert.equal(seenFrom("Europe/London", NOON, "en"), "05:00:00 British Summer Time");
});

test("it says the day where that is another", () => {
  assert.equal(seenFrom("America/New_York"), "北美东部夏令时间 00:00:00");
  assert.equal(seenFrom("America/Los_Angeles"), "5月3日 北美太平洋夏令时间 21:00:00");
});

for (const zone of ["Asia/Shanghai", "Asia/Singapore"]) {
  test(`whose clock says the same is told nothing: ${zone}`, () => assert.equal(seenFrom(zone), ""));
}

test("the start of an interview is told with its day, and nothing where that is the same", () => {
  assert.match(seenFrom("Europe/London", NOON, "en", ownStart), /^Monday, May 4 at 05:00 British Summer Time$/);
  assert.match(seenFrom("America/Los_Angeles", NOON, "zh-hans", ownStart), /5月3日星期日.*21:00/);
  assert.equal(seenFrom("Asia/Singapore", NOON, "en", ownStart), "");
});

test("a stamp may be of a zone west of Greenwich, of half an hour, or UTC", () => {
  assert.equal(seenFrom("America/St_Johns", "2026-05-04T09:00:00-02:30"), "");
  assert.equal(seenFrom("Africa/Abidjan", "2026-05-04T09:00:00Z"), "");
  assert.match(seenFrom("Asia/Shanghai", "2026-05-04T09:00:00-02:30", "en"), /^19:30:00/);
});
