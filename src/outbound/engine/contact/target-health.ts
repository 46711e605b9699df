// Tracks the failures of a Target: a circuit breaker that decides when the Target counts as down.
import type { Clock, Random } from '../../../domain/clock.ts';
import { backoffMs, failuresThatOpenTheCircuit, maxWaitMs, targetRetry } from '../delivery/retry.ts';

/** Max number of *missing* answers within an hour. A small share of the Target's people is also allowed. */
const maxMissingPerHour = 3;
const missingWindowMs = 3_600_000;

/**
 * The health of one Target: consecutive failures, the waiting time after a 429, records reported missing. Kept in memory, because after a
 * restart the daemon tries the Target again.
 */
export class TargetHealth {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #missing: number[] = [];
  #failures = 0;
  #opened = 0;
  #downUntil: Date | undefined;
  #pauseUntil: Date | undefined;
  #trouble = '';
  #succeededAt: Date | undefined;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The last error of the Target; empty if it works. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Number of times that the circuit has opened since the Target last worked. */
  get opened(): number {
    return this.#opened;
  }

  /** True if the Target must be probed before anything is sent to it. */
  get needsProbe(): boolean {
    return this.#downUntil !== undefined;
  }

  /** True if the previous Attempt succeeded. A failure then counts against the record, because the Target works. */
  get chargesAttempts(): boolean {
    return this.#failures === 0;
  }

  /** The time before which nothing is sent; `undefined` if nothing blocks sending. */
  waitsUntil(): Date | undefined {
    const now = this.#clock.now().getTime();
    const times = [this.#downUntil, this.#pauseUntil].flatMap((time) =>
      time === undefined || time.getTime() <= now ? [] : [time.getTime()],
    );
    return times.length === 0 ? undefined : new Date(Math.max(...times));
  }

  /** When an Attempt last succeeded; `undefined` before the first success since the start. */
  get succeededAt(): Date | undefined {
    return this.#succeededAt;
  }

  /** Records a successful Attempt. */
  succeeded(): void {
    this.recovered();
    this.#succeededAt = this.#clock.now();
  }

  /** Records that the Target works, although nothing was sent to it. */
  recovered(): void {
    this.#failures = 0;
    this.#opened = 0;
    this.#downUntil = undefined;
    this.#trouble = '';
  }

  /** Records a successful probe: the Target is tried again, but its last failure is kept until an Attempt succeeds. */
  probed(): void {
    this.#failures = 0;
    this.#downUntil = undefined;
  }

  /**
   * Resets the circuit because a person changed something, so that the Target is tried immediately. The last error is kept until an Attempt
   * succeeds.
   */
  forget(): void {
    this.probed();
    this.#missing.length = 0;
    this.#pauseUntil = undefined;
  }

  /** Records an Attempt that failed for a reason that may concern the whole Target. Several in a row open the circuit. */
  failed(reason: string): void {
    this.#failures += 1;
    if (this.#failures >= failuresThatOpenTheCircuit) this.open(reason);
  }

  /** Opens the circuit because the whole Target does not work. Its queue waits longer each time. */
  open(reason: string, afterMs = 0): void {
    this.#opened += 1;
    this.#trouble = reason;
    const wait = Math.max(Math.min(afterMs, maxWaitMs), backoffMs(this.#opened, targetRetry.baseMs, targetRetry.capMs, this.#random()));
    this.#downUntil = new Date(this.#clock.now().getTime() + wait);
  }

  /** Records that the Target requested a waiting time (Retry-After). This is not a failure. */
  slowDown(afterMs: number): void {
    this.#pauseUntil = new Date(this.#clock.now().getTime() + afterMs);
  }

  /**
   * Counts a record that was reported missing.
   * @returns true if there were too many within an hour: more than 3, and more than `share` (0 to 1) of `active` people.
   */
  missed(share: number, active: number): boolean {
    const now = this.#clock.now().getTime();
    this.#missing.push(now);
    while (this.#missing[0] !== undefined && this.#missing[0] <= now - missingWindowMs) this.#missing.shift();
    return this.#missing.length > maxMissingPerHour && this.#missing.length > share * active;
  }
}
