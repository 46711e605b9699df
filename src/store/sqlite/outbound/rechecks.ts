// Table rows of Rechecks: requests to plan a Subject again.
import type { Database, Statement } from 'better-sqlite3';
import type { Recheck } from '../../../domain/change.ts';
import type { Cause } from '../../../domain/delivery.ts';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { Rechecks } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { Sequence } from '../sequence.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';
import { prepare } from '../prepare.ts';

interface RecheckRow extends SubjectColumns {
  readonly cause: Cause;
  readonly at: number;
}

/** Statements over `rechecks`: one row per Target, Subject and cause. */
export class RecheckRows {
  readonly counter: Sequence;
  readonly #insert: Statement<[string, string, string, string, number, number]>;
  readonly #replace: Statement<[string, string, string, string, number, number]>;
  readonly #use: Statement<[string, string, string, number, number]>;
  readonly #has: Statement<[string, string, string, number], number>;
  readonly #due: Statement<[string, number, number, string, number], RecheckRow>;
  readonly #nextAt: Statement<[string], number | null>;
  readonly #of: Statement<[string, string, string], RecheckRow>;

  constructor(db: Database) {
    this.counter = new Sequence(db, 'rechecks');
    const insert = 'insert into rechecks (target, subject_id, subject_kind, cause, at, number) values (?, ?, ?, ?, ?, ?)';
    const again = 'on conflict (target, subject_id, subject_kind, cause) do update set number = excluded.number, at =';
    this.#insert = prepare(db, `${insert} ${again} min(at, excluded.at)`);
    this.#replace = prepare(db, `${insert} ${again} excluded.at`);
    // The unary plus prevents SQLite from reading all due Rechecks of the Target by time; in a first load there are as many as people.
    this.#use = prepare(
      db,
      'delete from rechecks where target = +? and subject_id = +? and subject_kind = +? and number <= +? and +at <= +?',
    );
    this.#has = prepare<[string, string, string, number], number>(
      db,
      'select 1 from rechecks where target = +? and subject_id = +? and subject_kind = +? and number > +? limit 1',
    ).pluck();
    // With min(), SQLite takes the other columns from the row that has the minimum.
    this.#due = prepare(
      db,
      `
      select subject_id, subject_kind, cause, min(at) as at from rechecks
      where target = +? and at <= +? and number <= +? and subject_id > +?
      group by subject_id, subject_kind order by subject_id, subject_kind limit +?`,
    );
    this.#nextAt = prepare<[string], number | null>(db, 'select min(at) from rechecks where target = +?').pluck();
    this.#of = prepare(
      db,
      'select subject_id, subject_kind, cause, at from rechecks where target = +? and subject_id = +? and subject_kind = +? order by +at, cause',
    );
  }

  /** Adds a Recheck under a new number. If there is one for the same cause, the earlier of the two times is kept. */
  add(target: TargetName, { subject, at, cause }: Recheck): void {
    this.#insert.run(target, subject.id, subject.kind, cause, at.getTime(), this.counter.take());
  }

  /** Adds a Recheck under a new number. If there is one for the same cause, its time is replaced. */
  replace(target: TargetName, { subject, at, cause }: Recheck): void {
    this.#replace.run(target, subject.id, subject.kind, cause, at.getTime(), this.counter.take());
  }

  /** Deletes the Rechecks of a Subject that a Run has planned: numbered up to `upTo` and due at `at`. */
  use(target: TargetName, subject: SubjectRef, upTo: number, at: Date): void {
    this.#use.run(target, subject.id, subject.kind, upTo, at.getTime());
  }

  /** True if the Subject got a Recheck after that number. */
  isRecheckedSince(target: TargetName, subject: SubjectRef, number: number): boolean {
    return this.#has.get(target, subject.id, subject.kind, number) !== undefined;
  }

  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): readonly Recheck[] {
    return this.#due.all(target, now.getTime(), upTo, last ?? '', limit).map(toRecheck);
  }

  nextAt(target: TargetName): Date | undefined {
    const at = this.#nextAt.get(target) ?? null;
    return at === null ? undefined : new Date(at);
  }

  of(target: TargetName, subject: SubjectRef): readonly Recheck[] {
    return this.#of.all(target, subject.id, subject.kind).map(toRecheck);
  }
}

/** Reads Rechecks. */
export class SqliteRechecks implements Rechecks {
  readonly #access: DatabaseAccess;
  readonly #rows: RecheckRows;

  constructor(access: DatabaseAccess, rows: RecheckRows) {
    this.#access = access;
    this.#rows = rows;
  }

  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly Recheck[]> {
    return this.#access.read(() => this.#rows.due(target, now, upTo, last, limit));
  }

  nextAt(target: TargetName): Promise<Date | undefined> {
    return this.#access.read(() => this.#rows.nextAt(target));
  }

  head(): Promise<number> {
    return this.#access.read(() => this.#rows.counter.value);
  }

  of(target: TargetName, subject: SubjectRef): Promise<readonly Recheck[]> {
    return this.#access.read(() => this.#rows.of(target, subject));
  }
}

function toRecheck(row: RecheckRow): Recheck {
  return { subject: toSubject(row), at: new Date(row.at), cause: row.cause };
}
