import type { SourceId } from '../../../domain/ids.ts';
import { writeAttribute } from '../../../scim/document.ts';
import type { Filter } from '../../../scim/filter/tree.ts';
import type { AttributeName, ResourceSchema } from '../../../scim/schema/compile.ts';
import { compileSortBy, type SortBy, type SortKey } from '../../../scim/sort.ts';
import type { Page, Query } from '../../store.ts';
import { nextTurn } from '../access.ts';
import { compileSql } from './filter/compile-sql.ts';
import { bind, sql, type Fragment } from './filter/fragment.ts';
import { narrow, type LookUps, type Narrowed } from './filter/narrow.ts';
import { inTime, Scanner, type ScanParts } from './filter/scan.ts';
import type { FindHolder } from './filter/user-holders.ts';
import { readItems, type Item } from './page-items.ts';
import type { SortedPlaces } from './sorted-places.ts';
import { ArrivalWindow, SortedWindow, toNumber, upTo, type NumberPage, type Window } from './window.ts';

/** What a listing needs of one resource type of one Source. `n` is the number of a row, in the order of arrival. */
export interface Listed<T> {
  readonly type: ResourceSchema;
  readonly source: SourceId;
  /** How many there are. */
  total(): number;
  /** Numbers of rows, without reading them. */
  listing(limit: number, offset: number): readonly number[];
  /** The same, after a number. */
  listingAfter(n: number, limit: number): readonly number[];
  /** The number of the last row; 0 when there is none. */
  lastN(): number;
  /** What is listed of a row; `undefined` when it is gone. */
  read(n: number): Item<T> | undefined;
  readonly lookUps: LookUps;
  /** The table, called `resource`, and the condition that a row is of this Source and there. */
  readonly table: Fragment;
  readonly listingTable: Fragment;
  readonly ours: Fragment;
  readonly holderOf: FindHolder;
  /** The JSON text of a whole attribute of `resource`, or null. Of several members only the first. */
  jsonOf(name: AttributeName): Fragment;
}

/** What all listings share. */
export interface ListingParts extends ScanParts {
  readonly places: SortedPlaces;
}

/** Numbers that an index gives before the event loop has its turn. */
const lookUpPage = 5_000;

/**
 * Carries out a query: by index where one serves, else row by row in slices. A page ends early when it becomes too large, see `readItems`.
 * @throws {ScimError} for a filter or order that cannot be.
 */
export async function list<T>(parts: ListingParts, listed: Listed<T>, query: Query): Promise<Page<T>> {
  const { total, ns, places } = await findNumbers(parts, listed, query);
  const { items, taken } = await readItems(parts.access, ns, (n) => listed.read(n));
  const next = places && (places.more || taken < ns.length) ? places.behind(taken - 1) : undefined;
  return { total, items, ...(next !== undefined && { next }) };
}

async function findNumbers<T>(parts: ListingParts, listed: Listed<T>, query: Query): Promise<NumberPage> {
  const { filter, sort } = query;
  if (filter === undefined && sort === undefined) return parts.access.read(() => listPlainly(listed, query));
  const narrowed = filter && narrow(filter, listed.type, listed.lookUps);
  const candidates = narrowed && (await findCandidates(parts, narrowed));
  const window = sort === undefined ? new ArrivalWindow(query) : undefined;
  if (window !== undefined && narrowed?.exact === true) {
    for (const n of candidates ?? []) window.take(n);
    return window.page();
  }
  return new Search(parts, listed, query).run(filter, candidates);
}

function listPlainly<T>(listed: Listed<T>, { startIndex, count, after }: Query): NumberPage {
  const total = listed.total();
  if (after === undefined) return { total, ns: listed.listing(count, startIndex - 1) };
  return { total, ...upTo(count, listed.listingAfter(toNumber(after), count + 1)) };
}

/** Numbers of the rows that the look-ups find, each once, in order. */
async function findCandidates({ access }: ListingParts, { asked }: Narrowed): Promise<readonly number[]> {
  const all = new Set<number>();
  for (const { lookUp, value } of asked) {
    for (let last = 0; ;) {
      const after = last;
      const ns = await access.read(() => lookUp.find(value, after, lookUpPage));
      for (const n of ns) all.add(n);
      if (ns.length < lookUpPage) break;
      last = ns.at(-1) ?? 0;
      await nextTurn();
    }
  }
  return asked.length > 1 ? [...all].toSorted((a, b) => a - b) : [...all];
}

interface Hit {
  readonly n: number;
  readonly value: string | null;
}

/** One look at rows of which no index says whether they are hits, or in which order. */
class Search<T> {
  readonly #parts: ListingParts;
  readonly #listed: Listed<T>;
  readonly #query: Query;
  readonly #sortBy: SortBy | undefined;
  readonly #scanner: Scanner;

  constructor(parts: ListingParts, listed: Listed<T>, query: Query) {
    this.#parts = parts;
    this.#listed = listed;
    this.#query = query;
    this.#sortBy = query.sort && compileSortBy(query.sort.by, listed.type);
    this.#scanner = new Scanner(parts, listed.source, parts.pace.deadline(query.mostMs), [...listed.lookUps.keys()]);
  }

  /** Goes through the candidates, in their order, or through all rows. */
  async run(filter: Filter | undefined, candidates: readonly number[] | undefined): Promise<NumberPage> {
    const { type, source, holderOf } = this.#listed;
    const { access } = this.#parts;
    const condition = filter === undefined ? sql`1` : await access.read(() => compileSql(filter, type, holderOf));
    await this.#scanner.answerMembers(condition, source);
    const window = await access.read(() => this.#openWindow());
    if (candidates === undefined) await this.#scanAll(condition, window);
    else await this.#scanThese(candidates, condition, window);
    return access.read(() => window.page());
  }

  #openWindow(): Window {
    const { after, sort } = this.#query;
    if (sort === undefined) return new ArrivalWindow(this.#query);
    const { places } = this.#parts;
    const place = after === undefined || after === 'start' ? undefined : places.find(after, (n) => this.#readRanked(n));
    return new SortedWindow(this.#query, sort.descending, this.#listed.total(), places, place);
  }

  async #scanAll(condition: Fragment, window: Window): Promise<void> {
    const { listingTable, ours } = this.#listed;
    const last = bind(await this.#parts.access.read(() => this.#listed.lastN()));
    await this.#scanner.each<Hit, number>(0, {
      from: (n) => sql`select resource.n, ${this.#value()} as value from ${listingTable}
        where ${ours} and resource.n >= ${bind(n)} and resource.n <= ${last} and ${inTime(condition)} order by resource.n`,
      startAt: ({ n }) => n,
      take: (hit) => this.#take(hit, window),
    });
  }

  async #scanThese(candidates: readonly number[], condition: Fragment, window: Window): Promise<void> {
    for (let at = 0; at < candidates.length; at += lookUpPage) {
      await this.#scanPage(candidates.slice(at, at + lookUpPage), condition, window);
    }
  }

  async #scanPage(ns: readonly number[], condition: Fragment, window: Window): Promise<void> {
    const { table, ours } = this.#listed;
    await this.#scanner.each<Hit, number>(0, {
      from: (first) => sql`select resource.n, ${this.#value()} as value
        from json_each(${bind(JSON.stringify(ns.filter((n) => n >= first)))}) as candidate cross join ${table} on resource.n = candidate.value
        where ${ours} and ${inTime(condition)}`,
      startAt: ({ n }) => n,
      take: (hit) => this.#take(hit, window),
    });
  }

  #take({ n, value }: Hit, window: Window): void {
    window.take(n, this.#toKey(value));
  }

  #value(): Fragment {
    return this.#sortBy === undefined ? sql`null` : this.#listed.jsonOf(this.#sortBy.name);
  }

  #toKey(value: string | null): SortKey {
    if (this.#sortBy === undefined || value === null) return undefined;
    const { name, keyOf } = this.#sortBy;
    return keyOf(writeAttribute({}, name, JSON.parse(value)));
  }

  #readRanked(n: number) {
    const { text, values } =
      sql`select ${this.#value()} as value from ${this.#listed.table} where ${this.#listed.ours} and resource.n = ${bind(n)}`;
    const row = this.#parts.statements.of(text).get(...values) as Pick<Hit, 'value'> | undefined;
    return row && { n, key: this.#toKey(row.value) };
  }
}
