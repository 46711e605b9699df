// Reads Deliveries from the outbox table.
import type { Database, Statement } from 'better-sqlite3';
import type { Delivery, DeliveryState, Hold } from '../../../domain/delivery.ts';
import type { DeliveryId, SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { BlockersOf, FileRow, GuardCounts, Outbox } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import type { BlockRows } from './blocked-deliveries.ts';
import { toDelivery, workableSql, type DeliveryRow, type DeliveryRows } from './delivery-rows.ts';
import { FileRows } from './file-rows.ts';
import { guardedSql } from './guard-sql.ts';
import type { HoldRows } from './hold-rows.ts';
import { prepare } from '../prepare.ts';

interface Parts {
  readonly access: DatabaseAccess;
  readonly rows: DeliveryRows;
  readonly holds: HoldRows;
  readonly blocks: BlockRows;
}

interface CountsRow {
  readonly removals: number;
  readonly removals_held: number;
  readonly changes: number;
  readonly changes_held: number;
  readonly active: number;
  readonly removed: number;
}

/** Reads Deliveries. */
export class SqliteOutbox implements Outbox {
  readonly #parts: Parts;
  readonly #due: Statement<[string, number, number], DeliveryRow>;
  readonly #nextAt: Statement<[string], number | null>;
  readonly #counts: Statement<[string], { readonly state: DeliveryState; readonly count: number }>;
  readonly #list: Statement<[string, string, number, number], DeliveryRow>;
  readonly #answered: Statement<{ target: string; at: number; id: number; limit: number }, DeliveryRow>;
  readonly #everParked: Statement<[string, number], DeliveryRow>;
  readonly #page: Statement<[number, number], DeliveryRow>;
  readonly #history: Statement<[string, string, string, number], DeliveryRow>;
  readonly #guard: Statement<{ target: string; removalsSince: number; changesSince: number }, CountsRow>;
  readonly #file: FileRows;

  constructor(db: Database, parts: Parts) {
    this.#parts = parts;
    this.#due = prepare(
      db,
      `select * from deliveries indexed by deliveries_workable where target = +? and ${workableSql} and not_before <= +? order by id limit +?`,
    );
    this.#nextAt = prepare<[string], number | null>(
      db,
      `select min(not_before) from deliveries indexed by deliveries_next where target = +? and ${workableSql}`,
    ).pluck();
    this.#counts = prepare(db, 'select state, count(*) as count from deliveries where target = +? group by state');
    this.#list = prepare(db, 'select * from deliveries where target = +? and state = +? and id < +? order by id desc limit +?');
    this.#answered = prepare(
      db,
      `
      select * from deliveries indexed by deliveries_answered
      where target = +@target and answered_at is not null and (answered_at, id) < (+@at, +@id) order by answered_at desc, id desc limit +@limit`,
    );
    this.#everParked = prepare(
      db,
      `
      select * from deliveries indexed by deliveries_parked
      where target = +? and parked_at is not null order by parked_at desc, id desc limit +?`,
    );
    this.#page = prepare(db, 'select * from deliveries where id < +? order by id desc limit +?');
    this.#history = prepare(
      db,
      'select * from deliveries where target = +? and subject_id = +? and subject_kind = +? order by id desc limit +?',
    );
    this.#guard = prepare(db, guardSql);
    this.#file = new FileRows(db);
  }

  get(id: DeliveryId): Promise<Delivery | undefined> {
    return this.#parts.access.read(() => this.#parts.rows.get(id));
  }

  open(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() =>
      subjects.map((subject) => this.#parts.rows.openOf(target, subject)).filter((delivery) => delivery !== undefined),
    );
  }

  blockers(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly BlockersOf[]> {
    return this.#parts.access.read(() =>
      subjects.flatMap((subject) => {
        const by = this.#parts.blocks.of(target, subject);
        return by.length === 0 ? [] : [{ subject, by }];
      }),
    );
  }

  due(target: TargetName, now: Date, limit: number): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() => this.#due.all(target, now.getTime(), limit).map(toDelivery));
  }

  nextAt(target: TargetName): Promise<Date | undefined> {
    return this.#parts.access.read(() => {
      const at = this.#nextAt.get(target) ?? null;
      return at === null ? undefined : new Date(at);
    });
  }

  counts(target: TargetName): Promise<Readonly<Record<DeliveryState, number>>> {
    return this.#parts.access.read(() => {
      const counts = { queued: 0, held: 0, sending: 0, accepted: 0, unclear: 0, parked: 0, done: 0, superseded: 0 };
      for (const { state, count } of this.#counts.all(target)) counts[state] = count;
      return counts;
    });
  }

  list(target: TargetName, states: readonly DeliveryState[], limit: number, before?: DeliveryId): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() =>
      states
        .flatMap((state) => this.#list.all(target, state, before ?? Number.MAX_SAFE_INTEGER, limit))
        .toSorted((a, b) => b.id - a.id)
        .slice(0, limit)
        .map(toDelivery),
    );
  }

  answered(target: TargetName, limit: number, before?: Pick<Delivery, 'id' | 'answeredAt'>): Promise<readonly Delivery[]> {
    const at = before?.answeredAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
    return this.#parts.access.read(() => this.#answered.all({ target, at, id: before?.id ?? 0, limit }).map(toDelivery));
  }

  everParked(target: TargetName, limit: number): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() => this.#everParked.all(target, limit).map(toDelivery));
  }

  page(limit: number, before: DeliveryId = Number.MAX_SAFE_INTEGER): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() => this.#page.all(before, limit).map(toDelivery));
  }

  history(target: TargetName, subject: SubjectRef, limit: number): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() => this.#history.all(target, subject.id, subject.kind, limit).map(toDelivery));
  }

  guardCounts(target: TargetName, removalsSince: Date, changesSince: Date): Promise<GuardCounts> {
    return this.#parts.access.read(() => {
      const row = this.#guard.get({ target, removalsSince: removalsSince.getTime(), changesSince: changesSince.getTime() });
      return {
        removals: { inWindow: row?.removals ?? 0, held: row?.removals_held ?? 0 },
        changes: { inWindow: row?.changes ?? 0, held: row?.changes_held ?? 0 },
        active: row?.active ?? 0,
        removedInWindow: row?.removed ?? 0,
      };
    });
  }

  holds(target: TargetName): Promise<readonly Hold[]> {
    return this.#parts.access.read(() => this.#parts.holds.list(target));
  }

  held(target: TargetName, hold: number | undefined, limit: number, after: DeliveryId = 0): Promise<readonly Delivery[]> {
    return this.#parts.access.read(() => this.#parts.holds.page(target, hold, after, limit));
  }

  file(target: TargetName, publication: string, last: SubjectId | undefined, limit: number): Promise<readonly FileRow[]> {
    return this.#parts.access.read(() => this.#file.page(target, publication, last, limit));
  }
}

const { removals: removalSql, changes: changeSql } = guardedSql;

/** The conditions of partial indexes, word for word: SQLite uses an index only if the query repeats them. */
const openSql = `from deliveries indexed by deliveries_guarded where target = +@target
  and released = 0 and action <> 'create' and state in ('queued', 'held', 'sending', 'accepted', 'unclear')`;
const doneSql = `from deliveries indexed by deliveries_guarded_done where target = +@target
  and released = 0 and action <> 'create' and state = 'done'`;

/** Parked removals without a known result: the record may already be removed. */
const doubtfulSql = `from deliveries indexed by deliveries_doubtful where target = +@target
  and released = 0 and action <> 'create' and state = 'parked' and was_unclear = 1`;

/** Deliveries in progress count at any age, because they will be carried out within the window that begins now. */
const guardSql = `
  select
    (select count(*) ${doneSql} and settled_at >= +@removalsSince and ${removalSql})
    + (select count(*) ${openSql} and state <> 'held' and ${removalSql})
    + (select count(*) ${doubtfulSql} and ${removalSql}) as removals,
    (select count(*) ${openSql} and state = 'held' and ${removalSql}) as removals_held,
    (select count(*) ${doneSql} and settled_at >= +@changesSince and ${changeSql})
    + (select count(*) ${openSql} and state <> 'held' and ${changeSql}) as changes,
    (select count(*) ${openSql} and state = 'held' and ${changeSql}) as changes_held,
    (select count(*) from shadows where target = +@target and active = 1) as active,
    (select count(*) from deliveries indexed by deliveries_removed
      where target = +@target and settled_at >= +@removalsSince and ${removalSql} and took_active = 1) as removed`;
