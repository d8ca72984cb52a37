// Words the time until an announced start, and says how long these words stay true. Times are in ms.

export const SECOND = 1_000;
const UNITS = { day: 86_400 * SECOND, hour: 3_600 * SECOND, minute: 60 * SECOND, second: SECOND };
const NAMES = Object.keys(UNITS);
const LATE_ENOUGH = 20; // after the change, since a timer may ring a little early

// Days and hours, or hours and minutes, without a second part that is 0; the last hour in minutes, the last minute in
// seconds.
export function timeLeft(left, language) {
  const first = NAMES.findIndex(unit => left >= UNITS[unit]);
  const parts = [counted(NAMES[first], left, language)];
  const rest = left % UNITS[NAMES[first]];
  const next = NAMES[first + 1];
  if (first < 2 && rest >= UNITS[next]) parts.push(counted(next, rest, language));
  return new Intl.ListFormat(language, { type: "unit", style: "narrow" }).format(parts);
}

function counted(unit, left, language) {
  const count = Math.floor(left / UNITS[unit]);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

// At most a minute, since a clock may be set and a laptop may sleep.
export function untilItChanges(left) {
  const unit = left < UNITS.minute ? SECOND : UNITS.minute;
  return (left > 0 ? left % unit : SECOND) + LATE_ENOUGH;
}
