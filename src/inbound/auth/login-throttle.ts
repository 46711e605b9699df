// Delays responses to failed logins, per client address.
import { BoundedMap } from '../../domain/bounded-map.ts';
import { waitUntil, type Clock } from '../../domain/clock.ts';

/** Options of {@link LoginThrottle}: its dependencies, and limits that tests can override. */
export interface LoginThrottleOptions {
  readonly clock: Clock;
  /** Number of failures per address without a delay, so that a typing error causes none. */
  readonly freeFailures?: number;
  /** Max number of delayed responses per address, and below, in total. */
  readonly maxDelayedPerAddress?: number;
  readonly maxDelayed?: number;
  /** Max number of stored addresses. */
  readonly maxAddresses?: number;
}

interface FailureRecord {
  failures: number;
  waiting: number;
  lastAt: number;
}

/** The delay after the free failures, in milliseconds; it doubles with each further failure. */
const firstDelayMs = 250;
const maxDelayMs = 5_000;

/** The failures of an address expire after this time without a failure. */
const forgetMs = 10 * 60_000;

/** Value of `Retry-After` in an immediate refusal. */
const retryAfterSeconds = 5;

/**
 * Delays the responses to failed logins, per address and never per account. A request with a valid token never reaches this check, so a
 * client that guesses tokens cannot lock out others. The delay grows with each failure. The number of delayed responses is limited; further
 * failures are refused immediately. If too many addresses are stored, the least recent is dropped.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #freeFailures: number;
  readonly #maxDelayedPerAddress: number;
  readonly #maxDelayed: number;
  /** Records by address, in the order of the last failure. */
  readonly #records: BoundedMap<string, FailureRecord>;
  readonly #ends = new AbortController();
  #waiting = 0;

  constructor({ clock, freeFailures: free = 5, maxDelayedPerAddress = 10, maxDelayed = 200, maxAddresses = 10_000 }: LoginThrottleOptions) {
    this.#clock = clock;
    this.#freeFailures = free;
    this.#maxDelayedPerAddress = maxDelayedPerAddress;
    this.#maxDelayed = maxDelayed;
    this.#records = new BoundedMap(maxAddresses);
  }

  /** Number of currently delayed responses. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Records a failure and resolves when its response may be sent: with `undefined`, or, if too many responses are already delayed,
   * immediately with the seconds for `Retry-After`. `address` is an opaque key. Resolves early when `gone` aborts (the client has
   * disconnected) and on {@link releaseAll}.
   */
  async fail(address: string, gone: AbortSignal): Promise<{ readonly retryAfterSeconds: number } | undefined> {
    const memory = this.#recordFor(address);
    memory.failures += 1;
    const beyond = memory.failures - this.#freeFailures;
    if (beyond <= 0) return undefined;
    if (memory.waiting >= this.#maxDelayedPerAddress || this.#waiting >= this.#maxDelayed) return { retryAfterSeconds };
    memory.waiting += 1;
    this.#waiting += 1;
    const waitMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(beyond - 1, 10));
    await waitUntil(this.#clock, new Date(this.#clock.now().getTime() + waitMs), AbortSignal.any([gone, this.#ends.signal]));
    memory.waiting -= 1;
    this.#waiting -= 1;
    return undefined;
  }

  /** Releases all delayed responses and stops delaying. Called when the daemon stops. */
  releaseAll(): void {
    this.#ends.abort();
  }

  #recordFor(key: string): FailureRecord {
    const now = this.#clock.now().getTime();
    const known = this.#records.get(key);
    const memory = known === undefined ? { failures: 0, waiting: 0, lastAt: now } : known;
    if (now - memory.lastAt > forgetMs) memory.failures = 0;
    memory.lastAt = now;
    this.#records.set(key, memory);
    return memory;
  }
}
