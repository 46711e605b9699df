// Read access, and writes in group commits, for the SQLite store.
import { StoreError } from '../../domain/errors.ts';
import { isSqliteError, toStoreError, type StoreHealth } from './store-health.ts';
import type { GroupCommitWriter } from './group-commit-writer.ts';

/** Read access to a database. */
export class ReadAccess {
  readonly #health: StoreHealth;

  constructor(health: StoreHealth) {
    this.#health = health;
  }

  /** Runs a synchronous query over committed data. @throws {StoreError} if the file cannot be read. */
  async read<T>(query: () => T): Promise<T> {
    this.#health.assertReadable();
    try {
      return this.run(query);
    } catch (error) {
      throw isSqliteError(error) ? toStoreError(error) : error;
    }
  }

  /** Runs a query that may consist of several statements. */
  protected run<T>(query: () => T): T {
    return query();
  }
}

/** Database access: immediate reads, and writes in the next group commit. */
export class DatabaseAccess extends ReadAccess {
  readonly #writer: GroupCommitWriter;

  constructor(health: StoreHealth, writer: GroupCommitWriter) {
    super(health);
    this.#writer = writer;
  }

  /** Runs a synchronous unit in one of the next transactions; see `GroupCommitWriter.write`. */
  write<T>(unit: () => T): Promise<T> {
    return this.#writer.write(unit);
  }
}

/** The database access of a writer that is no longer allowed to write. */
export class FencedOff extends DatabaseAccess {
  override write<T>(): Promise<T> {
    return Promise.reject(
      new StoreError('another process is now the writer', { hint: 'This process is no longer the writer and must stop writing.' }),
    );
  }
}

/** Yields to the event loop between two pages of a long read. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
