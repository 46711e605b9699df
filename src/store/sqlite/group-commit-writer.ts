// Commits waiting write units together in one transaction.
import type { Database, Statement } from 'better-sqlite3';
import { StoreError } from '../../domain/errors.ts';
import { isFatal, isSqliteError, toStoreError, type StoreHealth } from './store-health.ts';
import { prepare } from './prepare.ts';

/** State beside the tables that follows units: it forgets what a failed unit did, and is written with each commit. */
export interface TransactionListener {
  /** The unit failed: forget what it did. */
  unitFailed(): void;
  /** The unit is part of the commit. */
  unitSucceeded(): void;
  /** Once per commit, within its transaction. */
  beforeCommit(): void;
  /** It is on disk. */
  committed(): void;
  /** The transaction failed: forget all its units. */
  transactionFailed(): void;
}

/** The priority of a unit: high for a Source that waits for an answer, low for the engine. */
export type WritePriority = 'source' | 'engine';

interface Waiting {
  readonly unit: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  value: unknown;
  error: unknown;
  failed: boolean;
}

/** The share of a transaction's time after which no unit of the engine begins any more. */
const engineShare = 1 / 3;
/**
 * How many times as long as its commit took the engine then waits with the next one of its own. A commit keeps the event loop for as long
 * as the disk takes, 0.3 to 5 ms and more, so that the engine may take a quarter of the time and shares commits where they are dear.
 */
const restFactor = 3;
/** Longest that the engine waits so, in milliseconds, unless the writer is told otherwise. */
const defaultMaxRestMs = 50;

/** How the writer divides the time. */
export interface WriterTiming {
  /** How long one transaction may keep the event loop before it commits what it has, in milliseconds. */
  readonly budgetMs: number;
  /** A clock in milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Max time that the engine waits between its own commits; 0: no wait. */
  readonly maxRestMs?: number | undefined;
}

/**
 * Group commit (docs/platform-facts.md#shared-commits): units that arrive in one turn of the event loop share a transaction, each in a
 * savepoint of its own. A unit that throws rolls back alone; a commit that fails rejects all of them. Promises settle only after the commit. Units of a Source go first; those of the engine fill up what time is left, or go at the latest in every second transaction. Each priority keeps its order.
 */
export class GroupCommitWriter {
  readonly #health: StoreHealth;
  readonly #listeners: readonly TransactionListener[];
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #maxRestMs: number;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #savepoint: Statement<[]>;
  readonly #release: Statement<[]>;
  readonly #undo: Statement<[]>;
  readonly #db: Database;
  readonly #waiting: Readonly<Record<WritePriority, Waiting[]>> = { source: [], engine: [] };
  /** The last transaction left no time for the engine: this one owes it a unit. */
  #owesEngine = false;
  /** When the engine's next commit of its own may begin. */
  #engineFrom = 0;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(
    db: Database,
    health: StoreHealth,
    listeners: readonly TransactionListener[],
    { budgetMs, now = () => performance.now(), maxRestMs = defaultMaxRestMs }: WriterTiming,
  ) {
    this.#budgetMs = budgetMs;
    this.#now = now;
    this.#maxRestMs = maxRestMs;
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
   * @throws {StoreError} when nothing can be written, else whatever the unit throws.
   */
  write<T>(unit: () => T, priority: WritePriority = 'source'): Promise<T> {
    const refusal = this.#closed ? new StoreError('the store is closed') : this.#health.refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) => {
      this.#waiting[priority].push({ unit, resolve, reject, value: undefined, error: undefined, failed: false });
      this.#schedule();
    });
  }

  /** Refuses further units and resolves when the waiting ones are settled. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#isIdle) return;
    this.#schedule();
    await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  get #isIdle(): boolean {
    return this.#waiting.source.length === 0 && this.#waiting.engine.length === 0;
  }

  /** A Source's units are written in this turn of the event loop; the engine's alone when it has rested. */
  #schedule(): void {
    if (this.#immediate !== undefined) return;
    const restMs = this.#engineFrom - this.#now();
    if (this.#waiting.source.length > 0 || this.#closed || restMs <= 0) this.#immediate = setImmediate(() => this.#flush());
    else this.#timer ??= setTimeout(() => this.#flush(), restMs);
  }

  #flush(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#immediate = undefined;
    this.#timer = undefined;
    const ran: Waiting[] = [];
    try {
      this.#begin.run();
      this.#runUnits(ran);
      const committing = this.#now();
      for (const listeners of this.#listeners) listeners.beforeCommit();
      this.#commit.run();
      this.#rest(this.#now() - committing);
      for (const listeners of this.#listeners) listeners.committed();
      this.#health.succeeded();
      ran.forEach(settle);
    } catch (error) {
      // No transaction could be begun: callers that wait for one need not wait.
      const lost = ran.length > 0 ? ran : [...this.#waiting.source.splice(0), ...this.#waiting.engine.splice(0)];
      this.#abandon(lost, error);
    }
    if (this.#isIdle) this.#idle?.();
    else this.#schedule();
  }

  /** Has the engine wait with its next commit, by how long this one took. */
  #rest(commitMs: number): void {
    this.#engineFrom = this.#now() + Math.min(this.#maxRestMs, commitMs * restFactor);
  }

  /** Runs units until the time is up, and notes in `ran` which. */
  #runUnits(ran: Waiting[]): void {
    const { source, engine } = this.#waiting;
    const begun = this.#now();
    const hasTime = (share: number) => this.#now() - begun <= this.#budgetMs * share;
    this.#runQueue(source, ran, () => hasTime(1));
    const owed = this.#owesEngine || ran.length === 0;
    this.#owesEngine = engine.length > 0 && !owed && !hasTime(engineShare);
    if (owed || !this.#owesEngine) this.#runQueue(engine, ran, () => hasTime(engineShare));
  }

  /** Runs the first unit of a priority, and further ones for as long as there is time. */
  #runQueue(priority: Waiting[], ran: Waiting[], hasTime: () => boolean): void {
    const before = ran.length;
    try {
      for (const waiting of priority) {
        ran.push(waiting);
        this.#runUnit(waiting);
        if (!hasTime()) break;
      }
    } finally {
      priority.splice(0, ran.length - before);
    }
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
    for (const listeners of this.#listeners) {
      if (waiting.failed) listeners.unitFailed();
      else listeners.unitSucceeded();
    }
  }

  #abandon(batch: readonly Waiting[], error: unknown): void {
    const failure = this.#health.failed(error);
    if (this.#db.inTransaction) this.#rollback.run();
    for (const listeners of this.#listeners) listeners.transactionFailed();
    // A unit that threw may have judged rows of a neighbour that now never were: it fails with the rest.
    batch.forEach((waiting) => waiting.reject(failure));
  }
}

function settle(waiting: Waiting): void {
  if (waiting.failed) waiting.reject(waiting.error);
  else waiting.resolve(waiting.value as never);
}
