import { findLast } from "../../shared/lib/find-last.js";

// Guesses whose turn comes next: after a host's mostly that of the other speaker who spoke last; a guest often goes on.
// The seats are {speaker, isHost} in the order of the form, `spoken` the speakers of all turns in their order.
export function speakerAfter(speaker, seats, spoken) {
  const others = seats.filter(seat => seat.speaker !== speaker).map(seat => seat.speaker);
  const isHost = seats.some(seat => seat.speaker === speaker && seat.isHost);
  if (!isHost || !others.length) return speaker;
  return findLast(spoken, other => others.includes(other)) ?? others[0];
}
