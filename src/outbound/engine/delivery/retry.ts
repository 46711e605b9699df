// Times and limits of retries, for records and for Targets.
/**
 * Time before the next Attempt, in milliseconds: grows exponentially from `baseMs` to at most `capMs`, then is scaled to between half and
 * all of it by `jitter` (0 to 1). `attempt` counts from 1.
 */
export function backoffMs(attempt: number, baseMs: number, capMs: number, jitter: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)) * (0.5 + jitter / 2);
}

/** Retries of a record after its own failures: after 2 seconds to 15 minutes, parked after the tenth. */
export const recordRetry = { baseMs: 2_000, capMs: 900_000, maxAttempts: 10 } as const;

/** Delays between retries of a Target that is down: from 1 second to 2 minutes. */
export const targetRetry = { baseMs: 1_000, capMs: 120_000 } as const;

/** Number of unclear or failed Attempts in a row, without a success in between, that opens the circuit. */
export const failuresThatOpenTheCircuit = 5;

/** Max time that a Target can request us to wait: an hour. */
export const maxWaitMs = 3_600_000;

/** Interval between probes of a Target that rejects the credentials: 15 minutes. */
export const refusedProbeMs = 900_000;
