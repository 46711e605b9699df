import type { Database, Statement } from 'better-sqlite3';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { MatchKey } from '../../../domain/record.ts';
import { isSameSubject, toSubject } from './subjects.ts';
import type { SubjectColumns } from './subjects.ts';
import { prepare } from '../prepare.ts';

/** What claims a match key: what the Target holds, or a create that is on its way. */
export type ClaimedBy = 'shadow' | 'create';

/** Statements over `match_keys`. */
export class MatchKeyRows {
  readonly #insert: Statement<[string, number, string, string, string, string]>;
  readonly #remove: Statement<[string, string, string, string]>;
  readonly #move: Statement<[string, string, string, string, string]>;
  readonly #claimants: Statement<[string, number, string], SubjectColumns>;

  constructor(db: Database) {
    this.#insert = prepare(
      db,
      'insert or ignore into match_keys (target, position, value, by, subject_id, subject_kind) values (?, ?, ?, ?, ?, ?)',
    );
    this.#remove = prepare(db, 'delete from match_keys where target = ? and subject_id = ? and by = ? and subject_kind = ?');
    this.#move = prepare(
      db,
      `
      update or replace match_keys set subject_id = ?, subject_kind = ?
      where target = ? and subject_id = ? and by = 'shadow' and subject_kind = ?`,
    );
    this.#claimants = prepare(db, 'select subject_id, subject_kind from match_keys where target = ? and position = ? and value = ?');
  }

  /** Makes these the keys of a Subject's Shadow or open create. */
  set(target: TargetName, subject: SubjectRef, by: ClaimedBy, keys: readonly MatchKey[]): void {
    this.clear(target, subject, by);
    for (const { index, value } of keys) this.#insert.run(target, index, value, by, subject.id, subject.kind);
  }

  clear(target: TargetName, subject: SubjectRef, by: ClaimedBy): void {
    this.#remove.run(target, subject.id, by, subject.kind);
  }

  /** The Shadow of one is the Shadow of the other now. */
  move(target: TargetName, from: SubjectRef, to: SubjectRef): void {
    this.#move.run(to.id, to.kind, target, from.id, from.kind);
  }

  /** Other Subjects with one of these keys, each once. */
  others(target: TargetName, subject: SubjectRef, keys: readonly MatchKey[]): readonly SubjectRef[] {
    const found: SubjectRef[] = [];
    for (const { index, value } of keys) {
      for (const row of this.#claimants.all(target, index, value)) {
        const other = toSubject(row);
        if (!isSameSubject(other, subject) && !found.some((one) => isSameSubject(one, other))) found.push(other);
      }
    }
    return found;
  }
}
