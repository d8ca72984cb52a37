// Why the server refused what was sent, in its own words: {errors: {field: [message, …], …}}. Empty if it said nothing.
export function refusal(answer) {
  return Object.values(answer?.errors ?? {})
    .flat()
    .join(" ");
}
