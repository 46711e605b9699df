// Lets commands, time-outs and other Targets have their turn between two pages of long work.

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
