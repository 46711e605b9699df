import { waitUntil, type Clock } from '../domain/clock.ts';

/** What {@link Slowdown} works with, and its limits where a test wants others. */
export interface SlowdownOptions {
  readonly clock: Clock;
  /** Failures from one address that are answered at once: a person who mistypes is not kept waiting. */
  readonly free?: number;
  /** Answers that may wait for one address, and for all. */
  readonly mostWaitingEach?: number;
  readonly mostWaiting?: number;
  /** Addresses remembered. */
  readonly mostAddresses?: number;
}

interface Memory {
  failures: number;
  waiting: number;
  lastAt: number;
}

/** The wait after the free failures, in milliseconds; it doubles with each further one. */
const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** Failures are forgotten when none came from the address for this long. */
const forgetMs = 10 * 60_000;

/** When to come back after a refusal at once. */
const retryAfterSeconds = 5;

/**
 * Slows failed logins, per address, never per account: whoever has the right token was let in before anybody asks here, and cannot be
 * locked out by others who guess. Only the answer to a failure waits, longer with each one; so many wait at most, and what is beyond is
 * refused at once. Memory is bounded: of too many addresses those are forgotten that were quiet longest.
 */
export class Slowdown {
  readonly #clock: Clock;
  readonly #free: number;
  readonly #mostWaitingEach: number;
  readonly #mostWaiting: number;
  readonly #mostAddresses: number;
  /** In the order of their last failure. */
  readonly #memories = new Map<string, Memory>();
  readonly #ends = new AbortController();
  #waiting = 0;

  constructor({ clock, free = 5, mostWaitingEach = 10, mostWaiting = 200, mostAddresses = 10_000 }: SlowdownOptions) {
    this.#clock = clock;
    this.#free = free;
    this.#mostWaitingEach = mostWaitingEach;
    this.#mostWaiting = mostWaiting;
    this.#mostAddresses = mostAddresses;
  }

  /** How many answers wait at this moment. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Notes a failure from `address`, a text without meaning here, and resolves when its answer may go out: with nothing, or at once with the seconds for `Retry-After` when too many
   * wait already. Ends early when `gone` aborts, since nobody listens any more, and at {@link letGo}.
   */
  async fail(address: string, gone: AbortSignal): Promise<{ readonly retryAfterSeconds: number } | undefined> {
    const memory = this.#remember(address);
    memory.failures += 1;
    const beyond = memory.failures - this.#free;
    if (beyond <= 0) return undefined;
    if (memory.waiting >= this.#mostWaitingEach || this.#waiting >= this.#mostWaiting) return { retryAfterSeconds };
    memory.waiting += 1;
    this.#waiting += 1;
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond - 1, 10));
    await waitUntil(this.#clock, new Date(this.#clock.now().getTime() + waitMs), AbortSignal.any([gone, this.#ends.signal]));
    memory.waiting -= 1;
    this.#waiting -= 1;
    return undefined;
  }

  /** Lets every answer go that waits, and makes none wait any more: the daemon stops. */
  letGo(): void {
    this.#ends.abort();
  }

  #remember(key: string): Memory {
    const now = this.#clock.now().getTime();
    const known = this.#memories.get(key);
    const memory = known === undefined ? { failures: 0, waiting: 0, lastAt: now } : known;
    if (now - memory.lastAt > forgetMs) memory.failures = 0;
    memory.lastAt = now;
    this.#memories.delete(key);
    this.#memories.set(key, memory);
    if (this.#memories.size > this.#mostAddresses) this.#forgetQuietest();
    return memory;
  }

  #forgetQuietest(): void {
    const [quietest] = this.#memories.keys();
    if (quietest !== undefined) this.#memories.delete(quietest);
  }
}
