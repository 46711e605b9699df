import type { Database, Statement } from 'better-sqlite3';
import type { TargetName } from '../../../domain/ids.ts';
import type { OutboundRows } from './outbound-rows.ts';
import { prepare } from '../prepare.ts';

interface Bound {
  target: string;
  publication: string;
}

/** Full files: all due Deliveries of a Target, settled together. Every step is set-based; runs within a unit. */
export class Publications {
  readonly #rows: OutboundRows;
  readonly #bind: Statement<Bound & { now: number }>;
  readonly #count: Statement<Bound, number>;
  readonly #finish: readonly Statement<Bound & { now: number; answer: string; firstMark: number }>[];
  readonly #free: Statement<Bound & { now: number; firstMark: number }>;
  readonly #freeDone: Statement<Bound>;
  readonly #blocked: Statement<[string], number>;
  readonly #mark: Statement<Bound & { now: number; firstMark: number }>;
  readonly #abandon: Statement<Bound & { answer: string; notBefore: number }>;

  constructor(db: Database, rows: OutboundRows) {
    this.#rows = rows;
    this.#bind = prepare(
      db,
      `
      update deliveries set state = 'sending', publication = @publication
      where target = @target and state = 'queued' and not_before <= @now`,
    );
    this.#count = prepare<Bound, number>(db, `select count(*) from deliveries where ${boundSql}`).pluck();
    this.#finish = finishSql.map((sql) => prepare(db, sql));
    this.#free = prepare(db, freeSql);
    this.#freeDone = prepare(
      db,
      `delete from blocks where target = @target and (blocker_id, blocker_kind) in (select subject_id, subject_kind from deliveries where ${boundSql})`,
    );
    this.#blocked = prepare<[string], number>(db, 'select count(*) from blocks where target = ?').pluck();
    this.#mark = prepare(db, markSql);
    this.#abandon = prepare(
      db,
      `
      update deliveries set state = 'queued', publication = null, answer = @answer, not_before = @notBefore where ${boundSql}`,
    );
  }

  /** Binds what is due to a publication and notes it at the Target. Called again for the same one, it binds nothing more. */
  begin(target: TargetName, publication: string, now: Date): number {
    const present = this.#rows.targets.get(target)?.publication;
    if (present !== undefined && present !== publication) throw new Error(`${target} is publishing ${present}`);
    if (present === undefined) {
      const bound = this.#bind.run({ target, publication, now: now.getTime() });
      if (bound.changes > 0) this.#rows.targets.setPublication(target, publication);
    }
    return this.#count.get({ target, publication }) ?? 0;
  }

  /** Makes the file the truth. @returns how many Deliveries are done. */
  finish(target: TargetName, publication: string, answer: string, now: Date): number {
    const { marks, targets } = this.#rows;
    const count = this.#count.get({ target, publication }) ?? 0;
    const waiting = this.#blocked.get(target) ?? 0;
    const firstMark = marks.counter.takeMany(count + waiting);
    const at = now.getTime();
    if (waiting > 0) this.#free.run({ target, publication, now: at, firstMark: firstMark + count });
    this.#freeDone.run({ target, publication });
    for (const statement of this.#finish) statement.run({ target, publication, now: at, answer, firstMark });
    targets.setPublication(target, undefined);
    return count;
  }

  /** Queues its Deliveries again, and marks their Subjects: what came in while they were sending was not planned. */
  abandon(target: TargetName, publication: string, answer: string, notBefore: Date): void {
    const { marks } = this.#rows;
    const firstMark = marks.counter.takeMany(this.#count.get({ target, publication }) ?? 0);
    this.#mark.run({ target, publication, now: notBefore.getTime(), firstMark });
    this.#abandon.run({ target, publication, answer, notBefore: notBefore.getTime() });
    this.#rows.targets.setPublication(target, undefined);
  }
}

const boundSql = "target = @target and publication = @publication and state = 'sending'";
const boundSubjectsSql = `select subject_id, subject_kind from deliveries where ${boundSql}`;
const sourceSql = `coalesce((select source from persons where id = deliveries.subject_id),
  (select source from departed where id = deliveries.subject_id))`;

const markSql = `insert into marks (target, subject_id, subject_kind, cause, at, number)
  select target, subject_id, subject_kind, 'settled', @now, @firstMark + row_number() over (order by id) - 1 from deliveries where ${boundSql}
  on conflict (target, subject_id, subject_kind, cause) do update set number = excluded.number, at = min(at, excluded.at)`;

/** In this order: what each step reads, a later one changes. */
const finishSql: readonly string[] = [
  `update deliveries set took_active = 1
   where ${boundSql} and action in ('deactivate', 'delete') and exists (select 1 from shadows
     where shadows.target = deliveries.target and shadows.subject_id = deliveries.subject_id
       and shadows.subject_kind = deliveries.subject_kind and shadows.active = 1)`,
  `insert into shadows (target, subject_id, subject_kind, source, key, active, at, sent)
   select target, subject_id, subject_kind, ${sourceSql}, key, 1, @now, rows from deliveries where ${boundSql} and action in ('create', 'update')
   on conflict (target, subject_id, subject_kind) do update set
     source = coalesce(excluded.source, source), key = coalesce(excluded.key, key), active = 1, at = excluded.at, sent = excluded.sent`,
  `update shadows set active = 0, at = @now, leaving_steps = leaving_steps + 1
   where target = @target and (subject_id, subject_kind) in (${boundSubjectsSql} and action = 'deactivate')`,
  `delete from shadows where target = @target and (subject_id, subject_kind) in (${boundSubjectsSql} and action = 'delete')`,
  `delete from match_keys where target = @target and (subject_id, subject_kind) in (${boundSubjectsSql} and action <> 'deactivate')`,
  `insert or ignore into match_keys (target, position, value, by, subject_id, subject_kind)
   select target, json_extract(one.value, '$.index'), json_extract(one.value, '$.value'), 'shadow', subject_id, subject_kind
   from deliveries, json_each(deliveries.match_keys) as one where ${boundSql} and action in ('create', 'update')`,
  markSql,
  `update deliveries set state = 'done', settled_at = @now, answer = @answer where ${boundSql}`,
];

const freeSql = `
  insert into marks (target, subject_id, subject_kind, cause, at, number)
  select target, subject_id, subject_kind, 'settled', @now, @firstMark + row_number() over (order by subject_id) - 1
  from (select distinct target, subject_id, subject_kind from blocks
    where target = @target and (blocker_id, blocker_kind) in (${boundSubjectsSql}))
  where true
  on conflict (target, subject_id, subject_kind, cause) do update set number = excluded.number, at = min(at, excluded.at)`;
