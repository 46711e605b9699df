import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { StoreHealth } from '../../../src/store/sqlite/store-health.ts';
import { migrate } from '../../../src/store/sqlite/migrate.ts';
import { migrations } from '../../../src/store/sqlite/migrations/index.ts';
import { resourceIds } from '../../../src/store/sqlite/resource-ids.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { TestClock } from '../../support/test-clock.ts';

/** A store whose database the test can access; it is locked for all others. */
export interface OpenedDatabase {
  readonly store: SqliteStore;
  readonly db: Database;
  readonly clock: TestClock;
}

/** A folder that is removed when the test ends. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a fresh store; `wrap` may watch what it does with its database, `monotonicMs` is what look-ups are timed by. */
export async function openDatabase(
  wrap: (db: Database) => Database = (db) => db,
  monotonicMs: () => number = () => performance.now(),
): Promise<OpenedDatabase> {
  const db = openConnection(join(await makeFolder(), 'vestibule.db'));
  const clock = new TestClock();
  migrate(db, migrations, clock.now());
  const store = new SqliteStore({
    db: wrap(db),
    health: new StoreHealth(clock, silentLogger),
    clock,
    schemas: compileSchemas(),
    newId: resourceIds(clock),
    idempotencyKey: () => 'key',
    // Concurrent writes share a commit, however slow the machine is.
    budgetMs: 60_000,
    monotonicMs,
    release: () => undefined,
  });
  onTestFinished(() => store.close());
  return { store, db, clock };
}

/** Runs an act and counts the rows that it wrote. */
export async function countWritten(db: Database, act: () => Promise<unknown>): Promise<number> {
  const total = db.prepare<[], number>('select total_changes()').pluck();
  const before = total.get() ?? 0;
  await act();
  return (total.get() ?? 0) - before;
}
