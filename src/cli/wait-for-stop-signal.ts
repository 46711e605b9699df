// Waits for SIGINT or SIGTERM, and ignores the duplicate that npm forwards.
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** npm hands Ctrl-C on to a program that has got it from the terminal already: what comes this soon is the same request again. */
const defaultRepeatMs = 500;

/**
 * Resolves when this process is asked to end by SIGINT (Ctrl-C) or SIGTERM. Asked again, it ends at once, with the exit code that
 * shells expect (128 plus the signal's number): nothing acknowledged is lost by that, the store is durable at any moment.
 * A signal within `repeatMs` of the first one does not count.
 */
export function waitForStopSignal(repeatMs: number = defaultRepeatMs): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: (typeof signals)[number]) => {
      const now = performance.now();
      if (askedAt !== undefined && now - askedAt > repeatMs) process.exit(128 + constants.signals[signal]);
      askedAt ??= now;
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}
