// Opens the SQLite stores of a data folder: takes the lock, checks the files and migrates them.
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import { StoreError } from '../../domain/errors.ts';
import type { ResourceId } from '../../domain/ids.ts';
import { compileSchemas, type Schemas } from '../../scim/schema/compile-schemas.ts';
import type { Logger } from '../../domain/logger.ts';
import type { OutboundStore } from '../outbound.ts';
import type { StagingReader, StagingStore } from '../staging.ts';
import { findDamage, openConnection, openForReading, type Sharing } from './connection.ts';
import { assertMigrated, migrate, MigrationDue, type Migration } from './migrate.ts';
import { outboundMigrations } from './outbound/migrations/index.ts';
import { SqliteOutboundStore } from './outbound/sqlite-outbound-store.ts';
import { prepare } from './prepare.ts';
import { resourceIds } from './resource-ids.ts';
import { stagingMigrations } from './staging/migrations/index.ts';
import { SqliteStagingReader } from './staging/sqlite-staging-reader.ts';
import { SqliteStagingStore } from './staging/sqlite-staging-store.ts';
import { StoreHealth, isFatal, isSqliteError, toStoreError } from './store-health.ts';
import { takeLock, type Lock } from './store-lock.ts';

/** Options for opening the stores of a data folder. */
export interface SqliteStoreOptions {
  /** The data folder, which must exist. */
  readonly folder: string;
  /**
   * *read*: opens existing stores for read-only commands; nothing in them changes, and every write is rejected. *write* (default): creates
   * or migrates them.
   */
  readonly access?: 'read' | 'write';
  readonly clock: Clock;
  readonly log: Logger;
  /** The schemas that filters and sorting use. Default: the standard ones. */
  readonly schemas?: Schemas;
  /** Generates ids of Users and Groups. Default: UUIDs of version 7. */
  readonly newId?: () => ResourceId;
  /** Generates idempotency keys. Default: random UUIDs. */
  readonly idempotencyKey?: () => string;
  /** Max time that one commit may block the event loop to collect units, in milliseconds. Default: 6. */
  readonly budgetMs?: number;
  /** Max number of rows that one unit of the outbound store changes if an operation works in batches. Default: 500. */
  readonly unitRows?: number;
  /** A monotonic clock in milliseconds, with which look-ups are timed. Default: that of the process. */
  readonly monotonicMs?: () => number;
}

/** The staging store, with the lock of the data folder. */
export interface OpenedStaging {
  readonly staging: StagingStore;
  /** Opens the outbound store in the same process, with the same options. */
  readonly openOutbound: () => OpenedOutbound;
  /** Waits for queued units, closes the file and releases the lock. Can be called twice. */
  readonly close: () => Promise<void>;
}

/** The outbound store, and the staging store as the outbound half reads it. */
export interface OpenedOutbound {
  readonly outbound: OutboundStore;
  readonly reader: StagingReader;
  /** Waits for queued units, then closes the files. Can be called twice. */
  readonly close: () => Promise<void>;
}

/** The stores of a data folder, in one process. */
export type Stores = Omit<OpenedStaging, 'openOutbound'> & OpenedOutbound;

/** Path of the staging store in a data folder. */
export function stagingFileIn(folder: string): string {
  return join(folder, 'vestibule.db');
}

/** Path of the outbound store in a data folder. */
export function outboundFileIn(folder: string): string {
  return join(folder, 'outbound.db');
}

/** Default time that one commit may collect units, in milliseconds. */
const defaultBudgetMs = 6;

/** How long the outbound store waits for the outbound process of an earlier daemon to end, in milliseconds. */
const waitForEarlierMs = 5_000;

/** One file, and the migrations that it must have. */
interface StoreFile {
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly sharing: Sharing;
  readonly clock: Clock;
  readonly health: StoreHealth;
}

/**
 * Opens the stores of a data folder in one process, and creates or migrates their files. Also opens a damaged file, so that the daemon
 * starts and reports the fault. With damaged pages, the store is read-only and intact pages can be read. If the file cannot be opened or
 * was written by a newer release, reads are rejected too, because an empty result would tell the Source that there are no people.
 * @throws {StoreError} if another process uses the folder; {MigrationDue} if a file opened for reading would have to be migrated.
 */
export async function openSqliteStores(options: SqliteStoreOptions): Promise<Stores> {
  const first = openStagingStore(options);
  try {
    const second = first.openOutbound();
    return {
      staging: first.staging,
      outbound: second.outbound,
      reader: second.reader,
      async close() {
        await second.close();
        await first.close();
      },
    };
  } catch (error) {
    await first.close();
    throw error;
  }
}

/** Opens the staging store and takes the lock of the data folder, for the process that serves SCIM. @throws as `openSqliteStores` does. */
export function openStagingStore(options: SqliteStoreOptions): OpenedStaging {
  const { folder, clock, log, access = 'write' } = options;
  const file = stagingFileIn(folder);
  const health = new StoreHealth(clock, log);
  // Readers take the lock too: otherwise a daemon that starts meanwhile could not get exclusive access to the files.
  const lock = lockOrCondemn(file, health);
  const sideFiles = access === 'read' ? missingSideFiles(file) : [];
  const release = () => {
    removeAll(sideFiles);
    lock?.release();
  };
  try {
    const db = openFile({ file, migrations: stagingMigrations, sharing: 'shared', clock, health }, access);
    const staging = new SqliteStagingStore({
      db,
      health,
      schemas: options.schemas ?? compileSchemas(),
      newId: options.newId ?? resourceIds(clock),
      budgetMs: options.budgetMs ?? defaultBudgetMs,
      monotonicMs: options.monotonicMs ?? (() => performance.now()),
    });
    // If nothing is written, both stores share one connection: a volume without shared memory allows only one.
    const shared = access === 'read' ? { db, health } : { health };
    return { staging, openOutbound: () => openOutbound(options, shared), close: once(() => staging.close(), [db], release) };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Opens the outbound store, for the process that serves the Targets. The staging store must be open already, and is only read. If it cannot
 * be read, every read is rejected.
 * @throws as `openSqliteStores` does.
 */
export function openOutboundStore(options: SqliteStoreOptions): OpenedOutbound {
  return openOutbound(options, {});
}

function openOutbound(
  options: SqliteStoreOptions,
  staging: { readonly db?: Database.Database | undefined; readonly health?: StoreHealth },
): OpenedOutbound {
  const { folder, clock, log, access = 'write' } = options;
  const file = outboundFileIn(folder);
  const health = new StoreHealth(clock, log);
  const lock = lockOrCondemn(file, health, waitForEarlierMs);
  const sideFiles = access === 'read' ? missingSideFiles(file) : [];
  const release = () => {
    removeAll(sideFiles);
    lock?.release();
  };
  try {
    const db = openFile({ file, migrations: outboundMigrations, sharing: 'alone', clock, health }, access);
    const outbound = new SqliteOutboundStore({
      db,
      health,
      clock,
      idempotencyKey: options.idempotencyKey ?? randomUUID,
      budgetMs: options.budgetMs ?? defaultBudgetMs,
      unitRows: options.unitRows ?? 500,
    });
    const readerHealth = staging.health ?? new StoreHealth(clock, log);
    const readerDb = staging.db ?? openStagingToRead(folder, clock, readerHealth);
    const files = staging.db === undefined ? [readerDb, db] : [db];
    return { outbound, reader: new SqliteStagingReader(readerDb, readerHealth), close: once(() => outbound.close(), files, release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** Opens the staging store for reading. The process that writes it has already checked and migrated it. */
function openStagingToRead(folder: string, clock: Clock, health: StoreHealth): Database.Database {
  let db: Database.Database | undefined;
  try {
    health.assertReadable();
    db = openForReading(stagingFileIn(folder));
    assertLayout(db, stagingMigrations);
    return db;
  } catch (error) {
    if (!(error instanceof StoreError) && !isSqliteError(error)) throw error;
    db?.close();
    health.condemn(toStoreError(error));
    return standIn(stagingMigrations, clock);
  }
}

function openFile(file: StoreFile, access: 'read' | 'write'): Database.Database {
  return access === 'read' ? openReader(file) : openWriter(file);
}

/** Returns a function that ends a store and then closes its files, once. */
function once(end: () => Promise<void>, files: readonly Database.Database[], release: () => void): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    await end();
    for (const db of files) db.close();
    release();
  };
  return () => (closed ??= close());
}

function removeAll(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}

/** Without the lock nothing may be written, because two writers would overwrite each other's changes. */
function lockOrCondemn(file: string, health: StoreHealth, waitMs = 0): Lock | undefined {
  try {
    return takeLock(file, waitMs);
  } catch (error) {
    if (error instanceof StoreError || !isFatal(error)) throw error;
    health.condemn(toStoreError(error));
    return undefined;
  }
}

/** Files that SQLite creates next to a store while it is read, and that do not exist yet. Existing ones contain data from before a crash. */
function missingSideFiles(file: string): readonly string[] {
  return [`${file}-wal`, `${file}-shm`].filter((sideFile) => !existsSync(sideFile));
}

function openWriter(file: StoreFile): Database.Database {
  return openOrCondemn(
    file,
    () => openConnection(file.file, file.sharing),
    (db) => migrate(db, file.migrations, file.clock.now()),
  );
}

/** @throws {MigrationDue} if the file would have to be migrated. */
function openReader(file: StoreFile): Database.Database {
  const db = openOrCondemn(
    file,
    () => openForReading(file.file),
    (opened) => assertMigrated(opened, file.migrations),
  );
  file.health.readOnly();
  return db;
}

function openOrCondemn(file: StoreFile, open: () => Database.Database, bringUpToDate: (db: Database.Database) => void): Database.Database {
  const { health } = file;
  let db: Database.Database | undefined;
  try {
    health.assertReadable();
    db = open();
    const damage = findDamage(db);
    if (damage === undefined) bringUpToDate(db);
    else health.lock('the store is damaged', 'Stop the daemon and restore the latest backup of the data folder.');
    assertLayout(db, file.migrations);
    return db;
  } catch (error) {
    if (!(error instanceof StoreError) && !isSqliteError(error)) throw error;
    db?.close();
    if (error instanceof MigrationDue) throw error;
    health.condemn(toStoreError(error));
    return standIn(file.migrations, file.clock);
  }
}

/** A damaged file is not migrated, so reads work only if it already has the newest schema. */
function assertLayout(db: Database.Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const present = prepare<[], number>(db, 'select max(number) from schema_version').pluck().get();
  if (present !== newest)
    throw new StoreError('the store is damaged and was written by an older release', {
      hint: 'Restore the latest backup of the data folder.',
    });
}

/** An empty database for the statements of a store that cannot be opened. They are prepared, but never run. */
function standIn(migrations: readonly Migration[], clock: Clock): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations, clock.now());
  return db;
}
