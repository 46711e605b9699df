// A mutex for asynchronous work, in order of arrival.
/** Runs one piece of work at a time, in the order in which they came. A failure rejects only its own caller. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** True while other work waits for the work in progress; long work should yield then. */
  get isAwaited(): boolean {
    return this.#pending > 1;
  }

  /** Runs `work` when all before it are done; resolves or rejects as it does. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    const mine = this.#last.then(work).finally(() => {
      this.#pending -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
