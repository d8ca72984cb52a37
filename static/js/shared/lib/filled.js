// Puts values into a sentence that the page's template worded: filled("New: {name}", { name: "Chen An" }).
export function filled(sentence, values) {
  return sentence.replace(/{(\w+)}/g, (_, name) => values[name]);
}
