// Collects the row numbers of one result page.
import { compareRanked, TopN, type RankedRow } from './top-n.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor, Query } from '../../staging.ts';
import type { SortedPageCursors } from './sorted-page-cursors.ts';

/** Numbers of the rows of one page, and how many hits there are in all. */
export interface RowNumberPage {
  readonly total: number;
  readonly rows: readonly number[];
  /** Only when the page is requested by cursor. */
  readonly cursors?: PageCursors;
}

/** The cursors of a page. */
export interface PageCursors {
  /** Whether there are hits behind the whole page. */
  readonly more: boolean;
  /** The cursor after the row at this index of the page; `undefined` when there is none. */
  after(at: number): PageCursor | undefined;
}

/** Collects a page while hits are found. */
export interface PageCollector {
  /** In the order of arrival; `key` only where the page is sorted. */
  take(n: number, key: SortKey): void;
  page(): RowNumberPage;
}

/** A page in the order of arrival. */
export class ArrivalOrderCollector implements PageCollector {
  readonly #query: Query;
  readonly #after: number;
  readonly #rows: number[] = [];
  #total = 0;

  constructor(query: Query) {
    this.#query = query;
    this.#after = toNumber(query.after);
  }

  take(n: number): void {
    this.#total += 1;
    const { after, startIndex, count } = this.#query;
    if (after === undefined ? this.#total >= startIndex && this.#rows.length < count : n > this.#after && this.#rows.length <= count) {
      this.#rows.push(n);
    }
  }

  page(): RowNumberPage {
    const { after, count } = this.#query;
    return { total: this.#total, ...(after === undefined ? { rows: this.#rows } : upTo(count, this.#rows)) };
  }
}

/** A page in the order of an attribute. Keeps only the page and the rows before it; after a cursor only the page. */
export class SortedCollector implements PageCollector {
  readonly #query: Query;
  readonly #descending: boolean;
  readonly #cursors: SortedPageCursors;
  readonly #after: RankedRow | undefined;
  readonly #top: TopN;
  #total = 0;

  /** `most` is how many hits there can be; `after` is what stood at the cursor that the query names. */
  constructor(query: Query, descending: boolean, most: number, cursors: SortedPageCursors, after: RankedRow | undefined) {
    this.#query = query;
    this.#descending = descending;
    this.#cursors = cursors;
    this.#after = after;
    const { startIndex, count } = query;
    // A page behind everything is empty, and keeps nothing.
    const before = startIndex > most ? 0 : startIndex - 1 + count;
    this.#top = new TopN(query.after === undefined ? before : count + 1, descending);
  }

  take(n: number, key: SortKey): void {
    this.#total += 1;
    const row = { n, key };
    if (this.#after === undefined || compareRanked(row, this.#after, this.#descending) > 0) this.#top.add(row);
  }

  page(): RowNumberPage {
    const { after, startIndex, count } = this.#query;
    const total = this.#total;
    if (after === undefined) return { total, rows: this.#top.takeAfter(startIndex - 1).map(({ n }) => n) };
    const ranked = this.#top.takeAfter(0);
    const behind = (at: number) => ranked[at] && this.#cursors.create(ranked[at]);
    return { total, rows: ranked.slice(0, count).map(({ n }) => n), cursors: { more: ranked.length > count, after: behind } };
  }
}

/** The number that a cursor in the order of arrival stands for; 0 is before all. */
export function toNumber(after: Query['after']): number {
  return after === undefined || after === 'start' ? 0 : Number(after);
}

/** The first of a page in the order of arrival that was gathered with one more, which tells whether there is another page. */
export function upTo(count: number, gathered: readonly number[]): Required<Omit<RowNumberPage, 'total'>> {
  return { rows: gathered.slice(0, count), cursors: { more: gathered.length > count, after: (at) => gathered[at]?.toString() } };
}
