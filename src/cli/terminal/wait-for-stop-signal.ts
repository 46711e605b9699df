// Waits for SIGINT or SIGTERM, and ignores the duplicate that npm forwards.
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** npm hands Ctrl-C on to a program that has got it from the terminal already: what comes this soon is the same request again. */
const defaultRepeatMs = 500;

/**
 * Resolves at SIGINT (Ctrl-C) or SIGTERM. At the next signal the process exits immediately, with the exit code that shells expect (128 plus
 * the signal's number). This loses no acknowledged write, because the store is always durable. A signal within `repeatMs` of the first one
 * is ignored.
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
