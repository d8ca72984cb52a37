// The order of a transcript: by the time when a turn was spoken, then by its id.

export function isBefore(one, other) {
  return timeOf(one) < timeOf(other) || (timeOf(one) === timeOf(other) && idOf(one) < idOf(other));
}

function timeOf(turn) {
  return Number(turn.dataset.at);
}

function idOf(turn) {
  return Number(turn.id.replace("turn-", ""));
}
