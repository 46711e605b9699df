// Opens the SQLite store: takes the lock, checks, migrates.
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import { StoreError } from '../../domain/errors.ts';
import type { ResourceId } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import { compileSchemas, type Schemas } from '../../scim/schema/compile-schemas.ts';
import type { Store } from '../store.ts';
import { findDamage, openConnection, openForReading } from './connection.ts';
import { StoreHealth, isFatal, isSqliteError, toStoreError } from './store-health.ts';
import { takeLock, type Lock } from './store-lock.ts';
import { assertMigrated, migrate, MigrationDue } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { resourceIds } from './resource-ids.ts';
import { SqliteStore } from './sqlite-store.ts';
import { prepare } from './prepare.ts';

/** Options for opening a store. */
export interface SqliteStoreOptions {
  /** Path of the store file; its folder exists. Two files beside it belong to the lock. */
  readonly file: string;
  /**
   * *read*: a store that is there is opened for questions: nothing in it changes, and every write is rejected. *write* when missing: it is
   * made or migrated, and written.
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

/**
 * Opens a store, creating or migrating its file. A damaged store is opened too, so that the daemon starts and says what is wrong: where
 * pages are damaged it is read-only and reads work as far as they can; where it cannot be opened at all, or was written by a newer release,
 * reads are rejected too (an empty answer would tell the Source that there are no people).
 * @throws {StoreError} when another process has it; {MigrationDue} when it would have to be migrated to be read.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, clock, log, access = 'write' } = options;
  const health = new StoreHealth(clock, log);
  // Readers take the lock too: a daemon that started meanwhile could not get the file for itself.
  const lock = lockOrCondemn(file, health);
  const sideFiles = access === 'read' ? missingSideFiles(file) : [];
  const release = () => {
    for (const sideFile of sideFiles) rmSync(sideFile, { force: true });
    lock?.release();
  };
  let db: Database.Database;
  try {
    db = access === 'read' ? openReader(file, clock, health) : openWriter(file, clock, health);
  } catch (error) {
    release();
    throw error;
  }
  const idempotencyKey = options.idempotencyKey ?? randomUUID;
  return new SqliteStore({
    db,
    health,
    clock,
    idempotencyKey,
    schemas: options.schemas ?? compileSchemas(),
    newId: options.newId ?? resourceIds(clock),
    budgetMs: options.budgetMs ?? 6,
    maxRestMs: options.maxRestMs,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    release,
  });
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

/** Files that SQLite creates beside the store while it is read. Existing ones contain data from before a crash. */
function missingSideFiles(file: string): readonly string[] {
  return [`${file}-wal`, `${file}-shm`].filter((sideFile) => !existsSync(sideFile));
}

function openWriter(file: string, clock: Clock, health: StoreHealth): Database.Database {
  return openOrCondemn(
    clock,
    health,
    () => openConnection(file),
    (db) => migrate(db, migrations, clock.now()),
  );
}

/** @throws {MigrationDue} */
function openReader(file: string, clock: Clock, health: StoreHealth): Database.Database {
  const db = openOrCondemn(
    clock,
    health,
    () => openForReading(file),
    (opened) => assertMigrated(opened, migrations),
  );
  health.readOnly();
  return db;
}

function openOrCondemn(
  clock: Clock,
  health: StoreHealth,
  open: () => Database.Database,
  bringUpToDate: (db: Database.Database) => void,
): Database.Database {
  let db: Database.Database | undefined;
  try {
    health.assertReadable();
    db = open();
    const damage = findDamage(db);
    if (damage === undefined) bringUpToDate(db);
    else health.lock('the store is damaged', 'Stop the daemon and restore the latest backup of the data folder.');
    assertLayout(db);
    return db;
  } catch (error) {
    if (!(error instanceof StoreError) && !isSqliteError(error)) throw error;
    db?.close();
    if (error instanceof MigrationDue) throw error;
    health.condemn(toStoreError(error));
    return standIn(clock);
  }
}

/** A damaged file was not migrated: its layout must be there and be ours for any read to work. */
function assertLayout(db: Database.Database): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const present = prepare<[], number>(db, 'select max(number) from schema_version').pluck().get();
  if (present !== newest)
    throw new StoreError('the store is damaged and of an older release', { hint: 'Restore the latest backup of the data folder.' });
}

/** Holds the statements of a store that cannot be opened; they are never run. */
function standIn(clock: Clock): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations, clock.now());
  return db;
}
