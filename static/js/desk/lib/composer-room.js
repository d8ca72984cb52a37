// Keeps what gets the focus or the address from lying under the composer, which is as high as its speakers and its text.

const composer = document.querySelector("desk-composer");
const keep = () => {
  document.documentElement.style.scrollPaddingBlockEnd = `${composer.offsetHeight}px`;
};

new ResizeObserver(keep).observe(composer);
