// Table rows of Deliveries.
import type { Database, Statement } from 'better-sqlite3';
import type { Cause, Delivery, DeliveryState, Planned, RemovalReason } from '../../../domain/delivery.ts';
import type { DeliveryId, RunId, SourceId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { MatchKey, OutboundRecord } from '../../../domain/record.ts';
import type { Action, LeaverReason } from '../../../domain/target.ts';
import type { DoubtChange } from '../../engine-store.ts';
import { dateAt, valueAt } from '../column-values.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';
import { prepare } from '../prepare.ts';

/** A row of `deliveries`. */
interface DeliveryRow extends SubjectColumns {
  readonly id: number;
  readonly target: string;
  readonly run: number;
  readonly state: DeliveryState;
  readonly action: Action;
  readonly hash: string;
  readonly key: string | null;
  readonly cause: Cause;
  readonly removal_reason: LeaverReason | null;
  readonly removal_condition: string | null;
  readonly removal_since: number | null;
  readonly removal_step: number | null;
  readonly idempotency_key: string;
  readonly attempts: number;
  readonly solo_failures: number;
  readonly was_unclear: number;
  readonly rekeyed: number;
  readonly blocked: number;
  readonly obsolete: number;
  readonly checked: number;
  readonly released: number;
  readonly created_at: number;
  readonly not_before: number;
  readonly settled_at: number | null;
  readonly answered_at: number | null;
  readonly hold: number | null;
  readonly hold_revision: number | null;
  readonly receipt: string | null;
  readonly parked_at: number | null;
  readonly parked_why: string | null;
  readonly answer: string;
  readonly rows: string;
}

/** A position in a hold: its number, and the revision at which the Delivery joins it. */
export interface HoldPlace {
  readonly hold: number;
  readonly revision: number;
}

/** The properties of a new Delivery in addition to its plan. */
export interface NewDelivery {
  readonly target: TargetName;
  /** The Source of the Subject; missing if unknown. */
  readonly source?: SourceId;
  readonly run: RunId;
  readonly state: DeliveryState;
  readonly idempotencyKey: string;
  readonly at: Date;
  readonly notBefore: Date;
  readonly keys: readonly MatchKey[];
  readonly released: boolean;
  readonly blocked: boolean;
  /** The hold in which the Guard puts the Delivery; missing if it is not held. */
  readonly place?: HoldPlace;
  readonly answer: string;
}

/** The columns that a settlement sets. */
export interface SettledFields {
  readonly state: DeliveryState;
  readonly action: Action;
  readonly cause: Cause;
  readonly key: string | undefined;
  readonly attempts: number;
  readonly soloFailures: number;
  readonly wasUnclear: boolean;
  readonly rekeyed: boolean;
  readonly blocked: boolean;
  readonly tookActive: boolean;
  readonly notBefore: Date;
  readonly settledAt: Date | undefined;
  readonly answeredAt: Date;
  readonly receipt: string | undefined;
  readonly answer: string;
}

/** The condition of a partial index, word for word: SQLite uses the index only if the query repeats it. */
export const workableSql = "state in ('queued', 'unclear', 'accepted')";
/** The condition of the index of open Deliveries. */
export const openSql = "state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked')";

/** Statements over `deliveries` that concern a single row. */
export class DeliveryRows {
  readonly #get: Statement<[number], DeliveryRow>;
  readonly #open: Statement<[string, string, string], DeliveryRow>;
  readonly #insert: Statement<unknown[]>;
  readonly #supersede: Statement<[number, string, number]>;
  readonly #send: Statement<[number], DeliveryRow>;
  readonly #settle: Statement<unknown[]>;
  readonly #doubt: Statement<[number, number, string]>;
  readonly #look: Statement<[number, number]>;
  readonly #parkUpdate: Statement<[number, string, string, string, string, string]>;

  constructor(db: Database) {
    this.#get = prepare(db, 'select * from deliveries where id = +?');
    this.#open = prepare(db, `select * from deliveries where target = +? and subject_id = +? and subject_kind = +? and ${openSql}`);
    this.#insert = prepare(
      db,
      `
      insert into deliveries (target, subject_id, subject_kind, source, run, state, action, hash, key, cause, removal_reason, removal_condition,
        removal_since, removal_step, idempotency_key, blocked, released, created_at, not_before, hold, hold_revision, parked_at, parked_why, answer, match_keys, rows)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#supersede = prepare(
      db,
      "update deliveries set state = 'superseded', settled_at = +?, answer = +? where id = +? and state in ('queued', 'held', 'parked')",
    );
    this.#send = prepare(db, `update deliveries set state = 'sending' where id = +? and ${workableSql} returning *`);
    const inDoubt = "action = 'create' and was_unclear = 1 and state in ('queued', 'unclear', 'parked')";
    this.#doubt = prepare(db, `update deliveries set obsolete = +? where id = +? and target = +? and ${inDoubt}`);
    this.#look = prepare(db, "update deliveries set state = 'unclear', obsolete = 1, not_before = +? where id = +? and state = 'parked'");
    this.#parkUpdate = prepare(
      db,
      `
      update deliveries set state = 'parked', blocked = 1, parked_at = +?, parked_why = +?, answer = +?
      where target = +? and subject_id = +? and subject_kind = +? and ${openSql} and state = 'queued' and action = 'update'`,
    );
    this.#settle = prepare(
      db,
      `
      update deliveries set state = +?, action = +?, cause = +?, key = +?, attempts = +?, solo_failures = +?, was_unclear = +?, rekeyed = +?, blocked = +?,
        checked = 0, took_active = +?, not_before = +?, settled_at = +?, answered_at = +?, parked_at = coalesce(+?, parked_at),
        parked_why = coalesce(+?, parked_why), receipt = +?, answer = +?
      where id = +?`,
    );
  }

  get(id: DeliveryId): Delivery | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : toDelivery(row);
  }

  /** The open Delivery of a Subject. */
  openOf(target: TargetName, subject: SubjectRef): Delivery | undefined {
    const row = this.#open.get(target, subject.id, subject.kind);
    return row === undefined ? undefined : toDelivery(row);
  }

  insert(planned: Planned, fresh: NewDelivery): void {
    const { subject, action, hash, key, cause, removal, rows } = planned;
    this.#insert.run(
      fresh.target,
      subject.id,
      subject.kind,
      fresh.source ?? null,
      fresh.run,
      fresh.state,
      action,
      hash,
      key ?? null,
      cause,
      removal?.reason ?? null,
      removal?.condition ?? null,
      removal?.since.getTime() ?? null,
      removal?.step ?? null,
      fresh.idempotencyKey,
      Number(fresh.blocked),
      Number(fresh.released),
      fresh.at.getTime(),
      fresh.notBefore.getTime(),
      fresh.place?.hold ?? null,
      fresh.place?.revision ?? null,
      ...toParked(fresh.state, fresh.at, fresh.answer),
      fresh.answer,
      JSON.stringify(fresh.keys),
      JSON.stringify(rows),
    );
  }

  /** Supersedes a Delivery. @returns false if it is no longer queued, held or parked. */
  supersede(id: DeliveryId, answer: string, at: Date): boolean {
    return this.#supersede.run(at.getTime(), answer, id).changes === 1;
  }

  /** Parks the queued update of a Subject, because another Subject has its match fields. @returns false if there is none. */
  parkUpdate(target: TargetName, subject: SubjectRef, answer: string, at: Date): boolean {
    return this.#parkUpdate.run(at.getTime(), answer, answer, target, subject.id, subject.kind).changes === 1;
  }

  /** Marks a Delivery as *sending*. @returns the Delivery in its new state; `undefined` if it cannot be sent. */
  send(id: DeliveryId): Delivery | undefined {
    const row = this.#send.get(id);
    return row === undefined ? undefined : toDelivery(row);
  }

  /** Changes the state of a create in doubt; no effect if it is no longer in doubt. */
  changeDoubt(target: TargetName, { delivery, is }: DoubtChange, now: Date): void {
    const changed = this.#doubt.run(Number(is !== 'wanted'), delivery, target).changes === 1;
    if (changed && is === 'look') this.#look.run(now.getTime(), delivery);
  }

  settle(id: DeliveryId, fields: SettledFields): void {
    this.#settle.run(
      fields.state,
      fields.action,
      fields.cause,
      fields.key ?? null,
      fields.attempts,
      fields.soloFailures,
      Number(fields.wasUnclear),
      Number(fields.rekeyed),
      Number(fields.blocked),
      Number(fields.tookActive),
      fields.notBefore.getTime(),
      fields.settledAt?.getTime() ?? null,
      fields.answeredAt.getTime(),
      ...toParked(fields.state, fields.answeredAt, fields.answer),
      fields.receipt ?? null,
      fields.answer,
      id,
    );
  }
}

/** The columns of a parking; null for any other state. */
function toParked(state: DeliveryState, at: Date, why: string): readonly [number, string] | readonly [null, null] {
  return state === 'parked' ? [at.getTime(), why] : [null, null];
}

/** Converts a row to a Delivery. */
export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    target: row.target,
    run: row.run,
    subject: toSubject(row),
    state: row.state,
    action: row.action,
    rows: JSON.parse(row.rows) as readonly OutboundRecord[],
    hash: row.hash,
    ...valueAt('key', row.key),
    cause: row.cause,
    ...(row.removal_reason !== null && { removal: toRemoval(row, row.removal_reason) }),
    idempotencyKey: row.idempotency_key,
    attempts: row.attempts,
    soloFailures: row.solo_failures,
    wasUnclear: row.was_unclear === 1,
    obsolete: row.obsolete === 1,
    checked: row.checked === 1,
    rekeyed: row.rekeyed === 1,
    blocked: row.blocked === 1,
    createdAt: new Date(row.created_at),
    notBefore: new Date(row.not_before),
    ...dateAt('settledAt', row.settled_at),
    ...dateAt('answeredAt', row.answered_at),
    ...(row.parked_at !== null && { parked: { at: new Date(row.parked_at), why: row.parked_why ?? '' } }),
    answer: row.answer,
    ...valueAt('receipt', row.receipt),
    ...valueAt('hold', row.hold),
    ...valueAt('holdRevision', row.hold_revision),
    released: row.released === 1,
  };
}

function toRemoval(row: DeliveryRow, reason: LeaverReason): RemovalReason {
  return {
    reason,
    ...valueAt('condition', row.removal_condition),
    since: new Date(row.removal_since ?? 0),
    step: row.removal_step ?? 0,
  };
}

export type { DeliveryRow };
