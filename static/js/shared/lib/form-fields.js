// What a form sends when that button is pressed, as pairs. Below Chromium 112 FormData leaves a button out without a word.
export function fieldsOf(form, button) {
  const fields = [...new FormData(form)];
  return button?.name ? [...fields, [button.name, button.value]] : fields;
}
