/** Lets callers take turns: what is handed in runs alone, in the order in which it came. A failure is its caller's own. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everybody before is done; resolves or rejects as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
