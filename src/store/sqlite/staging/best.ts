import { compareSortKeys, type SortKey } from '../../../scim/sort.ts';

/** A row with what it is sorted by. */
export interface Ranked {
  readonly n: number;
  readonly key: SortKey;
}

/** Negative when `a` comes first: by key, among equals in the order of arrival whatever the direction. */
export function compareRanked(a: Ranked, b: Ranked, descending: boolean): number {
  return compareSortKeys(a.key, b.key, descending) || a.n - b.n;
}

/** The first so many of any number of rows, in a heap with the last of them on top. */
export class Best {
  readonly #most: number;
  readonly #descending: boolean;
  readonly #heap: Ranked[] = [];

  constructor(most: number, descending: boolean) {
    this.#most = most;
    this.#descending = descending;
  }

  add(row: Ranked): void {
    if (this.#heap.length < this.#most) {
      this.#heap.push(row);
      this.#raise(this.#heap.length - 1);
      return;
    }
    const last = this.#heap[0];
    if (last === undefined || compareRanked(row, last, this.#descending) >= 0) return;
    this.#heap[0] = row;
    this.#sink();
  }

  /** Takes out all but the first `skip`, in order. */
  takeAfter(skip: number): readonly Ranked[] {
    const taken: Ranked[] = [];
    while (this.#heap.length > skip) {
      const top = this.#heap[0];
      const end = this.#heap.pop();
      if (top === undefined || end === undefined) break;
      taken.push(top);
      if (this.#heap.length > 0) {
        this.#heap[0] = end;
        this.#sink();
      }
    }
    return taken.toReversed();
  }

  #raise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = this.#isAfter(left + 1, left) ? left + 1 : left;
      if (!this.#isAfter(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isAfter(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    return a !== undefined && b !== undefined && compareRanked(a, b, this.#descending) > 0;
  }

  #swap(one: number, other: number): void {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
