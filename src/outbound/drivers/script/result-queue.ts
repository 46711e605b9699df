// An asynchronous queue with one reader.
/** A queue of values with one asynchronous reader. */
export class ResultQueue<T> {
  readonly #values: T[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;

  /** Adds a value. */
  push(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  /** Ends the queue when `work` settles. If `work` fails, the reader gets its error. */
  endWith(work: Promise<void>): void {
    work.then(
      () => this.#finish({}),
      (error: unknown) => this.#finish({ error }),
    );
  }

  /** Yields all values in order, then ends, or throws the error of `endWith`. */
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
