// Prepares a typed SQL statement.
import type Database from 'better-sqlite3';

/** A statement: its parameters by position, or one object with their names. */
type Prepared<Parameters extends unknown[] | object, Row> = Parameters extends unknown[]
  ? Database.Statement<Parameters, Row>
  : Database.Statement<[Parameters], Row>;

/**
 * Prepares a statement once. Its text has a unary plus before each parameter, `+?` or `+@name`, except in a plain list of values: this build
 * of SQLite compiles a statement again with each new binding when a parameter stands bare where the planner could estimate by it
 * (SQLITE_ENABLE_STAT4, sqlite.org/c3ref/prepare.html). That takes 6 to 25 µs each time, several times the look-up itself. The plus
 * changes neither value nor affinity, and the planner does not look behind it.
 */
export function prepare<Parameters extends unknown[] | object = unknown[], Row = unknown>(
  db: Database.Database,
  sql: string,
): Prepared<Parameters, Row> {
  return db.prepare<Parameters, Row>(sql) as Prepared<Parameters, Row>;
}
