import { compareRanked, Best } from './best.ts';
import type { Ranked } from './best.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { Place, Query } from '../../store.ts';
import type { SortedPlaces } from './sorted-places.ts';

/** Numbers of the rows of one page, how many hits there are in all, and where the next page begins. */
export interface NumberPage {
  readonly total: number;
  readonly ns: readonly number[];
  readonly next?: Place;
}

/** Gathers a page while hits come by. */
export interface Window {
  /** In the order of arrival; `key` only where the page is sorted. */
  take(n: number, key: SortKey): void;
  page(): NumberPage;
}

/** A page in the order of arrival. */
export class ArrivalWindow implements Window {
  readonly #query: Query;
  readonly #after: number;
  readonly #ns: number[] = [];
  #total = 0;

  constructor(query: Query) {
    this.#query = query;
    this.#after = toNumber(query.after);
  }

  take(n: number): void {
    this.#total += 1;
    const { after, startIndex, count } = this.#query;
    if (after === undefined ? this.#total >= startIndex && this.#ns.length < count : n > this.#after && this.#ns.length <= count) {
      this.#ns.push(n);
    }
  }

  page(): NumberPage {
    const { after, count } = this.#query;
    return { total: this.#total, ...(after === undefined ? { ns: this.#ns } : upTo(count, this.#ns, String)) };
  }
}

/** A page in the order of an attribute. Keeps no more than the page and what stands before it; behind a place the page alone. */
export class SortedWindow implements Window {
  readonly #query: Query;
  readonly #descending: boolean;
  readonly #places: SortedPlaces;
  readonly #after: Ranked | undefined;
  readonly #best: Best;
  #total = 0;

  /** `after` is what stood at the place that the query names. */
  constructor(query: Query, descending: boolean, places: SortedPlaces, after: Ranked | undefined) {
    this.#query = query;
    this.#descending = descending;
    this.#places = places;
    this.#after = after;
    const { startIndex, count } = query;
    this.#best = new Best(query.after === undefined ? startIndex - 1 + count : count + 1, descending);
  }

  take(n: number, key: SortKey): void {
    this.#total += 1;
    const row = { n, key };
    if (this.#after === undefined || compareRanked(row, this.#after, this.#descending) > 0) this.#best.add(row);
  }

  page(): NumberPage {
    const { after, startIndex, count } = this.#query;
    const total = this.#total;
    if (after === undefined) return { total, ns: this.#best.takeAfter(startIndex - 1).map(({ n }) => n) };
    const { ns, next } = upTo(count, this.#best.takeAfter(0), (last) => this.#places.note(last));
    return { total, ns: ns.map(({ n }) => n), ...(next !== undefined && { next }) };
  }
}

/** The number that a place in the order of arrival stands for; 0 is before all. */
export function toNumber(after: Query['after']): number {
  return after === undefined || after === 'start' ? 0 : Number(after);
}

/** The first of a page that was gathered with one more, which tells whether there is another page. */
export function upTo<T>(
  count: number,
  gathered: readonly T[],
  toPlace: (last: T) => Place,
): { readonly ns: readonly T[]; readonly next?: Place } {
  const ns = gathered.slice(0, count);
  const last = ns.at(-1);
  return { ns, ...(gathered.length > count && last !== undefined && { next: toPlace(last) }) };
}
