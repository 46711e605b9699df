import type { Clock } from '../../src/domain/clock.ts';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test advances it. Due timers fire in order while it advances. */
export class TestClock implements Clock {
  #now: number;
  #timers: Timer[] = [];

  constructor(start = new Date('2026-11-21T12:00:00Z')) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  wakeAt(at: Date, wake: () => void): () => void {
    const timer = { at: at.getTime(), wake };
    if (timer.at <= this.#now) {
      setImmediate(() => {
        if (this.#timers.includes(timer)) this.#fire(timer);
      });
    }
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Advances by this number of milliseconds and fires the timers that become due. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#fire(next);
    }
    this.#now = until;
  }

  #fire(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
    timer.wake();
  }
}
