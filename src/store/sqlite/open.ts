// Opens the SQLite store: takes the lock, checks, migrates.
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
  /** The data folder; it exists. */
  readonly folder: string;
  /**
   * *read*: opens existing stores for questions; nothing in them changes, and every write is rejected. *write* (default): creates or migrates
   * them.
   */
  readonly access?: 'read' | 'write';
  readonly clock: Clock;
  readonly log: Logger;
  /** What filters and sort orders know; the standard ones when missing. */
  readonly schemas?: Schemas;
  /** Makes ids of Users and Groups; UUIDs of version 7 when missing. */
  readonly newId?: () => ResourceId;
  /** Makes idempotency keys; random UUIDs when missing. */
  readonly idempotencyKey?: () => string;
  /** How long one commit may keep the event loop collecting units, in milliseconds; 6 when missing. */
  readonly budgetMs?: number;
  /** How many rows one unit of the outbound store changes where a step is done in portions; 500 when missing. */
  readonly unitRows?: number;
  /** Milliseconds that never go back, which look-ups are timed by; those of the process when missing. */
  readonly monotonicMs?: () => number;
}

/** The staging store, with the lock of the data folder. */
export interface OpenedStaging {
  readonly staging: StagingStore;
  /** Opens the outbound store in the same thread, with the same options. */
  readonly openOutbound: () => OpenedOutbound;
  /** Waits for queued units, closes the file and releases the lock. Can be called twice. */
  readonly close: () => Promise<void>;
}

/** The outbound store, and the staging store as it reads it. */
export interface OpenedOutbound {
  readonly outbound: OutboundStore;
  readonly reader: StagingReader;
  /** Waits for queued units, then closes the files. Can be called twice. */
  readonly close: () => Promise<void>;
}

/** The stores of a data folder, in one thread. */
export type Stores = Omit<OpenedStaging, 'openOutbound'> & OpenedOutbound;

/** Path of the staging store in a data folder. */
export function stagingFileIn(folder: string): string {
  return join(folder, 'vestibule.db');
}

/** Path of the outbound store in a data folder. */
export function outboundFileIn(folder: string): string {
  return join(folder, 'outbound.db');
}

/** How long one commit may collect units when nothing else is said, in milliseconds. */
const defaultBudgetMs = 6;

/** One file, and the layout that it must have. */
interface StoreFile {
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly sharing: Sharing;
  readonly clock: Clock;
  readonly health: StoreHealth;
}

/**
 * Opens the stores of a data folder in one thread, creating or migrating their files. A damaged file is opened too, so that the
 * daemon starts and reports the fault: with damaged pages it is read-only, and intact pages are read; if it cannot be opened, or was written
 * by a newer release, reads are rejected too (an empty answer would tell the Source that there are no people).
 * @throws {StoreError} when another process has the folder; {MigrationDue} when a file would have to be migrated to be read.
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

/** Opens the staging store and takes the lock of the data folder, for the thread that serves SCIM. @throws as `openSqliteStores`. */
export function openStagingStore(options: SqliteStoreOptions): OpenedStaging {
  const { folder, clock, log, access = 'write' } = options;
  const file = stagingFileIn(folder);
  const health = new StoreHealth(clock, log);
  // Readers take the lock too: a daemon that started meanwhile could not get the files for itself.
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
    // Where nothing is written, two connections could be one too many: a volume that cannot share memory lets one in.
    const shared = access === 'read' ? { db, health } : { health };
    return { staging, openOutbound: () => openOutbound(options, shared), close: once(() => staging.close(), [db], release) };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Opens the outbound store, for the thread that reaches the Targets. The staging store has been opened before: it is only read. Where it
 * cannot be read, every read is rejected.
 * @throws as `openSqliteStores`.
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
  const sideFiles = access === 'read' ? missingSideFiles(file) : [];
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
  return {
    outbound,
    reader: new SqliteStagingReader(readerDb, readerHealth),
    close: once(
      () => outbound.close(),
      staging.db === undefined ? [readerDb, db] : [db],
      () => removeAll(sideFiles),
    ),
  };
}

/** The staging store was checked and migrated by the one who writes it. */
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

/** Ends a store, then closes its files, once. */
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

/** Without a lock nothing may be written, for two writers would undo each other's work. */
function lockOrCondemn(file: string, health: StoreHealth): Lock | undefined {
  try {
    return takeLock(file);
  } catch (error) {
    if (error instanceof StoreError || !isFatal(error)) throw error;
    health.condemn(toStoreError(error));
    return undefined;
  }
}

/** Files that SQLite creates beside a store while it is read. Existing ones contain data from before a crash. */
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

/** @throws {MigrationDue} */
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

/** A damaged file was not migrated: its layout must be there and be ours for any read to work. */
function assertLayout(db: Database.Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const present = prepare<[], number>(db, 'select max(number) from schema_version').pluck().get();
  if (present !== newest)
    throw new StoreError('the store is damaged and was written by an older release', {
      hint: 'Restore the latest backup of the data folder.',
    });
}

/** Holds the statements of a store that cannot be opened; they are never run. */
function standIn(migrations: readonly Migration[], clock: Clock): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations, clock.now());
  return db;
}
