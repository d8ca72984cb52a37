// The photos among a form's fields, as pairs of key and description.
export function described(fields) {
  const [keys, alts] = ["photo", "alt"].map(name =>
    fields.filter(field => field[0] === name).map(([, value]) => value),
  );
  return keys.map((key, n) => [key, alts[n]]);
}
