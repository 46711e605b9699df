// Gives time slices to parallel scans, in turn by Source.
/**
 * Runs one slice per turn of the event loop, for all scans together, so that many scans delay other requests no longer than one does.
 * Sources take turns; within a Source, the scan that has waited longest is next.
 */
export class FairQueue {
  /** Waiting scans by Source. The Source whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isGiving = false;

  /** Resolves when the next slice of this Source may run. */
  next(source: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(source);
      if (queue === undefined) this.#waiting.set(source, [resolve]);
      else queue.push(resolve);
      this.#giveLater();
    });
  }

  #giveLater(): void {
    if (this.#isGiving || this.#waiting.size === 0) return;
    this.#isGiving = true;
    setImmediate(() => {
      this.#isGiving = false;
      this.#give();
      this.#giveLater();
    });
  }

  #give(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [source, queue] = first;
    queue.shift()?.();
    this.#waiting.delete(source);
    if (queue.length > 0) this.#waiting.set(source, queue);
  }
}
