// Gives the parts of the store access to reads and grouped writes.
import { StoreError } from '../../domain/errors.ts';
import { isSqliteError, toStoreError, type StoreHealth } from './store-health.ts';
import type { WritePriority, GroupCommitWriter } from './group-commit-writer.ts';

/** Database access for the parts of the store: immediate reads, and writes in the next group commit. */
export class DatabaseAccess {
  readonly #health: StoreHealth;
  readonly #writer: GroupCommitWriter;
  readonly #priority: WritePriority;

  constructor(health: StoreHealth, writer: GroupCommitWriter, priority: WritePriority = 'source') {
    this.#health = health;
    this.#writer = writer;
    this.#priority = priority;
  }

  /** Runs a synchronous query over what is committed. @throws {StoreError} when the file cannot be read. */
  async read<T>(query: () => T): Promise<T> {
    this.#health.assertReadable();
    try {
      return query();
    } catch (error) {
      throw isSqliteError(error) ? toStoreError(error) : error;
    }
  }

  /** The same database for a writer that has lost its right to write. */
  fencedOff(): DatabaseAccess {
    return new FencedOff(this.#health, this.#writer, this.#priority);
  }

  /** The same database for the engine, whose writes give way to those of the Sources. */
  lowPriority(): DatabaseAccess {
    return new DatabaseAccess(this.#health, this.#writer, 'engine');
  }

  /** Runs a synchronous unit in one of the next transactions, see `Writer.write`. */
  write<T>(unit: () => T): Promise<T> {
    return this.#writer.write(unit, this.#priority);
  }
}

class FencedOff extends DatabaseAccess {
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
