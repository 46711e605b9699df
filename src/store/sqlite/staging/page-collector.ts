// Collects the row numbers of one result page.
import { compareRanked, TopN, type RankedRow } from './top-n.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor, Query } from '../../staging.ts';
import type { SortedPageCursors } from './sorted-page-cursors.ts';

/** Numbers of the rows of one page, and the total number of matches. */
export interface RowNumberPage {
  readonly total: number;
  readonly rows: readonly number[];
  /** Only for cursor-based paging. */
  readonly cursors?: PageCursors;
}

/** The cursors of a page. */
export interface PageCursors {
  /** True if there are matches after the page. */
  readonly more: boolean;
  /** The cursor after the row at this index of the page; `undefined` if there are no further rows. */
  after(at: number): PageCursor | undefined;
}

/** Collects the rows of a page while matches are found. */
export interface PageCollector {
  /** Adds a match. Must be called in order of arrival; `key` is used only if the page is sorted. */
  take(n: number, key: SortKey): void;
  page(): RowNumberPage;
}

/** Collects a page in order of arrival. */
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

/** Collects a page sorted by an attribute. Keeps only the page and the rows before it; with a cursor only the page. */
export class SortedCollector implements PageCollector {
  readonly #query: Query;
  readonly #descending: boolean;
  readonly #cursors: SortedPageCursors;
  readonly #after: RankedRow | undefined;
  readonly #top: TopN;
  #total = 0;

  /** `max` is the max number of matches; `after` is the row to which the cursor of the query points. */
  constructor(query: Query, descending: boolean, max: number, cursors: SortedPageCursors, after: RankedRow | undefined) {
    this.#query = query;
    this.#descending = descending;
    this.#cursors = cursors;
    this.#after = after;
    const { startIndex, count } = query;
    // A page after the last match is empty, so nothing is kept.
    const before = startIndex > max ? 0 : startIndex - 1 + count;
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

/** The row number of a cursor in order of arrival; 0 is before all rows. */
export function toNumber(after: Query['after']): number {
  return after === undefined || after === 'start' ? 0 : Number(after);
}

/** The first `count` of the gathered rows. One more was gathered, if it exists, to tell whether there is a further page. */
export function upTo(count: number, gathered: readonly number[]): Required<Omit<RowNumberPage, 'total'>> {
  return { rows: gathered.slice(0, count), cursors: { more: gathered.length > count, after: (at) => gathered[at]?.toString() } };
}
