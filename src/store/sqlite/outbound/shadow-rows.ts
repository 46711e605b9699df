// Table rows of Shadows.
import type { Database, Statement } from 'better-sqlite3';
import type { DeliveryId, SourceId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Leaving, Shadow, ShadowWrite } from '../../../domain/shadow.ts';
import type { LeaverReason } from '../../../domain/target.ts';
import { dateAt, valueAt } from '../column-values.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';
import { prepare } from '../prepare.ts';

interface ShadowRow extends SubjectColumns {
  readonly target: string;
  readonly source: string | null;
  readonly key: string | null;
  readonly active: number;
  readonly leaving_reason: LeaverReason | null;
  readonly leaving_condition: string | null;
  readonly leaving_since: number | null;
  readonly leaving_steps: number | null;
  readonly at: number;
  readonly seen_at: number | null;
  readonly sent: string;
  readonly seen: string | null;
  readonly doubtful: number;
}

/** Statements over `shadows`. */
export class ShadowRows {
  readonly #get: Statement<[string, string, string], ShadowRow>;
  readonly #active: Statement<[string, string, string], number>;
  readonly #page: Statement<[string, string, string, number], ShadowRow>;
  readonly #of: Statement<[string, string], ShadowRow>;
  readonly #counts: Statement<[string], { readonly active: number | null; readonly deactivated: number | null }>;
  readonly #holder: Statement<[string, string], SubjectColumns>;
  readonly #write: Statement<unknown[]>;
  readonly #forget: Statement<[string, string, string]>;
  readonly #doubt: Statement<[number, string, string, string]>;
  readonly #leave: Statement<[string | null, string | null, number | null, number | null, string, string, string]>;
  readonly #move: Statement<[string, string, string | null, string, string, string]>;

  constructor(db: Database) {
    this.#get = prepare(db, 'select * from shadows where target = +? and subject_id = +? and subject_kind = +?');
    this.#active = prepare<[string, string, string], number>(
      db,
      'select active from shadows where target = +? and subject_id = +? and subject_kind = +?',
    ).pluck();
    this.#page = prepare(
      db,
      'select * from shadows where target = +? and (subject_id, subject_kind) > (+?, +?) order by subject_id, subject_kind limit +?',
    );
    this.#of = prepare(db, 'select * from shadows where subject_id = +? and subject_kind = +? order by target');
    this.#counts = prepare(
      db,
      `
      select sum(active) as active, sum(1 - active) as deactivated
      from shadows indexed by shadows_active where target = +?`,
    );
    this.#holder = prepare(db, 'select subject_id, subject_kind from shadows where target = +? and key = +?');
    this.#write = prepare(
      db,
      `
      insert into shadows (target, subject_id, subject_kind, source, key, active, at, sent)
      values (+?, +?, +?, (select source from deliveries where id = +?), +?, +?, +?, +?)
      on conflict (target, subject_id, subject_kind) do update set
        source = coalesce(excluded.source, source), key = coalesce(excluded.key, key), active = excluded.active, at = excluded.at,
        sent = excluded.sent, doubtful = 0, leaving_steps = leaving_steps + +?`,
    );
    this.#forget = prepare(db, 'delete from shadows where target = +? and subject_id = +? and subject_kind = +?');
    this.#doubt = prepare(
      db,
      'update shadows set doubtful = 1, active = max(active, +?) where target = +? and subject_id = +? and subject_kind = +?',
    );
    this.#leave = prepare(
      db,
      `
      update shadows set leaving_reason = +?, leaving_condition = +?, leaving_since = +?, leaving_steps = +?
      where target = +? and subject_id = +? and subject_kind = +?`,
    );
    this.#move = prepare(
      db,
      `
      update or ignore shadows set subject_id = +?, subject_kind = +?, source = coalesce(+?, source),
        leaving_reason = null, leaving_condition = null, leaving_since = null, leaving_steps = null
      where target = +? and subject_id = +? and subject_kind = +?`,
    );
  }

  get(target: TargetName, subject: SubjectRef): Shadow | undefined {
    const row = this.#get.get(target, subject.id, subject.kind);
    return row === undefined ? undefined : toShadow(row);
  }

  /** True if the Target has an active record of the Subject. */
  isActive(target: TargetName, subject: SubjectRef): boolean {
    return this.#active.get(target, subject.id, subject.kind) === 1;
  }

  /** Shadows of one Target, sorted by Subject, after one. */
  page(target: TargetName, after: SubjectRef | undefined, limit: number): readonly Shadow[] {
    return this.#page.all(target, after?.id ?? '', after?.kind ?? '', limit).map(toShadow);
  }

  /** The Shadows of a Subject at all Targets. */
  of(subject: SubjectRef): readonly Shadow[] {
    return this.#of.all(subject.id, subject.kind).map(toShadow);
  }

  counts(target: TargetName): { readonly active: number; readonly deactivated: number } {
    const row = this.#counts.get(target);
    return { active: row?.active ?? 0, deactivated: row?.deactivated ?? 0 };
  }

  /** The Subject whose Shadow has this key. */
  holderOf(target: TargetName, key: string): SubjectRef | undefined {
    const row = this.#holder.get(target, key);
    return row === undefined ? undefined : toSubject(row);
  }

  /** Writes the Shadow after a Delivery is done. A missing key stays unchanged. */
  write(
    target: TargetName,
    subject: SubjectRef,
    write: ShadowWrite,
    { delivery, at }: { readonly delivery: DeliveryId; readonly at: Date },
  ): void {
    const { id, kind } = subject;
    const steps = write.stepDone === true ? 1 : 0;
    this.#write.run(target, id, kind, delivery, write.key ?? null, Number(write.active), at.getTime(), JSON.stringify(write.sent), steps);
  }

  forget(target: TargetName, subject: SubjectRef): void {
    this.#forget.run(target, subject.id, subject.kind);
  }

  /**
   * Records that the Target may hold something else than the last accepted rows. `active`: it may also hold an active record where a
   * deactivated one is stored.
   */
  doubt(target: TargetName, subject: SubjectRef, active: boolean): void {
    this.#doubt.run(Number(active), target, subject.id, subject.kind);
  }

  /** Sets or clears the leaving state. */
  leave(target: TargetName, subject: SubjectRef, leaving: Leaving | null): void {
    const since = leaving?.since.getTime() ?? null;
    this.#leave.run(
      leaving?.reason ?? null,
      leaving?.condition ?? null,
      since,
      leaving?.stepsDone ?? null,
      target,
      subject.id,
      subject.kind,
    );
  }

  /**
   * Moves a Leaver's Shadow to another Subject of `source`, and clears the leaving state. No effect if the Leaver has no Shadow, or if the
   * Subject has one.
   */
  move(target: TargetName, from: SubjectRef, to: SubjectRef, source: SourceId | undefined): void {
    this.#move.run(to.id, to.kind, source ?? null, target, from.id, from.kind);
  }
}

function toShadow(row: ShadowRow): Shadow {
  return {
    target: row.target,
    subject: toSubject(row),
    ...valueAt('source', row.source),
    ...valueAt('key', row.key),
    active: row.active === 1,
    sent: JSON.parse(row.sent) as readonly OutboundRecord[],
    ...(row.seen !== null && { seen: JSON.parse(row.seen) as OutboundRecord }),
    ...dateAt('seenAt', row.seen_at),
    ...(row.doubtful === 1 && { doubtful: true as const }),
    ...(row.leaving_reason !== null && { leaving: toLeaving(row, row.leaving_reason) }),
    at: new Date(row.at),
  };
}

function toLeaving(row: ShadowRow, reason: LeaverReason): Leaving {
  return {
    reason,
    ...valueAt('condition', row.leaving_condition),
    since: new Date(row.leaving_since ?? 0),
    stepsDone: row.leaving_steps ?? 0,
  };
}
