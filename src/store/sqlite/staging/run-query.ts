// Runs a SCIM query on the store: uses an index or scans rows, then sorts and pages.
import type { SourceId } from '../../../domain/ids.ts';
import { writeAttribute } from '../../../scim/document-attributes.ts';
import type { Filter } from '../../../scim/filter/filter-tree.ts';
import type { AttributeName, ResourceSchema } from '../../../scim/schema/compile-schemas.ts';
import { compileSortBy, type SortBy, type SortKey } from '../../../scim/sort.ts';
import type { Page, Query } from '../../staging.ts';
import { nextTurn } from '../database-access.ts';
import { compileSql } from './filter/compile-sql.ts';
import { bind, sql, type SqlFragment } from './filter/sql-fragment.ts';
import { selectIndex, type IndexLookUps, type IndexSelection } from './filter/select-index.ts';
import { inTime, RowScanner, type ScanParts } from './filter/row-scanner.ts';
import type { LocateAttribute } from './filter/user-attributes.ts';
import { readPageItems, type Item } from './read-page-items.ts';
import type { SortedPageCursors } from './sorted-page-cursors.ts';
import { ArrivalOrderCollector, SortedCollector, toNumber, upTo, type RowNumberPage, type PageCollector } from './page-collector.ts';

/** One resource type of one Source, as queries read it. `n` is the number of a row, in order of arrival. */
export interface QueryableType<T> {
  readonly type: ResourceSchema;
  readonly source: SourceId;
  /** Number of rows. */
  total(): number;
  /** Numbers of rows, without reading them. */
  listing(limit: number, offset: number): readonly number[];
  /** Like `listing`, for the rows with a greater number than `n`. */
  listingAfter(n: number, limit: number): readonly number[];
  /** The number of the last row; 0 if there are no rows. */
  lastN(): number;
  /** The result for a row; `undefined` if it was deleted. */
  read(n: number): Item<T> | undefined;
  readonly lookUps: IndexLookUps;
  /** The table, called `resource`. `listingTable` reads it in the order of `n`. */
  readonly table: SqlFragment;
  readonly listingTable: SqlFragment;
  /** SQL condition: the row belongs to this Source and is not deleted. */
  readonly isOwn: SqlFragment;
  readonly locate: LocateAttribute;
  /** The JSON text of a whole attribute of `resource`, or null; for `members`, only the first member. */
  jsonOf(name: AttributeName): SqlFragment;
}

/** Dependencies of all queries. */
export interface QueryParts extends ScanParts {
  readonly cursors: SortedPageCursors;
}

/** Number of row numbers that are read from an index before yielding to the event loop. */
const lookUpPage = 5_000;

/**
 * Runs a query: with an index if possible, otherwise row by row in slices. A page ends early if it becomes too large; see `readPageItems`.
 * @throws {ScimError} for an unsupported filter or sort.
 */
export async function runQuery<T>(parts: QueryParts, queryable: QueryableType<T>, query: Query): Promise<Page<T>> {
  const { total, rows, cursors } = await findNumbers(parts, queryable, query);
  const { items, taken } = await readPageItems(parts.access, rows, (n) => queryable.read(n));
  const next = cursors && (cursors.more || taken < rows.length) ? cursors.after(taken - 1) : undefined;
  return { total, items, ...(next !== undefined && { next }) };
}

async function findNumbers<T>(parts: QueryParts, queryable: QueryableType<T>, query: Query): Promise<RowNumberPage> {
  const { filter, sort } = query;
  if (filter === undefined && sort === undefined) return parts.access.read(() => listPlainly(queryable, query));
  const selection = filter && selectIndex(filter, queryable.type, queryable.lookUps);
  const candidates = selection && (await findCandidates(parts, selection));
  const collector = sort === undefined ? new ArrivalOrderCollector(query) : undefined;
  if (collector !== undefined && selection?.exact === true) {
    for (const n of candidates ?? []) collector.take(n);
    return collector.page();
  }
  return new Search(parts, queryable, query).run(filter, candidates);
}

function listPlainly<T>(queryable: QueryableType<T>, { startIndex, count, after }: Query): RowNumberPage {
  const total = queryable.total();
  if (after === undefined) return { total, rows: queryable.listing(count, startIndex - 1) };
  return { total, ...upTo(count, queryable.listingAfter(toNumber(after), count + 1)) };
}

/** Numbers of the rows that the look-ups find, each once, in order. */
async function findCandidates({ access }: QueryParts, { asked }: IndexSelection): Promise<readonly number[]> {
  const all = new Set<number>();
  for (const { lookUp, value } of asked) {
    for (let last = 0; ;) {
      const after = last;
      const rows = await access.read(() => lookUp.find(value, after, lookUpPage));
      for (const n of rows) all.add(n);
      if (rows.length < lookUpPage) break;
      last = rows.at(-1) ?? 0;
      await nextTurn();
    }
  }
  return asked.length > 1 ? [...all].toSorted((a, b) => a - b) : [...all];
}

interface Hit {
  readonly n: number;
  readonly value: string | null;
}

/** Filters or sorts rows that no index can answer. */
class Search<T> {
  readonly #parts: QueryParts;
  readonly #queryable: QueryableType<T>;
  readonly #query: Query;
  readonly #sortBy: SortBy | undefined;
  readonly #scanner: RowScanner;

  constructor(parts: QueryParts, queryable: QueryableType<T>, query: Query) {
    this.#parts = parts;
    this.#queryable = queryable;
    this.#query = query;
    this.#sortBy = query.sort && compileSortBy(query.sort.by, queryable.type);
    this.#scanner = new RowScanner(parts, queryable.source, parts.budget.deadline(query.maxMs), [...queryable.lookUps.keys()]);
  }

  /** Searches the candidates, in order, or all rows if `candidates` is undefined. */
  async run(filter: Filter | undefined, candidates: readonly number[] | undefined): Promise<RowNumberPage> {
    const { type, source, locate } = this.#queryable;
    const { access } = this.#parts;
    const condition = filter === undefined ? sql`1` : await access.read(() => compileSql(filter, type, locate));
    await this.#scanner.answerMembers(condition, source);
    const collector = await access.read(() => this.#openWindow());
    if (candidates === undefined) await this.#scanAll(condition, collector);
    else await this.#scanThese(candidates, condition, collector);
    return access.read(() => collector.page());
  }

  #openWindow(): PageCollector {
    const { after, sort } = this.#query;
    if (sort === undefined) return new ArrivalOrderCollector(this.#query);
    const { cursors } = this.#parts;
    const ranked = after === undefined || after === 'start' ? undefined : cursors.find(after, (n) => this.#readRanked(n));
    return new SortedCollector(this.#query, sort.descending, this.#queryable.total(), cursors, ranked);
  }

  async #scanAll(condition: SqlFragment, collector: PageCollector): Promise<void> {
    const { listingTable, isOwn } = this.#queryable;
    const last = bind(await this.#parts.access.read(() => this.#queryable.lastN()));
    await this.#scanner.each<Hit, number>(0, {
      from: (n) => sql`select resource.n, ${this.#value()} as value from ${listingTable}
        where ${isOwn} and resource.n >= ${bind(n)} and resource.n <= ${last} and ${inTime(condition)} order by resource.n`,
      startAt: ({ n }) => n,
      take: (hit) => this.#take(hit, collector),
    });
  }

  async #scanThese(candidates: readonly number[], condition: SqlFragment, collector: PageCollector): Promise<void> {
    for (let at = 0; at < candidates.length; at += lookUpPage) {
      await this.#scanPage(candidates.slice(at, at + lookUpPage), condition, collector);
    }
  }

  async #scanPage(rows: readonly number[], condition: SqlFragment, collector: PageCollector): Promise<void> {
    const { table, isOwn } = this.#queryable;
    await this.#scanner.each<Hit, number>(0, {
      from: (first) => sql`select resource.n, ${this.#value()} as value
        from json_each(${bind(JSON.stringify(rows.filter((n) => n >= first)))}) as candidate cross join ${table} on resource.n = candidate.value
        where ${isOwn} and ${inTime(condition)}`,
      startAt: ({ n }) => n,
      take: (hit) => this.#take(hit, collector),
    });
  }

  #take({ n, value }: Hit, collector: PageCollector): void {
    collector.take(n, this.#toKey(value));
  }

  #value(): SqlFragment {
    return this.#sortBy === undefined ? sql`null` : this.#queryable.jsonOf(this.#sortBy.name);
  }

  #toKey(value: string | null): SortKey {
    if (this.#sortBy === undefined || value === null) return undefined;
    const { name, keyOf } = this.#sortBy;
    return keyOf(writeAttribute({}, name, JSON.parse(value)));
  }

  #readRanked(n: number) {
    const { text, values } =
      sql`select ${this.#value()} as value from ${this.#queryable.table} where ${this.#queryable.isOwn} and resource.n = ${bind(n)}`;
    const row = this.#parts.statements.of(text).get(...values) as Pick<Hit, 'value'> | undefined;
    return row && { n, key: this.#toKey(row.value) };
  }
}
