// Caches prepared filter statements.
import type { Database, Statement } from 'better-sqlite3';
import { BoundedMap } from '../../../../domain/bounded-map.ts';
import { prepare } from '../../prepare.ts';

/** Max number of statements. Filters of the same shape share one, so few are enough. */
const maxStatements = 100;

/** Caches the statements of compiled filters, and drops the least recently used ones. */
export class StatementCache {
  readonly #db: Database;
  readonly #kept = new BoundedMap<string, Statement<unknown[]>>(maxStatements);

  constructor(db: Database) {
    this.#db = db;
  }

  /** The statement with this text. Must not be used while it is already running. */
  of(text: string): Statement<unknown[]> {
    const statement = this.#kept.get(text) ?? prepare(this.#db, text);
    this.#kept.set(text, statement);
    return statement;
  }
}
