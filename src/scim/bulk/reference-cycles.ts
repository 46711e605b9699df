// Finds reference cycles among Bulk operations (strongly connected components).
/**
 * Groups the numbers 0, 1, 2, … so that numbers that need each other, directly or through others, are in one group, in ascending order. A
 * number outside any cycle is a group of one. `needs` lists for each number the numbers that it needs. (Tarjan's algorithm for strongly
 * connected components.)
 */
export function findCycles(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const search = new CycleSearch(needs);
  for (const number of needs.keys()) search.visit(number);
  return search.cycles;
}

class CycleSearch {
  readonly cycles: (readonly number[])[] = [];
  readonly #needs: readonly (readonly number[])[];
  readonly #met = new Map<number, number>();
  readonly #path: number[] = [];
  readonly #open = new Set<number>();

  constructor(needs: readonly (readonly number[])[]) {
    this.#needs = needs;
  }

  /**
   * @returns the earliest visit index that is reachable from this number (the low-link of Tarjan's algorithm); Infinity if the group of the
   * number is already complete.
   */
  visit(number: number): number {
    const met = this.#met.get(number);
    if (met !== undefined) return this.#open.has(number) ? met : Infinity;
    const now = this.#met.size;
    this.#met.set(number, now);
    this.#path.push(number);
    this.#open.add(number);
    const earliest = Math.min(now, ...(this.#needs[number] ?? []).map((needed) => this.visit(needed)));
    if (earliest === now) this.#close(number);
    return earliest;
  }

  #close(first: number): void {
    const cycle = this.#path.splice(this.#path.lastIndexOf(first));
    for (const number of cycle) this.#open.delete(number);
    this.cycles.push(cycle.toSorted((a, b) => a - b));
  }
}
