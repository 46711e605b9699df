// Limits the number of rows that one unit of the outbound store changes.

/** Max number of rows in one unit. The rest goes into further units, so that a crash undoes little and other units can run in between. */
export class UnitSize {
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /**
   * Starts a unit.
   * @returns a function that must be called after each row, and tells whether there is room for more. Each unit processes at least one row.
   */
  begin(): () => boolean {
    let done = 0;
    return () => {
      done += 1;
      return done < this.#rows;
    };
  }
}
