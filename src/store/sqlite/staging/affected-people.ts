// Reads the people whom Changes affect, in pages.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectId } from '../../../domain/ids.ts';
import { nextTurn, type ReadAccess } from '../database-access.ts';
import { prepare } from '../prepare.ts';
import { SortedChunks } from './sorted-chunks.ts';

/** Number of rows read before yielding to the event loop, because one Change can affect 100,000 people. */
const pageSize = 500;

interface ChangedRow {
  readonly seq: number;
  readonly id: string;
  readonly kind: 'person' | 'group';
  readonly affects: number;
}

interface TouchedRow {
  readonly seq: number;
  readonly group_id: string;
  readonly member: string;
  readonly person: number;
}

type After = readonly [seq: number, group: string, member: string];

/** Finds the people affected by Changes: the person itself, reports, members that were added or removed, or all members. */
export class AffectedPeopleReader {
  readonly #access: ReadAccess;
  readonly #changed: Statement<[number, number, number], ChangedRow>;
  readonly #reports: Statement<[string, number, number], { readonly n: number; readonly id: string }>;
  readonly #members: Statement<[string, string, number], { readonly member: string; readonly person: number }>;
  readonly #touched: readonly Statement<[number, string, string, number, number], TouchedRow>[];

  constructor(db: Database, access: ReadAccess) {
    this.#access = access;
    this.#changed = prepare(db, 'select seq, id, kind, affects from changes where seq > +? and seq <= +? order by seq limit +?');
    this.#reports = prepare(db, 'select n, id from persons where manager = +? and n > +? order by n limit +?');
    this.#members = prepare(
      db,
      `select member, ${isPersonSql} as person from memberships where group_id = +? and member > +? and ended_seq is null order by member limit +?`,
    );
    this.#touched = (['since', 'ended'] as const).map((what) => prepare(db, touchedSql(what)));
  }

  /**
   * All people whom the Changes in (`after`, `upTo`] affect. Later commits may change who is affected by an old Change, but each has its
   * own Change too.
   */
  async read(after: number, upTo: number): Promise<SortedChunks> {
    const runs = new SortedChunks();
    for (let last = after; last < upTo;) {
      const from = last;
      const page = await this.#access.read(() => this.#changed.all(from, upTo, pageSize));
      runs.add(page.filter(({ kind }) => kind === 'person').map(({ id }) => id));
      for (const { id, kind, affects } of page) {
        if (kind === 'person' && (affects & 1) !== 0) await this.#addReports(runs, id);
        if (kind === 'group' && (affects & 4) !== 0) await this.#addMembers(runs, id);
      }
      await nextTurn();
      last = page.length < pageSize ? upTo : (page.at(-1)?.seq ?? upTo);
    }
    for (const statement of this.#touched) await this.#addTouched(runs, statement, after, upTo);
    return runs;
  }

  async #addReports(runs: SortedChunks, manager: string): Promise<void> {
    for (let last = 0; ;) {
      const from = last;
      const page = await this.#access.read(() => this.#reports.all(manager, from, pageSize));
      runs.add(page.map(({ id }) => id));
      if (page.length < pageSize) return;
      last = page.at(-1)?.n ?? last;
      await nextTurn();
    }
  }

  async #addMembers(runs: SortedChunks, group: string): Promise<void> {
    for (let last = ''; ;) {
      const from = last;
      const page = await this.#access.read(() => this.#members.all(group, from, pageSize));
      runs.add(page.filter(({ person }) => person === 1).map(({ member }) => member));
      if (page.length < pageSize) return;
      last = page.at(-1)?.member ?? last;
      await nextTurn();
    }
  }

  async #addTouched(
    runs: SortedChunks,
    statement: Statement<[number, string, string, number, number], TouchedRow>,
    after: number,
    upTo: number,
  ): Promise<void> {
    // Starts after all rows with the number `after`, because every id sorts before this text.
    for (let last: After = [after, '\uffff', '']; ;) {
      const from = last;
      const page = await this.#access.read(() => statement.all(...from, upTo, pageSize));
      runs.add(page.filter(({ person }) => person === 1).map(({ member }) => member));
      const end: SubjectId | undefined = page.at(-1)?.member;
      if (end === undefined || page.length < pageSize) return;
      last = [page.at(-1)?.seq ?? upTo, page.at(-1)?.group_id ?? '', end];
      await nextTurn();
    }
  }
}

/** A member may be a Group, an open reference or of another Source. Only people of the same Source count. */
const isPersonSql = 'exists (select 1 from persons where persons.id = memberships.member and persons.source = memberships.source)';

/** Members who were added or removed, in the order of the Changes. */
function touchedSql(what: 'since' | 'ended'): string {
  return `select ${what}_seq as seq, group_id, member, ${isPersonSql} as person from memberships indexed by memberships_${what}
    where ${what}_seq is not null and (${what}_seq, group_id, member) > (+?, +?, +?) and ${what}_seq <= +?
    order by ${what}_seq, group_id, member limit +?`;
}
