// Rows of Decisions: rejections, exclusions, pins.
import type { Database, Statement } from 'better-sqlite3';
import type { Decision } from '../../../domain/delivery.ts';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { LeaverReason } from '../../../domain/target.ts';
import type { Decided, Decisions } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { dateAt, toMs, valueAt } from '../column-values.ts';
import { prepare } from '../prepare.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

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
  readonly #rejections: Statement<[string, string, number], DecisionRow & SubjectColumns>;
  readonly #countRejections: Statement<[string], number>;

  constructor(db: Database) {
    this.#get = prepare(db, 'select * from decisions where target = +? and subject_id = +? and subject_kind = +?');
    this.#put = prepare(
      db,
      `
      insert or replace into decisions (target, subject_id, subject_kind, kind, until, reason, condition, since, hash, by, at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#rejections = prepare(
      db,
      `select decisions.* ${rejectionSql} and decisions.subject_id > +? order by decisions.subject_id, decisions.subject_kind limit +?`,
    );
    this.#countRejections = prepare<[string], number>(db, `select count(*) ${rejectionSql}`).pluck();
    this.#remove = prepare(db, 'delete from decisions where target = +? and subject_id = +? and subject_kind = +?');
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

  rejections(target: TargetName, last: SubjectId | undefined, limit: number): readonly Decided[] {
    return this.#rejections.all(target, last ?? '', limit).map((row) => ({ subject: toSubject(row), decision: toDecision(row) }));
  }

  countRejections(target: TargetName): number {
    return this.#countRejections.get(target) ?? 0;
  }
}

/** Reads Decisions. */
export class SqliteDecisions implements Decisions {
  readonly #access: DatabaseAccess;
  readonly #rows: DecisionRows;

  constructor(access: DatabaseAccess, rows: DecisionRows) {
    this.#access = access;
    this.#rows = rows;
  }

  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Decided[]> {
    return this.#access.read(() =>
      subjects.flatMap((subject) => {
        const decision = this.#rows.get(target, subject);
        return decision === undefined ? [] : [{ subject, decision }];
      }),
    );
  }

  rejections(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly Decided[]> {
    return this.#access.read(() => this.#rows.rejections(target, last, limit));
  }

  countRejections(target: TargetName): Promise<number> {
    return this.#access.read(() => this.#rows.countRejections(target));
  }
}

/** A rejected removal applies only to the same reason, condition and time. A person who has returned since may leave again. */
const rejectionSql = `from decisions left join shadows on shadows.target = decisions.target
  and shadows.subject_id = decisions.subject_id and shadows.subject_kind = decisions.subject_kind
  where decisions.target = +? and (decisions.kind = 'changeRejected' or decisions.kind = 'removalRejected'
    and shadows.leaving_reason = decisions.reason and shadows.leaving_condition is decisions.condition
    and shadows.leaving_since = decisions.since)`;

/** The values of the columns until, reason, condition, since and hash. */
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
