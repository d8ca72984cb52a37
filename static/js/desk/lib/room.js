// Keeps what gets the focus or the address from lying under the bar or the composer, which are as high as what they say.

const root = document.documentElement.style;
const edges = { "desk-bar": "scroll-padding-block-start", "desk-composer": "scroll-padding-block-end" };

for (const [name, property] of Object.entries(edges)) {
  const element = document.querySelector(name);
  const keep = () => {
    root.setProperty(property, `${element.offsetHeight}px`);
    if (name === "desk-bar") root.setProperty("--bar-height", `${element.offsetHeight}px`);
  };
  new ResizeObserver(keep).observe(element);
}
