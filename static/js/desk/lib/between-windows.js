// What keeps a user's windows from getting into each other's way. A browser may have none of it, forbid it, or not answer.

import { within } from "../../shared/lib/timeouts.js";

const LOCK_TIMEOUT = 2_000; // ms; a window that hangs would keep its lock for good

// Does the work while no other window does work of that name; after LOCK_TIMEOUT also beside it, so the work must be
// such that this does no harm.
export async function alone(name, work) {
  const giveUp = new AbortController();
  const { promise: isDone, resolve: release } = withResolvers();
  const { promise: isMine, resolve: begin } = withResolvers();
  const hold = () => {
    begin();
    return isDone;
  };
  try {
    navigator.locks?.request(name, { signal: giveUp.signal }, hold).catch(begin); // a page by plain http has no locks
    if (navigator.locks) await within(LOCK_TIMEOUT, isMine);
  } catch (error) {
    console.warn(`locks: ${error}`);
    giveUp.abort();
  }
  return work().finally(release);
}

function withResolvers() {
  const made = {};
  made.promise = new Promise(resolve => (made.resolve = resolve));
  return made;
}

// A channel on which the other windows hear what is posted.
export function channel(name, hear) {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = hear;
    return channel;
  } catch (error) {
    console.warn(`BroadcastChannel: ${error}`);
    return { postMessage() {} };
  }
}
