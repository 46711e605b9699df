import { waitUntil, type Clock } from '../domain/clock.ts';

/** Lets at most so many calls a second begin, evenly spaced, whoever asks. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #spacingMs: number;
  #next = 0;

  /** `perSecond` missing: no limit. */
  constructor(clock: Clock, perSecond: number | undefined) {
    this.#clock = clock;
    this.#spacingMs = perSecond === undefined ? 0 : 1000 / perSecond;
  }

  /** Resolves when `calls` more may begin, or when `signal` aborts. */
  async take(calls: number, signal: AbortSignal): Promise<void> {
    if (this.#spacingMs === 0) return;
    const now = this.#clock.now().getTime();
    const at = Math.max(now, this.#next);
    this.#next = at + calls * this.#spacingMs;
    if (at > now) await waitUntil(this.#clock, new Date(at), signal);
  }
}
