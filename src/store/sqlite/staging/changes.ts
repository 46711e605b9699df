// Writes the numbered log of Changes, and reads the people whom a range of Changes affects.
import type { Database, Statement } from 'better-sqlite3';
import { BoundedMap } from '../../../domain/bounded-map.ts';
import type { Change, Origin, AffectedSubjects } from '../../../domain/change.ts';
import type { ResourceId, SubjectId } from '../../../domain/ids.ts';
import type { Changes } from '../../staging.ts';
import type { ReadAccess } from '../database-access.ts';
import { Sequence } from '../sequence.ts';
import { prepare } from '../prepare.ts';
import { AffectedPeopleReader } from './affected-people.ts';
import type { SortedChunks } from './sorted-chunks.ts';

interface ChangeRow {
  readonly seq: number;
  readonly source: string;
  readonly kind: Change['kind'];
  readonly id: string;
  readonly did: Change['did'];
  readonly affects: number;
  readonly at: number;
  readonly request: string;
}

const affectsBits: readonly (readonly [AffectedSubjects, number])[] = [
  ['reports', 1],
  ['touchedMembers', 2],
  ['allMembers', 4],
];

/**
 * Writes Changes. A unit first reads the `next` number, because its rows contain the number of their Change, and then uses it by writing
 * the Change.
 */
export class ChangeLog {
  readonly counter: Sequence;
  readonly #insert: Statement<[number, string, string, string, string, number, number, string]>;

  constructor(db: Database) {
    this.counter = new Sequence(db, 'changes');
    this.#insert = prepare(db, 'insert into changes (seq, source, kind, id, did, affects, at, request) values (?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Number of the next Change. */
  get next(): number {
    return this.counter.value + 1;
  }

  write(what: Pick<Change, 'source' | 'kind' | 'id' | 'did'>, affects: readonly AffectedSubjects[], by: Origin): void {
    this.#insert.run(this.counter.take(), what.source, what.kind, what.id, what.did, toBits(affects), by.at.getTime(), by.request);
  }
}

/** Number of ranges whose affected people are cached for the next page: about one per Target that plans at the same time. */
const keptRanges = 4;

/** Reads Changes and the people whom they affect. */
export class SqliteChanges implements Changes {
  readonly #access: ReadAccess;
  readonly #head: Statement<[], number>;
  readonly #after: Statement<[number, number], ChangeRow>;
  readonly #lastOf: Statement<[string, string, string], ChangeRow>;
  readonly #affectedPeople: AffectedPeopleReader;
  readonly #ranges = new BoundedMap<string, SortedChunks>(keptRanges);

  constructor(db: Database, access: ReadAccess) {
    this.#access = access;
    // Read from the counter, because the Changes themselves may be pruned.
    this.#head = prepare<[], number>(db, "select value from counters where name = 'changes'").pluck();
    this.#after = prepare(db, 'select * from changes where seq > +? order by seq limit +?');
    this.#lastOf = prepare(
      db,
      `
      select changes.* from changes where seq = coalesce(
        (select seq from persons where id = +?), (select seq from departed where id = +?), (select seq from groups where id = +?))`,
    );
    this.#affectedPeople = new AffectedPeopleReader(db, access);
  }

  head(): Promise<number> {
    return this.#access.read(() => this.#head.get() ?? 0);
  }

  after(cursor: number, limit: number): Promise<readonly Change[]> {
    return this.#access.read(() => this.#after.all(cursor, limit).map(toChange));
  }

  async affected(after: number, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly SubjectId[]> {
    const key = `${after}-${upTo}`;
    const affects = (last === undefined ? undefined : this.#ranges.get(key)) ?? (await this.#affectedPeople.read(after, upTo));
    const page = affects.page(last, limit);
    this.#keep(key, page.length === limit ? affects : undefined);
    return page;
  }

  lastOf(id: ResourceId): Promise<Change | undefined> {
    return this.#access.read(() => {
      const row = this.#lastOf.get(id, id, id);
      return row === undefined ? undefined : toChange(row);
    });
  }

  #keep(key: string, affects: SortedChunks | undefined): void {
    if (affects === undefined) this.#ranges.delete(key);
    else this.#ranges.set(key, affects);
  }
}

function toBits(affects: readonly AffectedSubjects[]): number {
  return affectsBits.reduce((bits, [name, bit]) => (affects.includes(name) ? bits | bit : bits), 0);
}

function toChange(row: ChangeRow): Change {
  const { seq, source, kind, id, did, request } = row;
  const affects = affectsBits.filter(([, bit]) => (row.affects & bit) !== 0).map(([name]) => name);
  return { seq, source, kind, id, did, affects, at: new Date(row.at), request };
}
