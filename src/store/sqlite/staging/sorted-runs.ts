/** Ids that come in no order, in portions, and are wanted sorted, page by page: sorting all of them at once takes too long for one turn. */
export class SortedRuns {
  readonly #runs: (readonly string[])[] = [];

  /** Takes a portion; an id may come again. */
  add(ids: readonly string[]): void {
    if (ids.length > 0) this.#runs.push([...ids].sort());
  }

  /** The first `limit` ids after one (missing: from the beginning), each once. */
  page(last: string | undefined, limit: number): readonly string[] {
    const heads = new Heads();
    for (const run of this.#runs) heads.push({ run, at: last === undefined ? 0 : firstAfter(run, last) });
    const page: string[] = [];
    for (let id = heads.pop(); id !== undefined && page.length < limit; id = heads.pop()) if (id !== page.at(-1)) page.push(id);
    return page;
  }
}

interface Head {
  readonly run: readonly string[];
  at: number;
}

/** The places in all runs as a heap: the smallest id on top. */
class Heads {
  readonly #heap: Head[] = [];

  push(head: Head): void {
    if (head.at >= head.run.length) return;
    this.#heap.push(head);
    for (let child = this.#heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Takes the smallest id. */
  pop(): string | undefined {
    const [top] = this.#heap;
    if (top === undefined) return undefined;
    const id = top.run[top.at];
    top.at += 1;
    if (top.at >= top.run.length) {
      const end = this.#heap.pop();
      if (end !== undefined && end !== top) this.#heap[0] = end;
    }
    this.#sink();
    return id;
  }

  #sink(): void {
    for (let parent = 0; ;) {
      const left = parent * 2 + 1;
      const smaller = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (smaller >= this.#heap.length || !this.#isBefore(smaller, parent)) return;
      this.#swap(smaller, parent);
      parent = smaller;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#idAt(a) < this.#idAt(b);
  }

  #idAt(place: number): string {
    const head = this.#heap[place];
    return head?.run[head.at] ?? '';
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}

/** The place of the first id after one, in a sorted run. */
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
