// Gives parallel scans their time slices in turn.
/**
 * Gives scans their slices: one in each turn of the event loop for all of them together, so that many scans at once keep others waiting no
 * longer than one does. Sources take turns, and of one Source who has waited longest.
 */
export class FairQueue {
  /** By Source; the one whose turn is next comes first. */
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
