// Caches prepared filter statements.
import type { Database, Statement } from 'better-sqlite3';
import { BoundedMap } from '../../../../domain/bounded-map.ts';
import { prepare } from '../../prepare.ts';

/** Filters of the same shape share a statement, so few are enough. */
const most = 100;

/** Statements that filters were compiled to, the last used ones kept. */
export class StatementCache {
  readonly #db: Database;
  readonly #kept = new BoundedMap<string, Statement<unknown[]>>(most);

  constructor(db: Database) {
    this.#db = db;
  }

  /** The statement of this text. Not while it is running. */
  of(text: string): Statement<unknown[]> {
    const statement = this.#kept.get(text) ?? prepare(this.#db, text);
    this.#kept.set(text, statement);
    return statement;
  }
}
