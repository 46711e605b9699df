// An asynchronous queue with one reader.
/** An asynchronous queue of values with one reader. */
export class ResultQueue<T> {
  readonly #values: T[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;

  /** Adds a value. */
  push(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  /** Ends the queue when `work` has: with its error, if it fails. */
  endWith(work: Promise<void>): void {
    work.then(
      () => this.#finish({}),
      (error: unknown) => this.#finish({ error }),
    );
  }

  /** All values in their order, then the end, or the error. */
  async *read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T;
      if (this.#end !== undefined) break;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if ('error' in this.#end) throw this.#end.error;
  }

  #finish(end: { readonly error?: unknown }): void {
    this.#end = end;
    this.#wake?.();
  }
}
