import { StoreError } from '../../domain/errors.ts';
import { isSqliteError, toStoreError, type Health } from './health.ts';
import type { Lane, Writer } from './writer.ts';

/** How the parts of the store reach the database: reads at once, writes in the next group commit. */
export class Access {
  readonly #health: Health;
  readonly #writer: Writer;
  readonly #lane: Lane;

  constructor(health: Health, writer: Writer, lane: Lane = 'source') {
    this.#health = health;
    this.#writer = writer;
    this.#lane = lane;
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
    return new FencedOff(this.#health, this.#writer, this.#lane);
  }

  /** The same database for the engine, whose writes give way to those of the Sources. */
  behind(): Access {
    return new Access(this.#health, this.#writer, 'behind');
  }

  /** Runs a synchronous unit in one of the next transactions, see `Writer.write`. */
  write<T>(unit: () => T): Promise<T> {
    return this.#writer.write(unit, this.#lane);
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
