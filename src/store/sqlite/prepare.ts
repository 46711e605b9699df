// Prepares a typed SQL statement.
import type Database from 'better-sqlite3';

/** A statement whose parameters are passed by position, or as one object with their names. */
type Prepared<Parameters extends unknown[] | object, Row> = Parameters extends unknown[]
  ? Database.Statement<Parameters, Row>
  : Database.Statement<[Parameters], Row>;

/**
 * Prepares a statement once. Its text must have a unary plus before each parameter, `+?` or `+@name`, except in a plain list of values.
 * Without it, this build of SQLite recompiles the statement with each new binding where the planner could use the value for an estimate
 * (SQLITE_ENABLE_STAT4, sqlite.org/c3ref/prepare.html). That takes 6 to 25 µs each time, several times the look-up itself. The plus changes
 * neither value nor affinity, and hides the parameter from the planner.
 */
export function prepare<Parameters extends unknown[] | object = unknown[], Row = unknown>(
  db: Database.Database,
  sql: string,
): Prepared<Parameters, Row> {
  return db.prepare<Parameters, Row>(sql) as Prepared<Parameters, Row>;
}
