// Limits the number of calls per second.
import { waitUntil, type Clock } from '../../../domain/clock.ts';

/** Limits the number of calls per second, evenly spaced, for all callers together. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #spacingMs: number;
  #next = 0;

  /** `perSecond`: missing means no limit. */
  constructor(clock: Clock, perSecond: number | undefined) {
    this.#clock = clock;
    this.#spacingMs = perSecond === undefined ? 0 : 1000 / perSecond;
  }

  /** Resolves when `calls` more calls may start, or when `signal` aborts. */
  async take(calls: number, signal: AbortSignal): Promise<void> {
    if (this.#spacingMs === 0) return;
    const now = this.#clock.now().getTime();
    const at = Math.max(now, this.#next);
    this.#next = at + calls * this.#spacingMs;
    if (at > now) await waitUntil(this.#clock, new Date(at), signal);
  }
}
