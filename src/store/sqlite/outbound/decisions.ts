import type { Database, Statement } from 'better-sqlite3';
import type { Decision } from '../../../domain/delivery.ts';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { LeaverReason } from '../../../domain/target.ts';
import type { Decisions } from '../../store.ts';
import type { Access } from '../access.ts';
import { dateAt, toMs, valueAt } from '../columns.ts';
import { prepare } from '../prepare.ts';

interface DecisionRow {
  readonly kind: Decision['is'];
  readonly until: number | null;
  readonly reason: LeaverReason | null;
  readonly condition: string | null;
  readonly since: number | null;
  readonly hash: string | null;
  readonly by: string;
  readonly at: number;
}

/** Statements over `decisions`: at most one per Target and Subject. */
export class DecisionRows {
  readonly #get: Statement<[string, string, string], DecisionRow>;
  readonly #put: Statement<unknown[]>;
  readonly #remove: Statement<[string, string, string]>;

  constructor(db: Database) {
    this.#get = prepare(db, 'select * from decisions where target = ? and subject_id = ? and subject_kind = ?');
    this.#put = prepare(
      db,
      `
      insert or replace into decisions (target, subject_id, subject_kind, kind, until, reason, condition, since, hash, by, at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#remove = prepare(db, 'delete from decisions where target = ? and subject_id = ? and subject_kind = ?');
  }

  get(target: TargetName, subject: SubjectRef): Decision | undefined {
    const row = this.#get.get(target, subject.id, subject.kind);
    return row === undefined ? undefined : toDecision(row);
  }

  put(target: TargetName, subject: SubjectRef, decision: Decision): void {
    this.#put.run(target, subject.id, subject.kind, decision.is, ...bindingOf(decision), decision.by, decision.at.getTime());
  }

  remove(target: TargetName, subject: SubjectRef): void {
    this.#remove.run(target, subject.id, subject.kind);
  }
}

/** Reads what people laid down. */
export class SqliteDecisions implements Decisions {
  readonly #access: Access;
  readonly #rows: DecisionRows;

  constructor(access: Access, rows: DecisionRows) {
    this.#access = access;
    this.#rows = rows;
  }

  get(
    target: TargetName,
    subjects: readonly SubjectRef[],
  ): Promise<readonly { readonly subject: SubjectRef; readonly decision: Decision }[]> {
    return this.#access.read(() =>
      subjects.flatMap((subject) => {
        const decision = this.#rows.get(target, subject);
        return decision === undefined ? [] : [{ subject, decision }];
      }),
    );
  }
}

/** until, reason, condition, since, hash. */
function bindingOf(decision: Decision): readonly (string | number | null)[] {
  switch (decision.is) {
    case 'excluded':
    case 'pinned':
      return [toMs(decision.until), null, null, null, null];
    case 'removalRejected':
      return [null, decision.reason, decision.condition ?? null, decision.since.getTime(), null];
    case 'changeRejected':
      return [null, null, null, null, decision.hash];
  }
}

function toDecision(row: DecisionRow): Decision {
  const common = { by: row.by, at: new Date(row.at) };
  switch (row.kind) {
    case 'excluded':
    case 'pinned':
      return { is: row.kind, ...dateAt('until', row.until), ...common };
    case 'removalRejected':
      return {
        is: row.kind,
        reason: row.reason ?? 'gone',
        ...valueAt('condition', row.condition),
        since: new Date(row.since ?? 0),
        ...common,
      };
    case 'changeRejected':
      return { is: row.kind, hash: row.hash ?? '', ...common };
  }
}
