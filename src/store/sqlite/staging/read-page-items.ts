// Reads the resources of a result page, up to a size limit.
import { type DatabaseAccess, nextTurn } from '../database-access.ts';

/** One resource of a page, and how long it is, in characters of JSON. */
export interface Item<T> {
  readonly value: T;
  readonly size: number;
}

/** How long the resources of a page may be together, in characters: a page of any number of people has to fit in memory many times over. */
const maxPageItems = 4 * 1024 * 1024;

/** How many rows, and how many characters of them, are read before yielding to the event loop. */
const maxBatch = 100;
const sizeAtOnce = 256 * 1024;

/**
 * Reads the resources of a page, in slices, until they are too long together; the first is always given. Fewer than were asked for is
 * allowed by RFC 7644 §3.4.2.4 and RFC 9865 §2. `taken` tells how many of the numbers the page has used up; a deleted one gives nothing.
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

  /** @returns true when the page is complete. */
  readSlice(): boolean {
    const [taken, size] = [this.taken, this.#size];
    for (const n of this.#rows.slice(taken, taken + maxBatch)) {
      if (!this.#take(this.#read(n))) return true;
      if (this.#size - size >= sizeAtOnce) break;
    }
    return this.taken >= this.#rows.length;
  }

  /** @returns false when it does not fit any more. */
  #take(item: Item<T> | undefined): boolean {
    if (item !== undefined && this.items.length > 0 && this.#size + item.size > maxPageItems) return false;
    this.taken += 1;
    if (item === undefined) return true;
    this.items.push(item.value);
    this.#size += item.size;
    return true;
  }
}
