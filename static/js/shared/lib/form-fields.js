// What a form sends when that button of it is pressed, as pairs of names and values. FormData by itself leaves a button's
// value out without a word, below Chromium 112, Firefox 111 and Safari 16.4 even if it is given one.
export function fieldsOf(form, button) {
  const fields = [...new FormData(form)];
  return button?.name ? [...fields, [button.name, button.value]] : fields;
}
