// Keeps the first N rows of a sort order in memory.
import TinyQueue from 'tinyqueue';
import { compareSortKeys, type SortKey } from '../../../scim/sort.ts';

/** A row with its sort key. */
export interface RankedRow {
  readonly n: number;
  readonly key: SortKey;
}

/** Negative if `a` comes first: sorted by key, and by arrival if the keys are equal, regardless of the direction. */
export function compareRanked(a: RankedRow, b: RankedRow, descending: boolean): number {
  return compareSortKeys(a.key, b.key, descending) || a.n - b.n;
}

/** Keeps only the first `max` of any number of rows in memory. */
export class TopN {
  readonly #max: number;
  readonly #descending: boolean;
  /** A heap with the last row on top, so that a better row replaces it. */
  readonly #rows: TinyQueue<RankedRow>;

  constructor(max: number, descending: boolean) {
    this.#max = max;
    this.#descending = descending;
    this.#rows = new TinyQueue<RankedRow>([], (a, b) => compareRanked(b, a, descending));
  }

  add(row: RankedRow): void {
    if (this.#rows.length >= this.#max) {
      const last = this.#rows.peek();
      if (last === undefined || compareRanked(row, last, this.#descending) >= 0) return;
      this.#rows.pop();
    }
    this.#rows.push(row);
  }

  /** Removes all but the first `skip` rows, and returns the removed ones in order. */
  takeAfter(skip: number): readonly RankedRow[] {
    const taken: RankedRow[] = [];
    while (this.#rows.length > skip) {
      const last = this.#rows.pop();
      if (last !== undefined) taken.push(last);
    }
    return taken.toReversed();
  }
}
