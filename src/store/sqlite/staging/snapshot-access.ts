import type { Database, Statement } from 'better-sqlite3';
import { ReadAccess } from '../database-access.ts';
import { prepare } from '../prepare.ts';
import type { StoreHealth } from '../store-health.ts';

/**
 * Reads of a database that another connection writes: each query sees one state, whatever number of statements it has. Otherwise a person
 * whose groups were read between two commits could look out of scope.
 */
export class SnapshotAccess extends ReadAccess {
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;

  constructor(db: Database, health: StoreHealth) {
    super(health);
    this.#begin = prepare(db, 'begin');
    this.#commit = prepare(db, 'commit');
  }

  protected override run<T>(query: () => T): T {
    this.#begin.run();
    try {
      return query();
    } finally {
      this.#commit.run();
    }
  }
}
