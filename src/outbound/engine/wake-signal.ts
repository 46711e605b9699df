// Wakes a sleeping loop.
import type { Clock } from '../../domain/clock.ts';

/** Lets a loop sleep until a given time or a signal. A signal while the loop is awake is not lost. */
export class WakeSignal {
  readonly #clock: Clock;
  #signalled = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True after a ring, until the next sleep. */
  get signalled(): boolean {
    return this.#signalled;
  }

  /** Wakes the sleeper, now or as soon as it wants to sleep. */
  signal(): void {
    this.#signalled = true;
    this.#wake?.();
  }

  /** Resolves when rung or when the clock reaches `until` (missing: only when rung). */
  async sleep(until: Date | undefined): Promise<void> {
    if (!this.#signalled && (until === undefined || until > this.#clock.now())) {
      await new Promise<void>((resolve) => {
        const cancel = until === undefined ? () => undefined : this.#clock.wakeAt(until, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#signalled = false;
  }
}
