// A turn that is linked to or gone to is right below the line that stays on top, however high that is.

const bar = document.querySelector(".bar");
const finder = document.querySelector(".finder");
const panel = document.querySelector(".finder-panel");

function measure() {
  const { style } = document.documentElement;
  style.setProperty("--bar", `${bar?.offsetHeight ?? 0}px`);
  style.setProperty("--panel", `${finder?.open ? panel.offsetHeight : 0}px`);
  if (isArriving) document.querySelector(".turn:target")?.scrollIntoView();
}

// Until the reader moves, the turn that the address names stays where it belongs: the browser went there before
// the line's height was known. Who comes back or loads the page again is where they were.
let isArriving = performance.getEntriesByType("navigation")[0]?.type === "navigate";
for (const sign of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  addEventListener(sign, () => (isArriving = false), { once: true, passive: true, capture: true });
}

addEventListener("load", () => setTimeout(() => (isArriving = false), 1_000));
document.addEventListener("transcript:changing", () => (isArriving = false));

const observer = new ResizeObserver(measure);
for (const element of [bar, panel]) if (element) observer.observe(element);
finder?.addEventListener("toggle", measure);
measure(); // at once: a key may come before the first frame, and with it the observer's word
