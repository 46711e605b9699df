// The time limits of a scan.
import type { Database } from 'better-sqlite3';
import { ScimError } from '../../../../scim/errors.ts';
import { FairQueue } from './fair-queue.ts';

/** A monotonic clock in milliseconds. */
export type MonotonicMs = () => number;

/** How long a statement may keep the event loop, in milliseconds; one row more is always looked at. */
const sliceMs = 8;

/** How long a look-up may take when the query does not say, in milliseconds. */
const defaultMaxMs = 10_000;

/**
 * Stops a statement in the middle when it has had its time, however few of the rows are hits and however long single rows take. The
 * statement asks `in_time(…)` for each row; from the first 0 on, `stopped` is true, and that row has to be looked at again.
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

  /** Before each statement. */
  begin(): void {
    this.#stopped = false;
    this.#until = undefined;
  }

  /** A deadline `maxMs` from now. */
  deadline(maxMs = defaultMaxMs): Deadline {
    return new Deadline(this.#now, maxMs);
  }

  #isInTime(): boolean {
    const now = this.#now();
    // Time counts from the first row on, so that each statement gets on by one at least.
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

  /** @throws {ScimError} 400 tooMany (RFC 7644 §3.12) when the time is over; `fast` names what an index serves. */
  assert(fast: readonly string[]): void {
    if (this.#now() < this.#end) return;
    throw new ScimError(
      400,
      'tooMany',
      `The search takes too long because no index supports the filter. Use "and" to add an "eq" comparison of one of these: ${fast.join(', ')}.`,
    );
  }
}
