// Reads the resources of a result page, up to a size limit.
import { type DatabaseAccess, nextTurn } from '../database-access.ts';

/** One resource of a page with its size, in characters of JSON. */
export interface Item<T> {
  readonly value: T;
  readonly size: number;
}

/** Max total size of the resources of a page, in characters, because several pages must fit in memory at the same time. */
const maxPageItems = 4 * 1024 * 1024;

/** Max number of rows, and (`sizeAtOnce`) max number of their characters, that are read before yielding to the event loop. */
const maxBatch = 100;
const sizeAtOnce = 256 * 1024;

/**
 * Reads the resources of a page in slices, up to the size limit; always returns the first one. RFC 7644 §3.4.2.4 and RFC 9865 §2 allow
 * fewer than requested. `taken` is the number of row numbers that were processed; deleted rows produce no resource.
 */
export async function readPageItems<T>(
  access: DatabaseAccess,
  rows: readonly number[],
  read: (n: number) => Item<T> | undefined,
): Promise<{ readonly items: readonly T[]; readonly taken: number }> {
  const page = new ItemPage(rows, read);
  for (;;) {
    const isDone = await access.read(() => page.readSlice());
    if (isDone) return page;
    await nextTurn();
  }
}

class ItemPage<T> {
  readonly items: T[] = [];
  taken = 0;
  readonly #rows: readonly number[];
  readonly #read: (n: number) => Item<T> | undefined;
  #size = 0;

  constructor(rows: readonly number[], read: (n: number) => Item<T> | undefined) {
    this.#rows = rows;
    this.#read = read;
  }

  /** @returns true if the page is complete. */
  readSlice(): boolean {
    const [taken, size] = [this.taken, this.#size];
    for (const n of this.#rows.slice(taken, taken + maxBatch)) {
      if (!this.#take(this.#read(n))) return true;
      if (this.#size - size >= sizeAtOnce) break;
    }
    return this.taken >= this.#rows.length;
  }

  /** @returns false if it does not fit any more. */
  #take(item: Item<T> | undefined): boolean {
    if (item !== undefined && this.items.length > 0 && this.#size + item.size > maxPageItems) return false;
    this.taken += 1;
    if (item === undefined) return true;
    this.items.push(item.value);
    this.#size += item.size;
    return true;
  }
}
