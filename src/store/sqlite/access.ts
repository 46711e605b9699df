import { StoreError } from '../../domain/errors.ts';
import { isSqliteError, toStoreError } from './health.ts';
import type { Health } from './health.ts';
import type { Writer } from './writer.ts';

/** How the parts of the store reach the database: reads at once, writes in the next group commit. */
export class Access {
  readonly #health: Health;
  readonly #writer: Writer;

  constructor(health: Health, writer: Writer) {
    this.#health = health;
    this.#writer = writer;
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

  /** The same database for somebody who may not write any more. */
  fencedOff(): Access {
    return new FencedOff(this.#health, this.#writer);
  }

  /** Runs a synchronous unit in the next transaction, see `Writer.write`. */
  write<T>(unit: () => T): Promise<T> {
    return this.#writer.write(unit);
  }
}

class FencedOff extends Access {
  override write<T>(): Promise<T> {
    return Promise.reject(new StoreError('another process writes now', { hint: 'this one has lost the lead and must stop writing' }));
  }
}

/** Lets the event loop have its turn between two pages of a long read. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
