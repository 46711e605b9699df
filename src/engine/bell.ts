import type { Clock } from '../domain/clock.ts';

/** What a loop sleeps on: until a time, or until somebody rings. A ring while nobody sleeps is not lost. */
export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when somebody rang and nobody has slept since. */
  get rung(): boolean {
    return this.#rung;
  }

  /** Wakes the sleeper, now or as soon as it wants to sleep. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when rung or when the clock reaches `until` (missing: only when rung). */
  async sleep(until: Date | undefined): Promise<void> {
    if (!this.#rung && (until === undefined || until > this.#clock.now())) {
      await new Promise<void>((resolve) => {
        const cancel = until === undefined ? () => undefined : this.#clock.wakeAt(until, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
