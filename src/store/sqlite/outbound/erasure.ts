// Deletes or renames all rows of a Target.
import type { Database, Statement } from 'better-sqlite3';
import type { TargetName } from '../../../domain/ids.ts';
import { prepare } from '../prepare.ts';
import type { UnitSize } from '../unit-size.ts';
import type { OutboundRows } from './outbound-rows.ts';

/** Values that the statements of a batch may use. */
interface PortionValues {
  readonly target: TargetName;
  readonly limit: number;
  readonly now: number;
  readonly answer: string;
}

/** Max number of rows that one statement changes. */
const atOnce = 100;

/** Every table whose rows contain the name of a Target, except `targets`. Entries of a Run are deleted with their Run. */
export const targetTables = [
  'shadows',
  'deliveries',
  'holds',
  'match_keys',
  'blocks',
  'rechecks',
  'decisions',
  'no_rows',
  'runs',
  'journal',
] as const;

/**
 * Deletes or renames all rows of one Target. There are as many rows as people, so rows are deleted in batches, each a unit; after a crash,
 * a new call continues. Renaming is one unit, because half of it would be two Targets.
 */
export class Erasure {
  readonly #rows: OutboundRows;
  readonly #unitSize: UnitSize;
  readonly #forget: readonly Statement<PortionValues>[];
  readonly #erase: readonly Statement<PortionValues>[];
  readonly #rename: readonly Statement<{ readonly from: TargetName; readonly to: TargetName }>[];

  constructor(db: Database, rows: OutboundRows, unitSize: UnitSize) {
    this.#rows = rows;
    this.#unitSize = unitSize;
    const { shadows, match_keys: keys, blocks, rechecks, no_rows: noRows } = deleteSql;
    this.#forget = [setAsideSql, shadows, keys, blocks, rechecks, noRows, deleteRejectionsSql].map((sql) => prepare(db, sql));
    this.#erase = [deleteEntriesSql, ...targetTables.map((table) => deleteSql[table])].map((sql) => prepare(db, sql));
    this.#rename = targetTables.map((table) => prepare(db, `update ${table} set target = +@to where target = +@from`));
  }

  /** Deletes a batch of the state of the people at a Target. @returns true if there may be more. */
  forget(target: TargetName, answer: string, now: Date): boolean {
    const { plans, targets } = this.#rows;
    plans.discard(target);
    for (let run = plans.oldest(target); run !== undefined; run = plans.oldest(target)) plans.discardReleased(run.id);
    targets.restart(target);
    const more = this.#portion(this.#forget, { target, limit: atOnce, now: now.getTime(), answer });
    this.#rows.holds.closeEmpty(target, now);
    return more;
  }

  /** Deletes a batch of all rows of a Target, and with the last batch the Target itself. @returns true if there are more. */
  erase(target: TargetName): boolean {
    if (this.#portion(this.#erase, { target, limit: atOnce, now: 0, answer: '' })) return true;
    this.#rows.targets.remove(target);
    return false;
  }

  /** Renames the Target in all rows except its own. */
  rename(from: TargetName, to: TargetName): void {
    this.#rows.plans.discard(from);
    for (const statement of this.#rename) statement.run({ from, to });
  }

  #portion(statements: readonly Statement<PortionValues>[], values: PortionValues): boolean {
    const hasRoom = this.#unitSize.begin();
    for (const statement of statements) {
      while (statement.run(values).changes > 0) if (!hasRoom()) return true;
    }
    return false;
  }
}

const setAsideSql = `
  update deliveries set state = 'superseded', settled_at = +@now, publication = null, answer = +@answer
  where id in (select id from deliveries where target = +@target
    and state in ('queued', 'held', 'sending', 'accepted', 'unclear', 'parked') limit +@limit)`;

/** Deletes rejections, because they concern the deleted records. Exclusions stay. */
const deleteRejectionsSql = `
  delete from decisions where (target, subject_id, subject_kind) in (select target, subject_id, subject_kind from decisions
    where target = +@target and kind in ('removalRejected', 'changeRejected') limit +@limit)`;

const deleteEntriesSql = `
  delete from plan_entries where (run, n) in (select plan_entries.run, plan_entries.n from runs
    join plan_entries on plan_entries.run = runs.id where runs.target = +@target limit +@limit)`;

function deletePortion(table: string, key: string): string {
  return `delete from ${table} where (${key}) in (select ${key} from ${table} where target = +@target limit +@limit)`;
}

const deleteSql: Readonly<Record<(typeof targetTables)[number], string>> = {
  shadows: deletePortion('shadows', 'target, subject_id, subject_kind'),
  deliveries: deletePortion('deliveries', 'id'),
  holds: deletePortion('holds', 'target, number'),
  match_keys: deletePortion('match_keys', 'target, position, value, by, subject_id, subject_kind'),
  blocks: deletePortion('blocks', 'target, blocker_id, blocker_kind, subject_id, subject_kind'),
  rechecks: deletePortion('rechecks', 'target, subject_id, subject_kind, cause'),
  decisions: deletePortion('decisions', 'target, subject_id, subject_kind'),
  no_rows: deletePortion('no_rows', 'target, subject_id, subject_kind'),
  runs: deletePortion('runs', 'id'),
  journal: deletePortion('journal', 'id'),
};
