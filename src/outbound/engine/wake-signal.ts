// Wakes a sleeping loop early.
import type { Clock } from '../../domain/clock.ts';

/** Lets a loop sleep until a given time or a signal. A signal that arrives while the loop is awake is not lost. */
export class WakeSignal {
  readonly #clock: Clock;
  #signalled = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True after a signal, until the next sleep. */
  get signalled(): boolean {
    return this.#signalled;
  }

  /** Wakes the sleeper now, or ends its next sleep immediately. */
  signal(): void {
    this.#signalled = true;
    this.#wake?.();
  }

  /** Resolves on a signal, or when the clock reaches `until` (if not set, only on a signal). */
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
