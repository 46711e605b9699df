// Commits write units that wait at the same time together in one transaction.
import type { Database, Statement } from 'better-sqlite3';
import { StoreError } from '../../domain/errors.ts';
import { isFatal, isSqliteError, toStoreError, type StoreHealth } from './store-health.ts';
import { prepare } from './prepare.ts';

/** In-memory state that depends on units: it discards the changes of failed units, and is stored with each commit. */
export interface TransactionListener {
  /** The unit has failed: discard its changes. */
  unitFailed(): void;
  /** The unit has succeeded and will be part of the commit. */
  unitSucceeded(): void;
  /** Called once per commit, within its transaction. */
  beforeCommit(): void;
  /** The commit is on disk. */
  committed(): void;
  /** The transaction has failed: discard the changes of all its units. */
  transactionFailed(): void;
}

interface Waiting {
  readonly unit: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  value: unknown;
  error: unknown;
  failed: boolean;
}

/** Time limits of the writer. */
export interface WriterTiming {
  /** Max time in milliseconds that one transaction blocks the event loop before it commits. */
  readonly budgetMs: number;
  /** A clock in milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * Group commit (docs/platform-facts.md#shared-commits): units that arrive in one turn of the event loop share a transaction, each in its
 * own savepoint. A unit that throws is rolled back alone; a commit that fails rejects all of them. Promises settle only after the commit.
 * Units run in the order in which they arrive.
 */
export class GroupCommitWriter {
  readonly #health: StoreHealth;
  readonly #listeners: readonly TransactionListener[];
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #savepoint: Statement<[]>;
  readonly #release: Statement<[]>;
  readonly #undo: Statement<[]>;
  readonly #db: Database;
  readonly #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(
    db: Database,
    health: StoreHealth,
    listeners: readonly TransactionListener[],
    { budgetMs, now = () => performance.now() }: WriterTiming,
  ) {
    this.#budgetMs = budgetMs;
    this.#now = now;
    this.#db = db;
    this.#health = health;
    this.#listeners = listeners;
    this.#begin = prepare(db, 'begin immediate');
    this.#commit = prepare(db, 'commit');
    this.#rollback = prepare(db, 'rollback');
    this.#savepoint = prepare(db, 'savepoint unit');
    this.#release = prepare(db, 'release unit');
    this.#undo = prepare(db, 'rollback to unit');
  }

  /**
   * Runs a synchronous unit within the next transaction.
   * @throws {StoreError} if the store cannot be written; otherwise the error of the unit.
   */
  write<T>(unit: () => T): Promise<T> {
    const refusal = this.#closed ? new StoreError('the store is closed') : this.#health.refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject, value: undefined, error: undefined, failed: false });
      this.#schedule();
    });
  }

  /** Rejects further units, and resolves when the waiting ones are settled. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length === 0) return;
    this.#schedule();
    await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const ran: Waiting[] = [];
    try {
      this.#begin.run();
      this.#runUnits(ran);
      for (const listeners of this.#listeners) listeners.beforeCommit();
      this.#commit.run();
      for (const listeners of this.#listeners) listeners.committed();
      this.#health.succeeded();
      ran.forEach(settle);
    } catch (error) {
      // If no transaction could be started, all waiting units fail now.
      const lost = ran.length > 0 ? ran : this.#waiting.splice(0);
      this.#abandon(lost, error);
    }
    if (this.#waiting.length === 0) this.#idle?.();
    else this.#schedule();
  }

  /** Runs the first unit, and further ones while there is time. Adds each to `ran`. */
  #runUnits(ran: Waiting[]): void {
    const until = this.#now() + this.#budgetMs;
    try {
      for (const waiting of this.#waiting) {
        ran.push(waiting);
        this.#runUnit(waiting);
        if (this.#now() > until) break;
      }
    } finally {
      this.#waiting.splice(0, ran.length);
    }
  }

  /** @throws the error of SQLite if the whole transaction is lost, and not only this unit. */
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
    for (const listeners of this.#listeners) {
      if (waiting.failed) listeners.unitFailed();
      else listeners.unitSucceeded();
    }
  }

  #abandon(batch: readonly Waiting[], error: unknown): void {
    const failure = this.#health.failed(error);
    if (this.#db.inTransaction) this.#rollback.run();
    for (const listeners of this.#listeners) listeners.transactionFailed();
    // A unit that threw may have read rows of another unit in the same transaction, which no longer exist. It therefore fails with the same
    // error.
    batch.forEach((waiting) => waiting.reject(failure));
  }
}

function settle(waiting: Waiting): void {
  if (waiting.failed) waiting.reject(waiting.error);
  else waiting.resolve(waiting.value as never);
}
