// Tells the style sheets how high the bar and the composer are, which depends on what they say: nothing is to lie under them.

for (const name of ["desk-bar", "desk-composer"]) {
  const element = document.querySelector(name);
  const tell = () => document.documentElement.style.setProperty(`--${name}-height`, `${element.offsetHeight}px`);
  new ResizeObserver(tell).observe(element);
}
