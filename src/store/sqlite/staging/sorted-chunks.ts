// Sorts many ids in chunks without blocking the event loop.
import TinyQueue from 'tinyqueue';

/** Sorts ids that arrive unsorted in chunks, and returns them page by page. Sorting all of them at once would block the event loop. */
export class SortedChunks {
  readonly #chunks: (readonly string[])[] = [];

  /** Adds a chunk. Ids may be added repeatedly. */
  add(ids: readonly string[]): void {
    if (ids.length > 0) this.#chunks.push([...ids].sort());
  }

  /** The first `limit` ids after `last` (default: from the beginning), each once. */
  page(last: string | undefined, limit: number): readonly string[] {
    const heads = new TinyQueue<Head>([], (a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
    const push = (chunk: readonly string[], at: number) => {
      const id = chunk[at];
      if (id !== undefined) heads.push({ id, chunk, at });
    };
    for (const chunk of this.#chunks) push(chunk, last === undefined ? 0 : firstAfter(chunk, last));
    const page: string[] = [];
    for (let head = heads.pop(); head !== undefined && page.length < limit; head = heads.pop()) {
      if (head.id !== page.at(-1)) page.push(head.id);
      push(head.chunk, head.at + 1);
    }
    return page;
  }
}

/** The next id of a chunk. */
interface Head {
  readonly id: string;
  readonly chunk: readonly string[];
  readonly at: number;
}

/** The index of the first id after `last` in a sorted chunk. */
function firstAfter(ids: readonly string[], last: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? '') > last) high = middle;
    else low = middle + 1;
  }
  return low;
}
