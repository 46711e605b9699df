// The time limits of a scan.
import type { Database } from 'better-sqlite3';
import { ScimError } from '../../../../scim/errors.ts';
import { FairQueue } from './fair-queue.ts';

/** A monotonic clock in milliseconds. */
export type MonotonicMs = () => number;

/** Max time that a statement may block the event loop, in milliseconds. It always completes the current row. */
const sliceMs = 8;

/** Default max time of a look-up, in milliseconds. */
const defaultMaxMs = 10_000;

/**
 * Stops a statement when its time slice ends, even if few rows match or single rows take long. The statement calls `in_time(…)` for each
 * row. After the first 0, `stopped` is true, and that row must be checked again.
 */
export class ScanTimeBudget {
  readonly queue = new FairQueue();
  readonly #now: MonotonicMs;
  #until: number | undefined;
  #stopped = false;

  constructor(db: Database, now: MonotonicMs) {
    this.#now = now;
    db.function('in_time', { varargs: true }, () => Number(this.#isInTime()));
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Must be called before each statement. */
  begin(): void {
    this.#stopped = false;
    this.#until = undefined;
  }

  /** Creates a deadline `maxMs` from now. */
  deadline(maxMs = defaultMaxMs): Deadline {
    return new Deadline(this.#now, maxMs);
  }

  #isInTime(): boolean {
    const now = this.#now();
    // The time is measured from the first row, so that each statement completes at least one row.
    this.#until ??= now + sliceMs;
    if (now >= this.#until) this.#stopped = true;
    return !this.#stopped;
  }
}

/** The deadline of a look-up. */
export class Deadline {
  readonly #now: MonotonicMs;
  readonly #end: number;

  constructor(now: MonotonicMs, maxMs: number) {
    this.#now = now;
    this.#end = now() + maxMs;
  }

  /** @throws {ScimError} 400 tooMany (RFC 7644 §3.12) if the time is over; `fast` names the attributes that have an index. */
  assert(fast: readonly string[]): void {
    if (this.#now() < this.#end) return;
    throw new ScimError(
      400,
      'tooMany',
      `The search takes too long because no index supports the filter. Use "and" to add an "eq" comparison of one of these: ${fast.join(', ')}.`,
    );
  }
}
