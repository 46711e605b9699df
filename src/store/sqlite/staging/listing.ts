import type { Filter } from '../../../scim/filter/tree.ts';
import { compileFilter } from '../../../scim/filter/evaluate.ts';
import type { Matcher } from '../../../scim/filter/evaluate.ts';
import { equalities } from '../../../scim/filter/equalities.ts';
import type { Equality } from '../../../scim/filter/equalities.ts';
import { readAttribute, writeAttribute } from '../../../scim/document.ts';
import type { JsonObject } from '../../../scim/resource.ts';
import { findName } from '../../../scim/schema/compile.ts';
import type { ResourceSchema } from '../../../scim/schema/compile.ts';
import { compileOrder } from '../../../scim/sort.ts';
import type { Place, Query } from '../../store.ts';
import { nextTurn } from '../access.ts';
import type { Access } from '../access.ts';

/** What a listing needs of one resource type of one Source. `n` is the number of a row, in the order of arrival. */
export interface Listed<Row extends { readonly n: number }> {
  readonly type: ResourceSchema;
  /** How many there are. */
  total(): number;
  /** Rows after `n`, in order. */
  page(n: number, limit: number): readonly Row[];
  byN(n: number): Row | undefined;
  /** Numbers of rows, without reading them. */
  listing(limit: number, offset: number): readonly number[];
  /** Numbers of exactly those that fulfil one equality, in order, from an index; `undefined` when no index serves it. */
  lookUp(equality: Equality): readonly number[] | undefined;
  /** The resource as a filter sees it, with the parts that these names ask for (lower case, none: no filter). */
  render(row: Row, names: readonly string[]): JsonObject;
}

/** Rows of the wanted page, how many there are in all, and where the next page begins. */
export interface RowPage<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
  readonly next?: Place;
}

/** Rows read and evaluated before the event loop has its turn. */
const pageSize = 250;

/** Carries out a query: by index where one serves, else page by page in memory. */
export async function list<Row extends { readonly n: number }>(access: Access, listed: Listed<Row>, query: Query): Promise<RowPage<Row>> {
  const { filter, sort, startIndex, count } = query;
  if (filter === undefined && sort === undefined) {
    const { after } = query;
    if (after !== undefined) return access.read(() => ({ total: listed.total(), ...upTo(count, listed.page(toN(after), count + 1)) }));
    return access.read(() => ({ total: listed.total(), rows: toRows(listed, listed.listing(count, startIndex - 1)) }));
  }
  const candidates = filter === undefined ? undefined : await access.read(() => findCandidates(listed, filter));
  if (candidates?.exact === true && sort === undefined) return access.read(() => cut(listed, candidates.ns, query));
  const matches = filter === undefined ? () => true : compileFilter(filter, listed.type);
  const names = filter === undefined ? [] : namesIn(filter);
  const order = sort === undefined ? undefined : new Sorted(sort, listed.type);
  const hits: number[] = [];
  for await (const page of candidates === undefined ? scan(access, listed) : [await access.read(() => toRows(listed, candidates.ns))]) {
    await access.read(() => {
      for (const row of page) take(row.n, listed.render(row, names), matches, hits, order);
    });
  }
  return access.read(() => cut(listed, order?.ns() ?? hits, query));
}

function take(n: number, resource: JsonObject, matches: Matcher, hits: number[], order: Sorted | undefined): void {
  if (!matches(resource)) return;
  if (order === undefined) hits.push(n);
  else order.add(n, resource);
}

/** Keeps of each hit no more than what it is sorted by. */
class Sorted {
  readonly #compare: (a: JsonObject, b: JsonObject) => number;
  readonly #slim: (resource: JsonObject) => JsonObject;
  readonly #hits: { readonly n: number; readonly resource: JsonObject }[] = [];

  constructor(sort: NonNullable<Query['sort']>, type: ResourceSchema) {
    this.#compare = compileOrder(sort.by, sort.descending ? 'descending' : 'ascending', type);
    const name = findName(type, sort.by);
    this.#slim = (resource) => (name?.is === 'attribute' ? writeAttribute({}, name, readAttribute(resource, name)) : {});
  }

  add(n: number, resource: JsonObject): void {
    this.#hits.push({ n, resource: this.#slim(resource) });
  }

  ns(): readonly number[] {
    return this.#hits.toSorted((a, b) => this.#compare(a.resource, b.resource)).map((hit) => hit.n);
  }
}

interface Candidates {
  readonly ns: readonly number[];
  readonly exact: boolean;
}

/** The shortest list that an index gives for a term that every hit fulfils; `undefined` when no index serves the filter. */
function findCandidates<Row extends { readonly n: number }>(listed: Listed<Row>, filter: Filter): Candidates | undefined {
  const terms = equalities(filter, listed.type);
  const lists = terms.map((term) => listed.lookUp(term)).filter((ns) => ns !== undefined);
  const [shortest] = lists.toSorted((a, b) => a.length - b.length);
  // A single comparison is its own only term: nothing is left to evaluate.
  return shortest === undefined ? undefined : { ns: shortest, exact: filter.is === 'compare' };
}

async function* scan<Row extends { readonly n: number }>(access: Access, listed: Listed<Row>): AsyncIterable<readonly Row[]> {
  for (let last = 0; ;) {
    const from = last;
    const page = await access.read(() => listed.page(from, pageSize));
    yield page;
    const end = page.at(-1);
    if (end === undefined || page.length < pageSize) return;
    last = end.n;
    await nextTurn();
  }
}

function cut<Row extends { readonly n: number }>(listed: Listed<Row>, ns: readonly number[], query: Query): RowPage<Row> {
  const { startIndex, count, after } = query;
  if (after === undefined) return { total: ns.length, rows: toRows(listed, ns.slice(startIndex - 1, startIndex - 1 + count)) };
  const start = query.sort === undefined ? ns.findIndex((n) => n > toN(after)) : ns.indexOf(toN(after)) + 1;
  return { total: ns.length, ...upTo(count, start < 0 ? [] : toRows(listed, ns.slice(start, start + count + 1))) };
}

/** The first rows of a page that was read with one more, which tells whether there is another page. */
function upTo<Row extends { readonly n: number }>(count: number, rows: readonly Row[]): Omit<RowPage<Row>, 'total'> {
  const page = rows.slice(0, count);
  const last = page.at(-1);
  return { rows: page, ...(rows.length > count && last !== undefined && { next: String(last.n) }) };
}

function toN(after: Place): number {
  return after === 'start' ? 0 : Number(after);
}

function toRows<Row extends { readonly n: number }>(listed: Listed<Row>, ns: readonly number[]): readonly Row[] {
  return ns.map((n) => listed.byN(n)).filter((row) => row !== undefined);
}

/** Names of the attributes that a filter mentions, in lower case; within a value path the outer one. */
function namesIn(filter: Filter): readonly string[] {
  switch (filter.is) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(namesIn);
    case 'not':
      return namesIn(filter.filter);
    case 'compare':
    case 'present':
    case 'values':
      return [filter.attribute.toLowerCase()];
  }
}
