// The time of a stamp such as 2026-05-04T12:00:00+08:00 by the visitor's own clock, in words.

const CLOCK_FORMAT = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "long" };
const DAY_FORMAT = { month: "long", day: "numeric" };
const START_FORMAT = {
  weekday: "long",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "long",
};

// Empty if the visitor's clock says the same; with the day if that is another.
export function ownTime(stamp, language) {
  const at = new Date(stamp);
  if (offsetOf(stamp) === -at.getTimezoneOffset()) return "";
  const isOtherDay = stamp.slice(0, 10) !== dayOf(at);
  return new Intl.DateTimeFormat(language, { ...CLOCK_FORMAT, ...(isOtherDay ? DAY_FORMAT : {}) }).format(at);
}

// The day and hour at which something begins; empty as above.
export function ownStart(stamp, language) {
  const at = new Date(stamp);
  return offsetOf(stamp) === -at.getTimezoneOffset() ? "" : new Intl.DateTimeFormat(language, START_FORMAT).format(at);
}

// In minutes; a stamp ends in +08:00, -03:30 or Z.
function offsetOf(stamp) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(stamp) ?? [null, "+", 0, 0];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
}

function dayOf(at) {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(part => String(part).padStart(2, "0")).join("-");
}
