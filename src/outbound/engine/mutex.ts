// A mutex for asynchronous work, first come, first served.
/** Runs one piece of work at a time, in the order of the calls. A failure rejects only its own caller. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** True while other work waits for the work in progress. Long work should then yield. */
  get isAwaited(): boolean {
    return this.#pending > 1;
  }

  /** Runs `work` after all earlier work. Resolves or rejects with its result. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    const mine = this.#last.then(work).finally(() => {
      this.#pending -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
