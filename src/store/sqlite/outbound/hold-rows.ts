// Table rows of holds and of the Deliveries in them.
import type { Database, Statement } from 'better-sqlite3';
import type { Delivery, Hold } from '../../../domain/delivery.ts';
import { describeGuarded } from '../../../domain/guard-counts.ts';
import type { DeliveryId, TargetName } from '../../../domain/ids.ts';
import { dateAt } from '../column-values.ts';
import { toDelivery, type DeliveryRow, type HoldPlace } from './delivery-rows.ts';
import { guardedSql } from './guard-sql.ts';
import { prepare } from '../prepare.ts';

/** What a hold contains: removals or changes. */
export type Held = Hold['what'];

interface HoldRow {
  readonly target: string;
  readonly number: number;
  readonly at: number;
  readonly what: Held;
  /** The limit that was exceeded, as a clause without numbers that will change. */
  readonly why: string;
  readonly count: number;
  readonly open: number;
  readonly revision: number;
  readonly closed_at: number | null;
}

/** The parameters that select held Deliveries. */
interface HeldValues {
  readonly target: TargetName;
  readonly hold: number | null;
  readonly revision: number | null;
}

/** Used in place of a limit if a Run was to join Deliveries in a hold, but they have all left since it was planned. */
const withOthers = 'other actions were on hold at that time';

/** The condition of a partial index, word for word: SQLite uses the index only if the query repeats it. */
const heldSql = "deliveries indexed by deliveries_held where deliveries.target = +@target and state = 'held'";
const chosenSql = `${heldSql} and (+@hold is null or hold = +@hold) and (+@revision is null or hold_revision <= +@revision)`;

/**
 * Statements over `holds` and held Deliveries. Numbers count from 1 per Target and are not reused; at most one hold of each kind is open.
 */
export class HoldRows {
  readonly #next: Statement<[string], number>;
  readonly #begin: Statement<[string, number, number, string, string]>;
  readonly #open: Statement<[string, string], number>;
  readonly #join: Statement<{ target: string; number: number; count: number; limit: string }, number>;
  readonly #close: Statement<{ target: string; now: number }>;
  readonly #list: Statement<{ target: string }, HoldRow>;
  readonly #accept: Statement<HeldValues & { now: number }>;
  readonly #acceptOne: Statement<[number, number]>;
  readonly #chosen: Statement<HeldValues & { limit: number }, DeliveryRow>;
  readonly #page: Statement<HeldValues & { after: number; limit: number }, DeliveryRow>;
  readonly #count: Statement<HeldValues, number>;
  readonly #prune: Statement<[number, number]>;
  readonly #waiting: Readonly<Record<Held, Statement<[string], number>>>;
  readonly #hold: Readonly<Record<Held, Statement<[number, number, string]>>>;

  constructor(db: Database) {
    this.#next = prepare<[string], number>(db, 'select coalesce(max(number), 0) + 1 from holds where target = +?').pluck();
    this.#begin = prepare(db, 'insert into holds (target, number, at, what, why, count, revision) values (?, ?, ?, ?, ?, 0, 0)');
    this.#open = prepare<[string, string], number>(
      db,
      'select number from holds indexed by holds_open where target = +? and what = +? and closed_at is null',
    ).pluck();
    this.#join = prepare<{ target: string; number: number; count: number; limit: string }, number>(
      db,
      `
      update holds set count = count + +@count, revision = revision + 1, why = case when +@limit = '' then why else +@limit end
      where target = +@target and number = +@number returning revision`,
    ).pluck();
    this.#close = prepare(
      db,
      `
      update holds indexed by holds_open set closed_at = +@now
      where target = +@target and closed_at is null and not exists (select 1 from ${heldSql} and hold = number)`,
    );
    this.#list = prepare(
      db,
      `select holds.*, (select count(*) from ${heldSql} and hold = number) as open from holds where target = +@target order by number`,
    );
    const released = "update deliveries set state = 'queued', released = 1, not_before =";
    this.#accept = prepare(db, `${released} +@now where id in (select id from ${chosenSql})`);
    this.#acceptOne = prepare(db, `${released} +? where id = +? and state = 'held'`);
    this.#chosen = prepare(db, `select * from ${chosenSql} order by id limit +@limit`);
    this.#page = prepare(db, `select * from ${chosenSql} and id > +@after order by id limit +@limit`);
    this.#count = prepare<HeldValues, number>(db, `select count(*) from ${chosenSql}`).pluck();
    // Keeps the newest hold of each Target, so that its number is not reused.
    this.#prune = prepare(
      db,
      `
      delete from holds where (target, number) in (select target, number from holds where closed_at < +?
        and number < (select max(number) from holds as others where others.target = holds.target) limit +?)`,
    );
    const untried = "target = +? and state = 'queued' and released = 0 and attempts = 0 and solo_failures = 0 and was_unclear = 0";
    const waitingSql = (which: string) => `select count(*) from deliveries where ${untried} and ${which}`;
    const holdSql = (which: string) => `update deliveries set state = 'held', hold = +?, hold_revision = +? where ${untried} and ${which}`;
    const { removals, changes } = guardedSql;
    this.#waiting = {
      removals: prepare<[string], number>(db, waitingSql(removals)).pluck(),
      changes: prepare<[string], number>(db, waitingSql(changes)).pluck(),
    };
    this.#hold = { removals: prepare(db, holdSql(removals)), changes: prepare(db, holdSql(changes)) };
  }

  /**
   * Adds Actions to the open hold of their kind, or to a new one. `limit` replaces the limit stored with the hold, unless it is empty.
   * @returns the place of these Actions in the hold.
   */
  join(target: TargetName, what: Held, limit: string, count: number, at: Date): HoldPlace {
    const number = this.#open.get(target, what) ?? this.#beginNext(target, what, limit, at);
    const revision = this.#join.get({ target, number, count, limit });
    return { hold: number, revision: revision ?? 0 };
  }

  /** Closes empty holds. Must be called in each unit that releases or supersedes a held Delivery. */
  closeEmpty(target: TargetName, now: Date): void {
    this.#close.run({ target, now: now.getTime() });
  }

  /** Deletes holds that were closed before this time, except the newest of each Target. @returns the number of holds. */
  prune(before: Date, limit: number): number {
    return this.#prune.run(before.getTime(), limit).changes;
  }

  /** All holds sorted by number, including closed ones. */
  list(target: TargetName): readonly Hold[] {
    return this.#list.all({ target }).map(toHold);
  }

  /** Queues the Deliveries that are still held, in one hold or in all, as accepted by an operator. @returns the number of Deliveries. */
  accept(target: TargetName, hold: number | undefined, revision: number | undefined, now: Date): number {
    return this.#accept.run({ ...toValues(target, hold, revision), now: now.getTime() }).changes;
  }

  /** Queues one held Delivery, as accepted by an operator. */
  acceptOne(id: DeliveryId, now: Date): void {
    this.#acceptOne.run(now.getTime(), id);
  }

  /** The oldest Deliveries that are still held and joined up to a revision, in one hold or in all. */
  chosen(target: TargetName, hold: number | undefined, revision: number | undefined, limit: number): readonly Delivery[] {
    return this.#chosen.all({ ...toValues(target, hold, revision), limit }).map(toDelivery);
  }

  /** Deliveries that are still held, oldest first, after the given one. */
  page(target: TargetName, hold: number | undefined, after: DeliveryId, limit: number): readonly Delivery[] {
    return this.#page.all({ ...toValues(target, hold, undefined), after, limit }).map(toDelivery);
  }

  /** Number of Deliveries that are still held, in one hold or in all. */
  count(target: TargetName, hold: number | undefined): number {
    return this.#count.get(toValues(target, hold, undefined)) ?? 0;
  }

  /** Holds queued Deliveries that were never sent. @returns the number of Deliveries. If it is 0, no hold is opened. */
  holdQueued(target: TargetName, what: Held, limit: string, at: Date): number {
    const count = this.#waiting[what].get(target) ?? 0;
    if (count === 0) return 0;
    const { hold, revision } = this.join(target, what, limit, count, at);
    return this.#hold[what].run(hold, revision, target).changes;
  }

  #beginNext(target: TargetName, what: Held, limit: string, at: Date): number {
    const number = this.#next.get(target) ?? 1;
    this.#begin.run(target, number, at.getTime(), what, limit === '' ? withOthers : limit);
    return number;
  }
}

function toValues(target: TargetName, hold: number | undefined, revision: number | undefined): HeldValues {
  return { target, hold: hold ?? null, revision: revision ?? null };
}

function toHold({ target, number, at, what, why, count, open, revision, closed_at: closedAt }: HoldRow): Hold {
  return {
    target,
    number,
    at: new Date(at),
    what,
    why: describeGuarded(what, open, why),
    count,
    open,
    revision,
    ...dateAt('closedAt', closedAt),
  };
}
