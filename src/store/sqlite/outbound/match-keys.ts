// Table rows of match keys, which show who claims a key.
import type { Database, Statement } from 'better-sqlite3';
import { subjectKey, type SubjectRef, type TargetName } from '../../../domain/ids.ts';
import type { MatchKey } from '../../../domain/record.ts';
import { isSameSubject, toSubject, type SubjectColumns } from './subject-columns.ts';
import { prepare } from '../prepare.ts';

/** What claims a match key: a Shadow, or an open create or update that would give the record this key. */
export type ClaimedBy = 'shadow' | 'open';

/** Another Subject that claims a match key. */
export interface Claimant {
  readonly subject: SubjectRef;
  /** True if its Shadow has the key; false if only its open Delivery would give it one. */
  readonly holds: boolean;
}

interface ClaimantRow extends SubjectColumns {
  readonly by: ClaimedBy;
}

/** Statements over `match_keys`. */
export class MatchKeyRows {
  readonly #insert: Statement<[string, number, string, string, string, string]>;
  readonly #remove: Statement<[string, string, string, string]>;
  readonly #move: Statement<[string, string, string, string, string]>;
  readonly #claimants: Statement<[string, number, string], ClaimantRow>;

  constructor(db: Database) {
    this.#insert = prepare(
      db,
      'insert or ignore into match_keys (target, position, value, by, subject_id, subject_kind) values (?, ?, ?, ?, ?, ?)',
    );
    this.#remove = prepare(db, 'delete from match_keys where target = +? and subject_id = +? and by = +? and subject_kind = +?');
    this.#move = prepare(
      db,
      `
      update or replace match_keys set subject_id = +?, subject_kind = +?
      where target = +? and subject_id = +? and by = 'shadow' and subject_kind = +?`,
    );
    this.#claimants = prepare(db, 'select subject_id, subject_kind, by from match_keys where target = +? and position = +? and value = +?');
  }

  /** Replaces the keys of a Subject's Shadow or open Delivery. */
  set(target: TargetName, subject: SubjectRef, by: ClaimedBy, keys: readonly MatchKey[]): void {
    this.clear(target, subject, by);
    for (const { index, value } of keys) this.#insert.run(target, index, value, by, subject.id, subject.kind);
  }

  clear(target: TargetName, subject: SubjectRef, by: ClaimedBy): void {
    this.#remove.run(target, subject.id, by, subject.kind);
  }

  /** Moves the keys of a Shadow to another Subject. */
  move(target: TargetName, from: SubjectRef, to: SubjectRef): void {
    this.#move.run(to.id, to.kind, target, from.id, from.kind);
  }

  /** Other Subjects with one of these keys, each once. Omits keys that the Subject's own Shadow has. */
  others(target: TargetName, subject: SubjectRef, keys: readonly MatchKey[]): readonly Claimant[] {
    const found = new Map<string, Claimant>();
    for (const { index, value } of keys) {
      const claimants = this.#claimants.all(target, index, value).map((row) => ({ subject: toSubject(row), holds: row.by === 'shadow' }));
      if (claimants.some((one) => one.holds && isSameSubject(one.subject, subject))) continue;
      for (const one of claimants) {
        if (isSameSubject(one.subject, subject)) continue;
        const key = subjectKey(one.subject);
        found.set(key, { subject: one.subject, holds: one.holds || found.get(key)?.holds === true });
      }
    }
    return [...found.values()];
  }
}
