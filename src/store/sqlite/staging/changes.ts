import type { Database, Statement } from 'better-sqlite3';
import type { Change, Origin, Reach } from '../../../domain/change.ts';
import type { ResourceId, SubjectId } from '../../../domain/ids.ts';
import type { Changes } from '../../store.ts';
import type { Access } from '../access.ts';
import { nextTurn } from '../access.ts';
import { Counter } from '../counters.ts';
import { prepare } from '../prepare.ts';

interface ChangeRow {
  readonly seq: number;
  readonly source: string;
  readonly kind: Change['kind'];
  readonly id: string;
  readonly did: Change['did'];
  readonly reach: number;
  readonly at: number;
  readonly request: string;
}

const reachBits: readonly (readonly [Reach, number])[] = [
  ['reports', 1],
  ['touchedMembers', 2],
  ['allMembers', 4],
];

/** Writes Changes. A unit asks for the `next` number first, since rows bear that of their Change, and takes it by writing. */
export class ChangeLog {
  readonly counter: Counter;
  readonly #insert: Statement<[number, string, string, string, string, number, number, string]>;

  constructor(db: Database) {
    this.counter = new Counter(db, 'changes');
    this.#insert = prepare(db, 'insert into changes (seq, source, kind, id, did, reach, at, request) values (?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Number of the Change that is written next. */
  get next(): number {
    return this.counter.value + 1;
  }

  write(what: Pick<Change, 'source' | 'kind' | 'id' | 'did'>, reach: readonly Reach[], by: Origin): void {
    this.#insert.run(this.counter.take(), what.source, what.kind, what.id, what.did, toBits(reach), by.at.getTime(), by.request);
  }
}

/** How many numbers of Changes are expanded before the event loop has its turn. */
const windowSize = 1_000;
/** Expanded ranges that are kept for the next page: about one per Target that plans at the same time. */
const keptRanges = 4;

/** Reads Changes and expands their reach. */
export class SqliteChanges implements Changes {
  readonly #access: Access;
  readonly #log: ChangeLog;
  readonly #after: Statement<[number, number], ChangeRow>;
  readonly #lastOf: Statement<[string, string, string], ChangeRow>;
  readonly #reached: Statement<{ after: number; upTo: number }, string>;
  readonly #prune: readonly Statement<[number, number]>[];
  readonly #ranges = new Map<string, readonly SubjectId[]>();

  constructor(db: Database, access: Access, log: ChangeLog) {
    this.#access = access;
    this.#log = log;
    this.#after = prepare(db, 'select * from changes where seq > ? order by seq limit ?');
    this.#lastOf = prepare(
      db,
      `
      select changes.* from changes where seq = coalesce(
        (select seq from persons where id = ?), (select seq from departed where id = ?), (select seq from groups where id = ?))`,
    );
    this.#reached = prepare<{ after: number; upTo: number }, string>(db, reachedSql).pluck();
    this.#prune = pruneSql.map((sql) => prepare(db, sql));
  }

  head(): Promise<number> {
    return this.#access.read(() => this.#log.counter.value);
  }

  after(cursor: number, limit: number): Promise<readonly Change[]> {
    return this.#access.read(() => this.#after.all(cursor, limit).map(toChange));
  }

  async reached(after: number, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly SubjectId[]> {
    const key = `${after}-${upTo}`;
    const ids = (last === undefined ? undefined : this.#ranges.get(key)) ?? (await this.#expand(after, upTo));
    const start = last === undefined ? 0 : firstAfter(ids, last);
    this.#keep(key, start + limit < ids.length ? ids : undefined);
    return ids.slice(start, start + limit);
  }

  lastOf(id: ResourceId): Promise<Change | undefined> {
    return this.#access.read(() => {
      const row = this.#lastOf.get(id, id, id);
      return row === undefined ? undefined : toChange(row);
    });
  }

  prune(upTo: number, limit: number): Promise<boolean> {
    return this.#access.write(() => this.#prune.map((statement) => statement.run(upTo, limit).changes).some((count) => count === limit));
  }

  /** All ids in their order. Later commits may add to the reach of an old Change, but bring a Change of their own. */
  async #expand(after: number, upTo: number): Promise<readonly SubjectId[]> {
    const ids = new Set<SubjectId>();
    for (let from = after; from < upTo; from += windowSize) {
      if (from > after) await nextTurn();
      const range = { after: from, upTo: Math.min(from + windowSize, upTo) };
      for (const id of await this.#access.read(() => this.#reached.all(range))) ids.add(id);
    }
    return [...ids].sort();
  }

  #keep(key: string, ids: readonly SubjectId[] | undefined): void {
    this.#ranges.delete(key);
    if (ids === undefined) return;
    this.#ranges.set(key, ids);
    const [oldest] = this.#ranges.keys();
    if (this.#ranges.size > keptRanges && oldest !== undefined) this.#ranges.delete(oldest);
  }
}

/** A member may be a Group, an open reference or another Source's: only the Source's own people count. */
const isPersonSql = 'exists (select 1 from persons where persons.id = memberships.member and persons.source = memberships.source)';

const reachedSql = `
  select id from changes where seq > @after and seq <= @upTo and kind = 'person'
  union
  select persons.id from changes cross join persons on persons.manager = changes.id
    where changes.seq > @after and changes.seq <= @upTo and changes.kind = 'person' and changes.reach & 1
  union
  select member from memberships indexed by memberships_since
    where since_seq > @after and since_seq <= @upTo and ${isPersonSql}
  union
  select member from memberships indexed by memberships_ended
    where ended_seq > @after and ended_seq <= @upTo and ${isPersonSql}
  union
  select memberships.member from changes cross join memberships on memberships.group_id = changes.id
    where changes.seq > @after and changes.seq <= @upTo and changes.kind = 'group' and changes.reach & 4
      and memberships.ended_seq is null and ${isPersonSql}`;

/** Each takes a number and how many rows at most. Members of a deleted Group go before the Group itself. */
const pruneSql: readonly string[] = [
  'delete from changes where seq in (select seq from changes where seq <= ? order by seq limit ?)',
  'delete from departed where seq in (select seq from departed where seq <= ? order by seq limit ?)',
  `delete from memberships where (group_id, member) in
     (select group_id, member from memberships indexed by memberships_ended where ended_seq <= ? limit ?)`,
  `delete from memberships where (group_id, member) in
     (select memberships.group_id, memberships.member from groups join memberships on memberships.group_id = groups.id
      where groups.deleted_seq <= ? limit ?)`,
  `delete from groups where n in
     (select n from groups where deleted_seq <= ?
        and not exists (select 1 from memberships where memberships.group_id = groups.id) limit ?)`,
];

function firstAfter(ids: readonly SubjectId[], last: SubjectId): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? '') > last) high = middle;
    else low = middle + 1;
  }
  return low;
}

function toBits(reach: readonly Reach[]): number {
  return reachBits.reduce((bits, [name, bit]) => (reach.includes(name) ? bits | bit : bits), 0);
}

function toChange(row: ChangeRow): Change {
  const { seq, source, kind, id, did, request } = row;
  const reach = reachBits.filter(([, bit]) => (row.reach & bit) !== 0).map(([name]) => name);
  return { seq, source, kind, id, did, reach, at: new Date(row.at), request };
}
