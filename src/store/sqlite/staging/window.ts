import { compareRanked, Best, type Ranked } from './best.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor, Query } from '../../store.ts';
import type { SortedPlaces } from './sorted-places.ts';

/** Numbers of the rows of one page, and how many hits there are in all. */
export interface NumberPage {
  readonly total: number;
  readonly ns: readonly number[];
  /** Only when the page is asked for by place. */
  readonly places?: PagePlaces;
}

/** Where a page may end. */
export interface PagePlaces {
  /** Whether there are hits behind the whole page. */
  readonly more: boolean;
  /** The place behind the row at this index of the page; `undefined` when there is none. */
  behind(at: number): PageCursor | undefined;
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
    return { total: this.#total, ...(after === undefined ? { ns: this.#ns } : upTo(count, this.#ns)) };
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

  /** `most` is how many hits there can be; `after` is what stood at the place that the query names. */
  constructor(query: Query, descending: boolean, most: number, places: SortedPlaces, after: Ranked | undefined) {
    this.#query = query;
    this.#descending = descending;
    this.#places = places;
    this.#after = after;
    const { startIndex, count } = query;
    // A page behind everything is empty, and keeps nothing.
    const before = startIndex > most ? 0 : startIndex - 1 + count;
    this.#best = new Best(query.after === undefined ? before : count + 1, descending);
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
    const ranked = this.#best.takeAfter(0);
    const behind = (at: number) => ranked[at] && this.#places.note(ranked[at]);
    return { total, ns: ranked.slice(0, count).map(({ n }) => n), places: { more: ranked.length > count, behind } };
  }
}

/** The number that a place in the order of arrival stands for; 0 is before all. */
export function toNumber(after: Query['after']): number {
  return after === undefined || after === 'start' ? 0 : Number(after);
}

/** The first of a page in the order of arrival that was gathered with one more, which tells whether there is another page. */
export function upTo(count: number, gathered: readonly number[]): Required<Omit<NumberPage, 'total'>> {
  return { ns: gathered.slice(0, count), places: { more: gathered.length > count, behind: (at) => gathered[at]?.toString() } };
}
