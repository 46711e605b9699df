// Yields to the event loop, so that commands, time-outs and other Targets can proceed between two pages of long work.

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
