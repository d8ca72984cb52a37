// Tells a visitor who points at one of the page's times, or comes to it by keyboard, what it is by their own clock. The
// page's times are the interview's, and the server can't guess anybody's time zone.

import { ownTime } from "./own-time.js";

const TIME_ELEMENTS = "main time[datetime*='T']";

for (const type of ["pointerover", "focusin"]) document.addEventListener(type, ({ target }) => tell(target));

function tell(target) {
  const link = target.closest?.("main a"); // what gets the focus is what is described
  const time = target.closest?.(TIME_ELEMENTS) ?? link?.querySelector(TIME_ELEMENTS);
  if (!time) return;
  const holder = link ?? time;
  const own = holder.title ? "" : ownTime(time.dateTime, document.documentElement.lang);
  if (own) holder.title = own;
}
