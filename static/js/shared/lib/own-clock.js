// The page's times are the interview's. Who points at one, or comes to it by keyboard, is told it by their own
// clock as well, if that differs; so they needn't reckon, and nobody's zone is guessed by the server.

const TIMES = "main time[datetime*='T']";
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "long" };
const DAY = { month: "long", day: "numeric" };

for (const event of ["pointerover", "focusin"]) document.addEventListener(event, ({ target }) => tell(target));

function tell(target) {
  const link = target.closest?.("main a"); // what gets the focus is what is described
  const time = target.closest?.(TIMES) ?? link?.querySelector(TIMES);
  if (!time) return;
  const holder = link ?? time;
  const own = holder.title ? "" : ownTime(time.dateTime);
  if (own) holder.title = own;
}

function ownTime(stamp) {
  const at = new Date(stamp);
  if (offsetOf(stamp) === -at.getTimezoneOffset()) return "";
  const isOtherDay = stamp.slice(0, 10) !== dayOf(at);
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...CLOCK, ...(isOtherDay ? DAY : {}) }).format(at);
}

// In minutes; the stamp ends in +08:00, -03:30 or Z.
function offsetOf(stamp) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(stamp) ?? [null, "+", 0, 0];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
}

function dayOf(at) {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(part => String(part).padStart(2, "0")).join("-");
}
