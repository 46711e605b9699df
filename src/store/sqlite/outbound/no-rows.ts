// Table rows of people without a valid row.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { NoRow, NoRows } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { prepare } from '../prepare.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

interface Row extends SubjectColumns {
  readonly why: string;
  readonly since: number;
}

/** Statements over `no_rows`: one row per Target and person without a valid row. */
export class NoRowRows {
  readonly #get: Statement<[string, string, string], Row>;
  readonly #page: Statement<[string, string, number], Row>;
  readonly #count: Statement<[string], number>;
  readonly #put: Statement<[string, string, string, string, number]>;
  readonly #remove: Statement<[string, string, string]>;

  constructor(db: Database) {
    this.#get = prepare(db, 'select * from no_rows where target = +? and subject_id = +? and subject_kind = +?');
    this.#page = prepare(db, 'select * from no_rows where target = +? and subject_id > +? order by subject_id, subject_kind limit +?');
    this.#count = prepare<[string], number>(db, 'select count(*) from no_rows where target = +?').pluck();
    this.#put = prepare(
      db,
      `
      insert into no_rows (target, subject_id, subject_kind, why, since) values (?, ?, ?, ?, ?)
      on conflict (target, subject_id, subject_kind) do update set why = excluded.why`,
    );
    this.#remove = prepare(db, 'delete from no_rows where target = +? and subject_id = +? and subject_kind = +?');
  }

  get(target: TargetName, { id, kind }: SubjectRef): NoRow | undefined {
    const row = this.#get.get(target, id, kind);
    return row === undefined ? undefined : toNoRow(row);
  }

  page(target: TargetName, last: SubjectId | undefined, limit: number): readonly NoRow[] {
    return this.#page.all(target, last ?? '', limit).map(toNoRow);
  }

  count(target: TargetName): number {
    return this.#count.get(target) ?? 0;
  }

  /** Stores why no valid row can be created. `at` is stored only for a person who had a valid row until now. */
  put(target: TargetName, { id, kind }: SubjectRef, why: string, at: Date): void {
    this.#put.run(target, id, kind, why, at.getTime());
  }

  remove(target: TargetName, { id, kind }: SubjectRef): void {
    this.#remove.run(target, id, kind);
  }
}

/** Reads people without a valid row. */
export class SqliteNoRows implements NoRows {
  readonly #access: DatabaseAccess;
  readonly #rows: NoRowRows;

  constructor(access: DatabaseAccess, rows: NoRowRows) {
    this.#access = access;
    this.#rows = rows;
  }

  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly NoRow[]> {
    return this.#access.read(() => subjects.map((subject) => this.#rows.get(target, subject)).filter((row) => row !== undefined));
  }

  page(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly NoRow[]> {
    return this.#access.read(() => this.#rows.page(target, last, limit));
  }

  count(target: TargetName): Promise<number> {
    return this.#access.read(() => this.#rows.count(target));
  }
}

function toNoRow(row: Row): NoRow {
  return { subject: toSubject(row), why: row.why, since: new Date(row.since) };
}
