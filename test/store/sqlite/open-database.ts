import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { openConnection, openForReading } from '../../../src/store/sqlite/connection.ts';
import { StoreHealth } from '../../../src/store/sqlite/store-health.ts';
import { migrate } from '../../../src/store/sqlite/migrate.ts';
import { outboundFileIn, stagingFileIn } from '../../../src/store/sqlite/open.ts';
import { outboundMigrations } from '../../../src/store/sqlite/outbound/migrations/index.ts';
import { SqliteOutboundStore } from '../../../src/store/sqlite/outbound/sqlite-outbound-store.ts';
import { resourceIds } from '../../../src/store/sqlite/resource-ids.ts';
import { stagingMigrations } from '../../../src/store/sqlite/staging/migrations/index.ts';
import { SqliteStagingReader } from '../../../src/store/sqlite/staging/sqlite-staging-reader.ts';
import { SqliteStagingStore } from '../../../src/store/sqlite/staging/sqlite-staging-store.ts';
import { joinStores, type Store } from '../../support/stores.ts';
import { TestClock } from '../../support/test-clock.ts';

/** Stores with access to their databases, which are locked for all other processes. */
export interface OpenedDatabase {
  readonly store: Store;
  /** The database of the staging store. */
  readonly db: Database;
  readonly outboundDb: Database;
  readonly clock: TestClock;
}

/** A folder that is removed at the end of the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens new stores. `wrap` can observe the use of their databases; `monotonicMs` is the clock for the time limit of look-ups. */
export async function openDatabase(
  wrap: (db: Database) => Database = (db) => db,
  monotonicMs: () => number = () => performance.now(),
): Promise<OpenedDatabase> {
  const folder = await makeFolder();
  const db = openConnection(stagingFileIn(folder), 'shared');
  const outboundDb = openConnection(outboundFileIn(folder), 'alone');
  const clock = new TestClock();
  migrate(db, stagingMigrations, clock.now());
  migrate(outboundDb, outboundMigrations, clock.now());
  const readerDb = openForReading(stagingFileIn(folder));
  const health = new StoreHealth(clock, silentLogger);
  // Concurrent writes share a commit, even on a slow machine.
  const budgetMs = 60_000;
  const staging = new SqliteStagingStore({
    db: wrap(db),
    health,
    schemas: compileSchemas(),
    newId: resourceIds(clock),
    budgetMs,
    monotonicMs,
  });
  const outbound = new SqliteOutboundStore({
    db: wrap(outboundDb),
    health: new StoreHealth(clock, silentLogger),
    clock,
    idempotencyKey: () => 'key',
    budgetMs,
    unitRows: 500,
  });
  const store = joinStores({
    staging,
    reader: new SqliteStagingReader(wrap(readerDb), health),
    outbound,
    async close() {
      await Promise.all([staging.close(), outbound.close()]);
      for (const one of [readerDb, outboundDb, db]) one.close();
    },
  });
  onTestFinished(() => store.close());
  return { store, db, outboundDb, clock };
}

/** Runs a function and counts the written rows. */
export async function countWritten(db: Database, act: () => Promise<unknown>): Promise<number> {
  const total = db.prepare<[], number>('select total_changes()').pluck();
  const before = total.get() ?? 0;
  await act();
  return (total.get() ?? 0) - before;
}
