// Back-off times for retries of records and Targets.
/**
 * Time before the next Attempt, in milliseconds: exponential from `baseMs`, at most `capMs`, then scaled to between half and all of it
 * by `jitter` (0 to 1). `attempt` counts from 1.
 */
export function backoffMs(attempt: number, baseMs: number, capMs: number, jitter: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)) * (0.5 + jitter / 2);
}

/** How a record's own failures are retried: from 2 seconds to 15 minutes, parked after the tenth. */
export const recordRetry = { baseMs: 2_000, capMs: 900_000, most: 10 } as const;

/** Delays between retries of a Target that is down: from 1 second to 2 minutes. */
export const targetRetry = { baseMs: 1_000, capMs: 120_000 } as const;

/** This many unclear or failed Attempts in a row, without a success between them, open the circuit. */
export const failuresThatOpenTheCircuit = 5;

/** Longest wait that a Target may ask for: an hour. */
export const maxWaitMs = 3_600_000;

/** Interval of probing a Target that rejects the credentials: 15 minutes. */
export const refusedProbeMs = 900_000;
