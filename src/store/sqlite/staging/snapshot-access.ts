// Read access in which each query sees one consistent snapshot of the database.
import type { Database, Statement } from 'better-sqlite3';
import { ReadAccess } from '../database-access.ts';
import { prepare } from '../prepare.ts';
import type { StoreHealth } from '../store-health.ts';

/**
 * Reads a database that another connection writes. Each query sees one state, even if it has several statements. Otherwise a person whose
 * groups were changed by two commits could be out of Scope in between.
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
