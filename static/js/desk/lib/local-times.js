// What a zone's clock shows where it is put back or forward.

const SEVERAL_HOURS = 30 * 3_600_000; // ms; Samoa has left out a whole day

// The moments, in ms since 1970, at which the zone's clock shows "2026-10-25T01:30": one, in the hour put back two, in
// an hour left out none.
export function moments(shown, zone) {
  const local = Date.parse(`${shown}Z`);
  if (Number.isNaN(local)) return [];
  const offsets = new Set([-SEVERAL_HOURS, SEVERAL_HOURS].map(hours => offsetOf(local + hours, zone)));
  const there = [...offsets].map(offset => local - offset).filter(at => at + offsetOf(at, zone) === local);
  return there.sort((one, other) => one - other);
}

// What the zone's clock shows then, as a field wants it: Swedish dates are written so.
export function onTheClock(at, zone) {
  return clockOf(zone).format(at).replace(" ", "T");
}

// Which of the moments that the clock shows alike this one is: 0 the first, 1 the second.
export function foldOf(at, zone) {
  return Math.max(0, moments(onTheClock(at, zone), zone).indexOf(Math.floor(at / 1_000) * 1_000));
}

// "British Summer Time (UTC+01:00)"
export function zoneName(at, zone, language) {
  return `${named(at, zone, language, "long")} (${offsetName(at, zone)})`;
}

function offsetName(at, zone) {
  const minutes = Math.round(offsetOf(at, zone) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${[hours, rest].map(part => String(part).padStart(2, "0")).join(":")}`;
}

function named(at, zone, language, timeZoneName) {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName").value;
}

const clocks = new Map();

function clockOf(timeZone) {
  if (!clocks.has(timeZone))
    clocks.set(timeZone, new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" }));
  return clocks.get(timeZone);
}

// In ms.
function offsetOf(at, zone) {
  return Date.parse(`${onTheClock(at, zone)}Z`) - Math.floor(at / 1_000) * 1_000;
}
