// Waits for SIGINT or SIGTERM, and ignores the duplicate that npm forwards.
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** npm forwards Ctrl-C to a program that has already received the signal from the terminal: a signal within this time is the duplicate. */
const defaultRepeatMs = 500;

/**
 * Resolves on SIGINT (Ctrl-C) or SIGTERM. On the next signal, the process exits immediately, with the exit code that shells expect (128
 * plus the signal's number). This loses no acknowledged write, because the store is always durable. A signal within `repeatMs` of the first
 * one is ignored.
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
