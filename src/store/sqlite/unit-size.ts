// Bounds how many rows one unit of the outbound store changes.

/** How many rows one unit changes at most: what is left goes into another unit, so that a crash never undoes much, and others come in between. */
export class UnitSize {
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Begins a unit. @returns whether there is room for more, asked after each row: a unit does at least one. */
  begin(): () => boolean {
    let done = 0;
    return () => {
      done += 1;
      return done < this.#rows;
    };
  }
}
