import type { Database, Statement } from 'better-sqlite3';
import type { Delivery, Hold } from '../../../domain/delivery.ts';
import type { TargetName } from '../../../domain/ids.ts';
import { toDelivery } from './delivery-rows.ts';
import type { DeliveryRow } from './delivery-rows.ts';
import { guardedSql } from './guard-sql.ts';
import { prepare } from '../prepare.ts';

/** What a hold is about. */
export type Held = Hold['what'];

interface HoldRow {
  readonly target: string;
  readonly number: number;
  readonly at: number;
  readonly what: Held;
  readonly why: string;
  readonly count: number;
  readonly open: number;
}

/** Statements over `holds` and what they hold. Numbers count from 1 per Target and are not used again. */
export class HoldRows {
  readonly #next: Statement<[string], number>;
  readonly #begin: Statement<[string, number, number, string, string]>;
  readonly #add: Statement<[number, string, number]>;
  readonly #list: Statement<[string], HoldRow>;
  readonly #accept: Statement<{ target: string; hold: number | null; now: number }>;
  readonly #held: Statement<{ target: string; hold: number | null }, DeliveryRow>;
  readonly #hold: Readonly<Record<Held, Statement<[number, string]>>>;

  constructor(db: Database) {
    this.#next = prepare<[string], number>(db, 'select coalesce(max(number), 0) + 1 from holds where target = ?').pluck();
    this.#begin = prepare(db, 'insert into holds (target, number, at, what, why, count) values (?, ?, ?, ?, ?, 0)');
    this.#add = prepare(db, 'update holds set count = count + ? where target = ? and number = ?');
    this.#list = prepare(
      db,
      `
      select holds.*, (select count(*) from deliveries
        where deliveries.target = holds.target and deliveries.hold = holds.number and deliveries.state = 'held') as open
      from holds where target = ? order by number`,
    );
    this.#accept = prepare(
      db,
      `
      update deliveries set state = 'queued', released = 1, not_before = @now
      where target = @target and state = 'held' and (@hold is null or hold = @hold)`,
    );
    this.#held = prepare(
      db,
      "select * from deliveries where target = @target and state = 'held' and (@hold is null or hold = @hold) order by id",
    );
    const holdSql = (which: string) => `
      update deliveries set state = 'held', hold = ?
      where target = ? and state = 'queued' and released = 0 and attempts = 0 and alone = 0 and suspect = 0 and ${which}`;
    this.#hold = {
      removals: prepare(db, holdSql(guardedSql.removals)),
      changes: prepare(db, holdSql(guardedSql.changes)),
    };
  }

  /** Opens a hold. @returns its number. */
  begin(target: TargetName, what: Held, why: string, at: Date): number {
    const number = this.#next.get(target) ?? 1;
    this.#begin.run(target, number, at.getTime(), what, why);
    return number;
  }

  /** Counts further Actions that a hold holds. */
  add(target: TargetName, number: number, count: number): void {
    this.#add.run(count, target, number);
  }

  /** Holds in their order, dissolved ones too. */
  list(target: TargetName): readonly Hold[] {
    return this.#list.all(target).map((row) => ({ ...row, at: new Date(row.at) }));
  }

  /** Queues what is still held, of one hold or all, as accepted by a person. @returns how many. */
  accept(target: TargetName, hold: number | undefined, now: Date): number {
    return this.#accept.run({ target, hold: hold ?? null, now: now.getTime() }).changes;
  }

  /** What is still held, of one hold or all. */
  held(target: TargetName, hold: number | undefined): readonly Delivery[] {
    return this.#held.all({ target, hold: hold ?? null }).map(toDelivery);
  }

  /** Holds what is queued and was never tried. @returns how many; without any there is no hold. */
  holdQueued(target: TargetName, what: Held, why: string, at: Date): number {
    const number = this.#next.get(target) ?? 1;
    const { changes } = this.#hold[what].run(number, target);
    if (changes === 0) return 0;
    this.#begin.run(target, number, at.getTime(), what, why);
    this.#add.run(changes, target, number);
    return changes;
  }
}
