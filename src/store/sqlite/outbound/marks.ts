import type { Database, Statement } from 'better-sqlite3';
import type { Mark } from '../../../domain/change.ts';
import type { Cause } from '../../../domain/delivery.ts';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { Marks } from '../../outbound.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { Sequence } from '../sequence.ts';
import { toSubject, type SubjectColumns } from './subjects.ts';
import { prepare } from '../prepare.ts';

interface MarkRow extends SubjectColumns {
  readonly cause: Cause;
  readonly at: number;
}

/** Statements over `marks`: one row per Target, Subject and cause. */
export class MarkRows {
  readonly counter: Sequence;
  readonly #insert: Statement<[string, string, string, string, number, number]>;
  readonly #replace: Statement<[string, string, string, string, number, number]>;
  readonly #use: Statement<[string, string, string, number, number]>;
  readonly #has: Statement<[string, string, string, number], number>;
  readonly #due: Statement<[string, number, number, string, number], MarkRow>;
  readonly #nextAt: Statement<[string], number | null>;
  readonly #of: Statement<[string, string, string], MarkRow>;

  constructor(db: Database) {
    this.counter = new Sequence(db, 'marks');
    const insert = 'insert into marks (target, subject_id, subject_kind, cause, at, number) values (?, ?, ?, ?, ?, ?)';
    const again = 'on conflict (target, subject_id, subject_kind, cause) do update set number = excluded.number, at =';
    this.#insert = prepare(db, `${insert} ${again} min(at, excluded.at)`);
    this.#replace = prepare(db, `${insert} ${again} excluded.at`);
    // The plus keeps SQLite from walking all due Marks of the Target by time, of which there are as many as people in a first load.
    this.#use = prepare(db, 'delete from marks where target = ? and subject_id = ? and subject_kind = ? and number <= ? and +at <= ?');
    this.#has = prepare<[string, string, string, number], number>(
      db,
      'select 1 from marks where target = ? and subject_id = ? and subject_kind = ? and number > ? limit 1',
    ).pluck();
    // With min(), SQLite takes the other columns from the row that has the minimum.
    this.#due = prepare(
      db,
      `
      select subject_id, subject_kind, cause, min(at) as at from marks
      where target = ? and at <= ? and number <= ? and subject_id > ?
      group by subject_id, subject_kind order by subject_id, subject_kind limit ?`,
    );
    this.#nextAt = prepare<[string], number | null>(db, 'select min(at) from marks where target = ?').pluck();
    this.#of = prepare(
      db,
      'select subject_id, subject_kind, cause, at from marks where target = ? and subject_id = ? and subject_kind = ? order by +at, cause',
    );
  }

  /** Marks under a fresh number; of two times for the same cause the earlier one counts. */
  add(target: TargetName, { subject, at, cause }: Mark): void {
    this.#insert.run(target, subject.id, subject.kind, cause, at.getTime(), this.counter.take());
  }

  /** Marks under a fresh number; the new time counts. */
  replace(target: TargetName, { subject, at, cause }: Mark): void {
    this.#replace.run(target, subject.id, subject.kind, cause, at.getTime(), this.counter.take());
  }

  /** Deletes the Marks of a Subject that a look at it used up: numbered up to `upTo` and due at `at`. */
  use(target: TargetName, subject: SubjectRef, upTo: number, at: Date): void {
    this.#use.run(target, subject.id, subject.kind, upTo, at.getTime());
  }

  /** True when the Subject was marked after that number. */
  isMarkedSince(target: TargetName, subject: SubjectRef, number: number): boolean {
    return this.#has.get(target, subject.id, subject.kind, number) !== undefined;
  }

  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): readonly Mark[] {
    return this.#due.all(target, now.getTime(), upTo, last ?? '', limit).map(toMark);
  }

  nextAt(target: TargetName): Date | undefined {
    const at = this.#nextAt.get(target) ?? null;
    return at === null ? undefined : new Date(at);
  }

  of(target: TargetName, subject: SubjectRef): readonly Mark[] {
    return this.#of.all(target, subject.id, subject.kind).map(toMark);
  }
}

/** Reads Marks. */
export class SqliteMarks implements Marks {
  readonly #access: DatabaseAccess;
  readonly #rows: MarkRows;

  constructor(access: DatabaseAccess, rows: MarkRows) {
    this.#access = access;
    this.#rows = rows;
  }

  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly Mark[]> {
    return this.#access.read(() => this.#rows.due(target, now, upTo, last, limit));
  }

  nextAt(target: TargetName): Promise<Date | undefined> {
    return this.#access.read(() => this.#rows.nextAt(target));
  }

  head(): Promise<number> {
    return this.#access.read(() => this.#rows.counter.value);
  }

  of(target: TargetName, subject: SubjectRef): Promise<readonly Mark[]> {
    return this.#access.read(() => this.#rows.of(target, subject));
  }
}

function toMark(row: MarkRow): Mark {
  return { subject: toSubject(row), at: new Date(row.at), cause: row.cause };
}
