// Words the time until an announced start, and says how long these words stay true. Times are in ms.

export const SECOND = 1_000;
const UNIT_LENGTHS = { day: 86_400 * SECOND, hour: 3_600 * SECOND, minute: 60 * SECOND, second: SECOND };
const UNIT_NAMES = Object.keys(UNIT_LENGTHS);
const CHANGE_DELAY = 20; // after the change, since a timer may ring a little early

// Days and hours, or hours and minutes, without a second part that is 0; the last hour in minutes, the last minute in
// seconds.
export function timeLeft(left, language) {
  const first = UNIT_NAMES.findIndex(unit => left >= UNIT_LENGTHS[unit]);
  const parts = [counted(UNIT_NAMES[first], left, language)];
  const rest = left % UNIT_LENGTHS[UNIT_NAMES[first]];
  const next = UNIT_NAMES[first + 1];
  if (first < 2 && rest >= UNIT_LENGTHS[next]) parts.push(counted(next, rest, language));
  return new Intl.ListFormat(language, { type: "unit", style: "narrow" }).format(parts);
}

function counted(unit, left, language) {
  const count = Math.floor(left / UNIT_LENGTHS[unit]);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

// At most a minute, since a clock may be set and a laptop may sleep.
export function untilItChanges(left) {
  const unit = left < UNIT_LENGTHS.minute ? SECOND : UNIT_LENGTHS.minute;
  return (left > 0 ? left % unit : SECOND) + CHANGE_DELAY;
}
