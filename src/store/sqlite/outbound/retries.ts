// Statements that retry parked and delayed Deliveries.
import type { Database, Statement } from 'better-sqlite3';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { RetriedCounts } from '../../engine-store.ts';
import { prepare } from '../prepare.ts';
import { workableSql } from './delivery-rows.ts';
import type { OutboundRows } from './outbound-rows.ts';
import { toSubject, type SubjectColumns } from './subject-columns.ts';

/** Selects the Deliveries of one Subject at a Target, or of all if `id` and `kind` are null. */
interface Which {
  readonly target: string;
  readonly id: string | null;
  readonly kind: string | null;
}

/** Retries Deliveries at the request of an operator. Runs within a unit. */
export class Retries {
  readonly #rows: OutboundRows;
  readonly #retry: Statement<Which & { now: number }, SubjectColumns>;
  readonly #replan: Statement<Which & { now: number }, SubjectColumns>;
  readonly #hasten: Statement<Which & { now: number; visible: number | null }>;
  readonly #blocked: Statement<Which, SubjectColumns>;

  constructor(db: Database, rows: OutboundRows) {
    this.#rows = rows;
    const oneOrAll = '(+@id is null or (subject_id = +@id and subject_kind = +@kind))';
    this.#retry = prepare(
      db,
      `
      update deliveries set state = 'queued', attempts = 0, solo_failures = 0, rekeyed = 0, checked = was_unclear, not_before = +@now
      where target = +@target and state = 'parked' and blocked = 0 and removal_reason is null and ${oneOrAll}
      returning subject_id, subject_kind`,
    );
    this.#replan = prepare(
      db,
      `
      update deliveries set state = 'superseded', settled_at = +@now, answer = answer || '; planned again'
      where target = +@target and state = 'parked' and blocked = 0 and removal_reason is not null and ${oneOrAll}
      returning subject_id, subject_kind`,
    );
    const soonest = "case state when 'queued' then +@now else max(+@now, coalesce(answered_at, created_at) + +@visible) end";
    this.#hasten = prepare(
      db,
      `
      update deliveries set not_before = ${soonest}
      where target = +@target and ${workableSql} and state <> 'accepted' and not_before > +@now and answer <> '' and ${oneOrAll}
        and not_before > ${soonest}`,
    );
    this.#blocked = prepare(
      db,
      `
      select subject_id, subject_kind from deliveries where target = +@target and state = 'parked' and blocked = 1 and ${oneOrAll}`,
    );
  }

  /** Queues the parked Deliveries of one Subject or of all. A removal or a blocked Delivery is planned again instead. */
  retry(target: TargetName, subject: SubjectRef | undefined, now: Date): RetriedCounts {
    const which = toWhich(target, subject);
    const queued = this.#retry.all({ ...which, now: now.getTime() });
    // The Guard must count a removal again. A blocked Delivery no longer waits for other Subjects, because its own Subject is planned
    // again.
    const removals = this.#replan.all({ ...which, now: now.getTime() });
    const blocked = this.#blocked.all(which);
    for (const row of blocked) this.#rows.blocks.clear(target, toSubject(row));
    for (const row of [...queued, ...removals, ...blocked]) {
      this.#rows.rechecks.add(target, { subject: toSubject(row), at: now, cause: 'asked' });
    }
    return { queued: queued.length + removals.length, blocked: blocked.length };
  }

  /** Makes Deliveries due that wait for a later time; see `EngineStore.hasten`. @returns the number of Deliveries. */
  hasten(target: TargetName, subject: SubjectRef | undefined, visibleAfterMs: number | undefined, now: Date): number {
    return this.#hasten.run({ ...toWhich(target, subject), visible: visibleAfterMs ?? null, now: now.getTime() }).changes;
  }
}

function toWhich(target: TargetName, subject: SubjectRef | undefined): Which {
  return { target, id: subject?.id ?? null, kind: subject?.kind ?? null };
}
