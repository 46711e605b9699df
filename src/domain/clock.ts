// The interfaces for time and randomness.
/** The clock. Everything that waits or compares times receives one, so that tests can control the time. */
export interface Clock {
  /** The current time. */
  now(): Date;
  /**
   * Calls `wake` once, not before `at`, and soon if `at` has passed. Returns a function that cancels the call (without effect after the
   * call). The timer of the real clock does not keep the process alive.
   */
  wakeAt(at: Date, wake: () => void): () => void;
}

/** A source of randomness: a number from 0 (inclusive) to 1 (exclusive), for jitter only. */
export type Random = () => number;

/** Resolves when the clock reaches `at`, or as soon as `signal` aborts (without throwing). */
export function waitUntil(clock: Clock, at: Date, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.wakeAt(at, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}
