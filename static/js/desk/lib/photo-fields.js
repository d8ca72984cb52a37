// The photos among a form's fields: each has a key and a description.
export function described(fields) {
  const [keys, alts] = ["photo", "alt"].map(name =>
    fields.filter(field => field[0] === name).map(([, value]) => value),
  );
  return keys.map((key, n) => [key, alts[n]]);
}
