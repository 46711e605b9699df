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
   * *read*: stores that are there are opened for questions: nothing in them changes, and every write is rejected. *write* when missing: they
   * are made or migrated, and written.
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
  /** Longest that the engine waits between commits of its own, so that a Source's come first, in milliseconds; 50 when missing. */
  readonly maxRestMs?: number;
  /** Milliseconds that never go back, which look-ups are timed by; those of the process when missing. */
  readonly monotonicMs?: () => number;
}

/** The stores of a data folder. */
export interface Stores {
  readonly staging: StagingStore;
  readonly reader: StagingReader;
  readonly outbound: OutboundStore;
  /** Waits for what is queued, closes all three and gives the lock back. Harmless when called twice. */
  close(): Promise<void>;
}

/** Path of the staging store in a data folder. */
export function stagingFileIn(folder: string): string {
  return join(folder, 'vestibule.db');
}

/** Path of the outbound store in a data folder. */
export function outboundFileIn(folder: string): string {
  return join(folder, 'outbound.db');
}

/** One file, and the layout that it must have. */
interface StoreFile {
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly sharing: Sharing;
  readonly clock: Clock;
  readonly health: StoreHealth;
}

/**
 * Opens the stores of a data folder, creating or migrating their files. A file that is there but not sound is opened all the same, so that
 * the daemon starts and says what is wrong: where pages are damaged it is read-only and reads work as far as they can; where it cannot be
 * opened at all, or was written by a newer release, reads are rejected too (an empty answer would tell the Source that there are no people).
 * @throws {StoreError} when another process has the folder; {MigrationDue} when a file would have to be migrated to be read.
 */
export async function openSqliteStores(options: SqliteStoreOptions): Promise<Stores> {
  const { folder, clock, log, access = 'write' } = options;
  const health = { staging: new StoreHealth(clock, log), outbound: new StoreHealth(clock, log) };
  const files = {
    staging: { file: stagingFileIn(folder), migrations: stagingMigrations, sharing: 'shared', clock, health: health.staging },
    outbound: { file: outboundFileIn(folder), migrations: outboundMigrations, sharing: 'alone', clock, health: health.outbound },
  } as const;
  // Readers take the lock too: a daemon that started meanwhile could not get the files for itself.
  const lock = lockOrCondemn(files.staging.file, Object.values(health));
  const sideFiles = access === 'read' ? Object.values(files).flatMap(({ file }) => missingSideFiles(file)) : [];
  const opened: Database.Database[] = [];
  const open = (file: StoreFile) => {
    const db = access === 'read' ? openReader(file) : openWriter(file);
    opened.push(db);
    return db;
  };
  const release = () => {
    for (const db of opened.toReversed()) db.close();
    for (const sideFile of sideFiles) rmSync(sideFile, { force: true });
    lock?.release();
  };
  try {
    const stagingDb = open(files.staging);
    const outboundDb = open(files.outbound);
    const readerDb = access === 'read' || stagingDb.memory ? stagingDb : openForReading(files.staging.file);
    opened.push(readerDb);
    return toStores(options, { stagingDb, outboundDb, readerDb }, health, release);
  } catch (error) {
    release();
    throw error;
  }
}

function toStores(
  options: SqliteStoreOptions,
  db: Readonly<Record<'stagingDb' | 'outboundDb' | 'readerDb', Database.Database>>,
  health: Readonly<Record<'staging' | 'outbound', StoreHealth>>,
  release: () => void,
): Stores {
  const { clock, budgetMs = 6 } = options;
  const staging = new SqliteStagingStore({
    db: db.stagingDb,
    health: health.staging,
    schemas: options.schemas ?? compileSchemas(),
    newId: options.newId ?? resourceIds(clock),
    budgetMs,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
  });
  const outbound = new SqliteOutboundStore({
    db: db.outboundDb,
    health: health.outbound,
    clock,
    idempotencyKey: options.idempotencyKey ?? randomUUID,
    budgetMs,
    maxRestMs: options.maxRestMs,
  });
  let closed = false;
  return {
    staging,
    outbound,
    reader: new SqliteStagingReader(db.readerDb, health.staging),
    async close() {
      await Promise.all([staging.close(), outbound.close()]);
      if (!closed) release();
      closed = true;
    },
  };
}

/** Without a lock nothing may be written, for two writers would undo each other's work. */
function lockOrCondemn(file: string, healths: readonly StoreHealth[]): Lock | undefined {
  try {
    return takeLock(file);
  } catch (error) {
    if (error instanceof StoreError || !isFatal(error)) throw error;
    for (const health of healths) health.condemn(toStoreError(error));
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
    return standIn(file);
  }
}

/** A damaged file was not migrated: its layout must be there and be ours for any read to work. */
function assertLayout(db: Database.Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const present = prepare<[], number>(db, 'select max(number) from schema_version').pluck().get();
  if (present !== newest)
    throw new StoreError('the store is damaged and of an older release', { hint: 'Restore the latest backup of the data folder.' });
}

/** Holds the statements of a store that cannot be opened; they are never run. */
function standIn({ migrations, clock }: StoreFile): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations, clock.now());
  return db;
}
