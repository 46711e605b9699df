import type { Database, Statement } from 'better-sqlite3';
import { StoreError } from '../../domain/errors.ts';
import { isFatal, isSqliteError, toStoreError } from './health.ts';
import type { Health } from './health.ts';
import { prepare } from './prepare.ts';

/** State beside the tables that follows units: it forgets what a failed unit did, and is written with each commit. */
export interface Companion {
  /** The unit failed: forget what it did. */
  undo(): void;
  /** The unit is part of the commit. */
  keep(): void;
  /** Once per commit, within its transaction. */
  beforeCommit(): void;
  /** It is on disk. */
  committed(): void;
  /** The transaction failed: forget all its units. */
  abandon(): void;
}

interface Waiting {
  readonly unit: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  value: unknown;
  error: unknown;
  failed: boolean;
}

/**
 * Group commit: units that arrive in one turn of the event loop share a transaction, each in a savepoint of its own. A unit that throws
 * rolls back alone; a commit that fails rejects all of them. Promises settle only after the commit.
 */
export class Writer {
  readonly #health: Health;
  readonly #companions: readonly Companion[];
  readonly #budgetMs: number;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #savepoint: Statement<[]>;
  readonly #release: Statement<[]>;
  readonly #undo: Statement<[]>;
  readonly #db: Database;
  #queue: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void) | undefined;

  /** `budgetMs`: how long one transaction may keep the event loop before it commits what it has. */
  constructor(db: Database, health: Health, companions: readonly Companion[], budgetMs: number) {
    this.#budgetMs = budgetMs;
    this.#db = db;
    this.#health = health;
    this.#companions = companions;
    this.#begin = prepare(db, 'begin immediate');
    this.#commit = prepare(db, 'commit');
    this.#rollback = prepare(db, 'rollback');
    this.#savepoint = prepare(db, 'savepoint unit');
    this.#release = prepare(db, 'release unit');
    this.#undo = prepare(db, 'rollback to unit');
  }

  /**
   * Runs a synchronous unit within the next transaction.
   * @throws {StoreError} when nothing can be written, else whatever the unit throws.
   */
  write<T>(unit: () => T): Promise<T> {
    const refusal = this.#closed ? new StoreError('the store is closed') : this.#health.refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ unit, resolve, reject, value: undefined, error: undefined, failed: false });
      this.#schedule();
    });
  }

  /** Refuses further units and resolves when the waiting ones are settled. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#queue.length === 0) return;
    await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const batch = this.#queue;
    this.#queue = [];
    try {
      this.#begin.run();
      this.#queue = batch.splice(this.#runUnits(batch));
      for (const companion of this.#companions) companion.beforeCommit();
      this.#commit.run();
      for (const companion of this.#companions) companion.committed();
      this.#health.succeeded();
      batch.forEach(settle);
    } catch (error) {
      this.#abandon(batch, error);
    }
    if (this.#queue.length > 0) this.#schedule();
    else this.#idle?.();
  }

  /** Runs units until the time is up. @returns how many. */
  #runUnits(batch: readonly Waiting[]): number {
    const until = performance.now() + this.#budgetMs;
    let done = 0;
    for (const waiting of batch) {
      this.#runUnit(waiting);
      done += 1;
      if (performance.now() > until) break;
    }
    return done;
  }

  /** @throws what SQLite says when the whole transaction is lost, not just this unit. */
  #runUnit(waiting: Waiting): void {
    this.#savepoint.run();
    try {
      waiting.value = waiting.unit();
    } catch (error) {
      if (isFatal(error) || !this.#db.inTransaction) throw error;
      this.#undo.run();
      waiting.failed = true;
      waiting.error = isSqliteError(error) ? toStoreError(error) : error;
    }
    this.#release.run();
    for (const companion of this.#companions) {
      if (waiting.failed) companion.undo();
      else companion.keep();
    }
  }

  #abandon(batch: readonly Waiting[], error: unknown): void {
    const failure = this.#health.failed(error);
    if (this.#db.inTransaction) this.#rollback.run();
    for (const companion of this.#companions) companion.abandon();
    // A unit that threw by itself may have judged rows of a neighbour that now never were: it fails with the rest.
    batch.forEach((waiting) => waiting.reject(failure));
  }
}

function settle(waiting: Waiting): void {
  if (waiting.failed) waiting.reject(waiting.error);
  else waiting.resolve(waiting.value as never);
}
