// Table rows of Runs and their staged Plan entries.
import type { Database, Statement } from 'better-sqlite3';
import type { Planned, RemovalReason } from '../../../domain/delivery.ts';
import type { RunId, TargetName } from '../../../domain/ids.ts';
import type { Leaving } from '../../../domain/shadow.ts';
import type { PlanEntry, RunKind, RunRelease } from '../../engine-store.ts';
import { valueAt } from '../column-values.ts';
import { prepare } from '../prepare.ts';
import type { Held } from './hold-rows.ts';

interface RunRow {
  readonly id: number;
  readonly target: string;
  readonly state: string;
  readonly at: number;
  readonly rechecks_up_to: number;
  readonly released: number;
  readonly hold_removals: string | null;
  readonly hold_changes: string | null;
}

/** A released Run whose entries are being moved into the outbox. */
export interface ReleasedRun {
  readonly id: RunId;
  readonly target: TargetName;
  /** Its entries delete Rechecks that are numbered up to `rechecksUpTo` and were due at `at`. */
  readonly at: Date;
  readonly rechecksUpTo: number;
  readonly released: boolean;
  /** The limits for which the Guard holds its removals or changes. Missing if it does not; empty if they only join a hold. */
  readonly holds: Readonly<Partial<Record<Held, string>>>;
}

/** An entry with its position in the Run. */
export interface NumberedEntry {
  readonly n: number;
  readonly entry: PlanEntry;
}

/**
 * The condition of a partial index, word for word: SQLite uses the index only if the query repeats it. It excludes completed Runs, of which
 * there are many.
 */
const waiting = "runs indexed by runs_waiting where target = +? and state in ('staging', 'released', 'discarded')";

/** Statements over `runs` and `plan_entries`. */
export class PlanRows {
  readonly #begin: Statement<[string, string, number, number]>;
  readonly #target: Statement<[number, string], string>;
  readonly #lastN: Statement<[number], number>;
  readonly #insert: Statement<[number, number, string, string, string]>;
  readonly #release: Statement<[number, string | null, string | null, number]>;
  readonly #oldest: Statement<[string], RunRow>;
  readonly #entries: Statement<[number, number], { readonly n: number; readonly entry: string }>;
  readonly #removeEntry: Statement<[number, number]>;
  readonly #end: Statement<[number]>;
  readonly #discard: Statement<[string]>;
  readonly #discardReleased: Statement<[number]>;
  readonly #waste: Statement<[string], number>;
  readonly #forget: Statement<[string]>;
  readonly #removeDiscarded: Statement<[string, number]>;
  readonly #prune: Statement<[number, number]>;

  constructor(db: Database) {
    this.#begin = prepare(db, "insert into runs (target, kind, state, at, rechecks_up_to) values (?, ?, 'staging', ?, ?)");
    this.#target = prepare<[number, string], string>(db, 'select target from runs where id = +? and state = +?').pluck();
    this.#lastN = prepare<[number], number>(db, 'select coalesce(max(n), 0) from plan_entries where run = +?').pluck();
    this.#insert = prepare(db, 'insert into plan_entries (run, n, subject_kind, subject_id, entry) values (?, ?, ?, ?, ?)');
    this.#release = prepare(db, "update runs set state = 'released', released = +?, hold_removals = +?, hold_changes = +? where id = +?");
    this.#oldest = prepare(db, `select * from ${waiting} and state = 'released' order by id limit 1`);
    this.#entries = prepare(db, 'select n, entry from plan_entries where run = +? order by n limit +?');
    this.#removeEntry = prepare(db, 'delete from plan_entries where run = +? and n = +?');
    this.#end = prepare(db, "update runs set state = 'absorbed' where id = +?");
    this.#discard = prepare(db, `update runs set state = 'discarded' where id in (select id from ${waiting} and state = 'staging')`);
    this.#waste = prepare<[string], number>(db, `select 1 from ${waiting} and state in ('staging', 'discarded') limit 1`).pluck();
    this.#forget = prepare(db, `delete from runs where id in (select id from ${waiting} and state = 'discarded')`);
    this.#discardReleased = prepare(db, "update runs set state = 'discarded' where id = +?");
    // Runs are in the order of their time. Without an index on it, the oldest ones show whether there is anything to delete.
    this.#prune = prepare(
      db,
      "delete from runs where at < +? and id in (select id from runs where id > 0 and state = 'absorbed' order by id limit +?)",
    );
    this.#removeDiscarded = prepare(
      db,
      `
      delete from plan_entries where (run, n) in (select run, n from plan_entries
        where run in (select id from ${waiting} and state = 'discarded') limit +?)`,
    );
  }

  begin(run: { target: TargetName; kind: RunKind; at: Date; rechecksUpTo: number }): RunId {
    return Number(this.#begin.run(run.target, run.kind, run.at.getTime(), run.rechecksUpTo).lastInsertRowid);
  }

  /** The Target of a Run that is being staged. @throws {Error} if there is none (a bug, or the Run was discarded). */
  targetOf(run: RunId): TargetName {
    const target = this.#target.get(run, 'staging');
    if (target === undefined) throw new Error(`Internal error: run ${run} is not being staged`);
    return target;
  }

  stage(run: RunId, entries: readonly PlanEntry[]): void {
    let n = this.#lastN.get(run) ?? 0;
    for (const entry of entries) {
      n += 1;
      this.#insert.run(run, n, entry.subject.kind, entry.subject.id, JSON.stringify(entry));
    }
  }

  release(run: RunId, { released, holdRemovals, holdChanges }: RunRelease): void {
    this.#release.run(Number(released), holdRemovals ?? null, holdChanges ?? null, run);
  }

  /** The oldest Run with entries that are not in the outbox yet. */
  oldest(target: TargetName): ReleasedRun | undefined {
    const row = this.#oldest.get(target);
    return row === undefined ? undefined : toReleasedRun(row);
  }

  entries(run: RunId, limit: number): readonly NumberedEntry[] {
    return this.#entries.all(run, limit).map(({ n, entry }) => ({ n, entry: parseEntry(entry) }));
  }

  removeEntry(run: RunId, n: number): void {
    this.#removeEntry.run(run, n);
  }

  end(run: RunId): void {
    this.#end.run(run);
  }

  /** Discards all Runs of the Target that are being staged. */
  discard(target: TargetName): void {
    this.#discard.run(target);
  }

  /** Discards the entries of a released Run that are not in the outbox yet. */
  discardReleased(run: RunId): void {
    this.#discardReleased.run(run);
  }

  /** True if there are Runs to discard, or entries of discarded Runs to delete. */
  hasWaste(target: TargetName): boolean {
    return this.#waste.get(target) !== undefined;
  }

  /** Deletes the oldest absorbed Runs that started before this time. @returns the number of Runs. */
  prune(before: Date, limit: number): number {
    return this.#prune.run(before.getTime(), limit).changes;
  }

  /** Deletes entries of discarded Runs, and finally the Runs. @returns true if there may be more. */
  removeDiscarded(target: TargetName, limit: number): boolean {
    if (this.#removeDiscarded.run(target, limit).changes === limit) return true;
    this.#forget.run(target);
    return false;
  }
}

function toReleasedRun(row: RunRow): ReleasedRun {
  return {
    id: row.id,
    target: row.target,
    at: new Date(row.at),
    rechecksUpTo: row.rechecks_up_to,
    released: row.released === 1,
    holds: { ...valueAt('removals', row.hold_removals), ...valueAt('changes', row.hold_changes) },
  };
}

/** An entry as stored by `JSON.stringify`: dates are strings. */
type Stored<T> = { [K in keyof T]: T[K] extends Date | undefined ? string : T[K] };
type StoredEntry = Omit<Stored<PlanEntry>, 'want' | 'leaving'> & {
  readonly want?: Omit<Planned, 'removal'> & { readonly removal?: Stored<RemovalReason> };
  readonly leaving?: Stored<Leaving> | null;
};

function parseEntry(text: string): PlanEntry {
  const { want, leaving, notBefore, wakeAt, ...rest } = JSON.parse(text) as StoredEntry;
  return {
    ...rest,
    ...(want !== undefined && { want: parseWant(want) }),
    ...(leaving !== undefined && { leaving: leaving === null ? null : { ...leaving, since: new Date(leaving.since) } }),
    ...(notBefore !== undefined && { notBefore: new Date(notBefore) }),
    ...(wakeAt !== undefined && { wakeAt: new Date(wakeAt) }),
  };
}

function parseWant({ removal, ...want }: NonNullable<StoredEntry['want']>): Planned {
  return { ...want, ...(removal !== undefined && { removal: { ...removal, since: new Date(removal.since) } }) };
}
