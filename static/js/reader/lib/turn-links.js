// Tells the style sheet how high the bar on top and its open panel are, so that a turn that is gone to stands right below
// them.

import { isReturn } from "../../shared/lib/returning.js";

const ARRIVAL_TIME = 1_000; // ms after loading in which the linked turn is still brought to its place

const bar = document.querySelector(".transcript-bar");
const finder = document.querySelector(".finder");
const panel = document.querySelector(".finder-panel");

function measure() {
  const { style } = document.documentElement;
  style.setProperty("--bar", `${bar?.offsetHeight ?? 0}px`);
  style.setProperty("--panel", `${finder?.open ? panel.offsetHeight : 0}px`);
  if (isArriving) document.querySelector(".turn:target")?.scrollIntoView();
}

// True until the reader moves: the browser went to the linked turn before the bar's height was known.
let isArriving = !isReturn;
for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  addEventListener(type, () => (isArriving = false), { once: true, passive: true, capture: true });
}

addEventListener("load", () => setTimeout(() => (isArriving = false), ARRIVAL_TIME));
document.addEventListener("transcript:changing", () => (isArriving = false));

const observer = new ResizeObserver(measure);
for (const element of [bar, panel]) if (element) observer.observe(element);
finder?.addEventListener("toggle", measure);
measure(); // now, since a key may be pressed before the observer reports for the first time
