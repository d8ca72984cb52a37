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

// "British Summer Time (UTC+01:00)"
export function zoneName(at, zone, language) {
  return `${named(at, zone, language, "long")} (${offsetName(at, zone)})`;
}

export function offsetName(at, zone) {
  const minutes = Math.round(offsetOf(at, zone) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${[hours, rest].map(part => String(part).padStart(2, "0")).join(":")}`;
}

function named(at, zone, language, timeZoneName) {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName").value;
}

const clocks = new Map();

// In ms. Swedish dates are written as Date.parse wants them.
function offsetOf(at, timeZone) {
  if (!clocks.has(timeZone))
    clocks.set(timeZone, new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" }));
  const shown = clocks.get(timeZone).format(at).replace(" ", "T");
  return Date.parse(`${shown}Z`) - Math.floor(at / 1_000) * 1_000;
}
