// Table rows that record which Subject waits for which other Subject.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import { openSql } from './delivery-rows.ts';
import type { RecheckRows } from './rechecks.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';
import { prepare } from '../prepare.ts';

/**
 * Statements over the table of blocked Subjects: a waiting Subject is planned again when the Shadow or the open Delivery of its blocker
 * changes.
 */
export class BlockRows {
  readonly #rechecks: RecheckRows;
  readonly #insert: Statement<[string, string, string, string, string]>;
  readonly #waiting: Statement<[string, string, string], SubjectColumns>;
  readonly #unparked: Statement<[string, string, string], SubjectColumns>;
  readonly #blockers: Statement<[string, string, string], SubjectColumns>;
  readonly #clear: Statement<[string, string, string]>;
  readonly #waitingFor: Statement<[string, string, string], SubjectColumns>;

  constructor(db: Database, rechecks: RecheckRows) {
    this.#rechecks = rechecks;
    this.#insert = prepare(
      db,
      'insert or ignore into blocks (target, blocker_id, blocker_kind, subject_id, subject_kind) values (?, ?, ?, ?, ?)',
    );
    this.#waiting = prepare(
      db,
      'delete from blocks where target = +? and blocker_id = +? and blocker_kind = +? returning subject_id, subject_kind',
    );
    this.#unparked = prepare(
      db,
      `
      delete from blocks where target = +? and blocker_id = +? and blocker_kind = +? and not exists (
        select 1 from deliveries where deliveries.target = blocks.target and deliveries.subject_id = blocks.subject_id
          and deliveries.subject_kind = blocks.subject_kind and ${openSql} and blocked = 1)
      returning subject_id, subject_kind`,
    );
    // A blocker that has neither a Shadow nor an open Delivery any more blocks no Subject, even if it was removed before it was stored
    // here.
    this.#blockers = prepare(
      db,
      `
      select blocker_id as subject_id, blocker_kind as subject_kind from blocks
      where target = +? and subject_id = +? and subject_kind = +? and (
        exists (select 1 from shadows where shadows.target = blocks.target
          and shadows.subject_id = blocks.blocker_id and shadows.subject_kind = blocks.blocker_kind)
        or exists (select 1 from deliveries where deliveries.target = blocks.target
          and deliveries.subject_id = blocks.blocker_id and deliveries.subject_kind = blocks.blocker_kind and ${openSql}))`,
    );
    this.#waitingFor = prepare(
      db,
      'select subject_id, subject_kind from blocks where target = +? and blocker_id = +? and blocker_kind = +?',
    );
    this.#clear = prepare(db, 'delete from blocks where target = +? and subject_id = +? and subject_kind = +?');
  }

  /** Replaces the blockers of a Subject. */
  set(target: TargetName, subject: SubjectRef, blockers: readonly SubjectRef[]): void {
    this.clear(target, subject);
    for (const blocker of blockers) this.#insert.run(target, blocker.id, blocker.kind, subject.id, subject.kind);
  }

  /** The blockers of a Subject that still have a Shadow or an open Delivery. */
  of(target: TargetName, subject: SubjectRef): readonly SubjectRef[] {
    return this.#blockers.all(target, subject.id, subject.kind).map(toSubject);
  }

  /** The Subjects that wait for this one. */
  waitingFor(target: TargetName, blocker: SubjectRef): readonly SubjectRef[] {
    return this.#waitingFor.all(target, blocker.id, blocker.kind).map(toSubject);
  }

  clear(target: TargetName, subject: SubjectRef): void {
    this.#clear.run(target, subject.id, subject.kind);
  }

  /** Rechecks all Subjects that wait for this one, because its record, or its claim on one, has changed. */
  free(target: TargetName, blocker: SubjectRef, now: Date): void {
    this.#recheckAll(target, this.#waiting.all(target, blocker.id, blocker.kind), now);
  }

  /**
   * Rechecks the Subjects that only wait for the result of this Subject's Delivery, but not the parked ones: the result has arrived, and
   * nothing at the Target has changed.
   */
  freeWaiting(target: TargetName, blocker: SubjectRef, now: Date): void {
    this.#recheckAll(target, this.#unparked.all(target, blocker.id, blocker.kind), now);
  }

  #recheckAll(target: TargetName, rows: readonly SubjectColumns[], now: Date): void {
    for (const row of rows) this.#rechecks.add(target, { subject: toSubject(row), at: now, cause: 'settled' });
  }
}
