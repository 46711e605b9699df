import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import { StoreError } from '../../domain/errors.ts';
import type { ResourceId } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import { compileSchemas, type Schemas } from '../../scim/schema/compile.ts';
import type { Store } from '../store.ts';
import { findDamage, openConnection } from './connection.ts';
import { Health, isFatal, isSqliteError, toStoreError } from './health.ts';
import { takeLock, type Lock } from './lock.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { resourceIds } from './resource-ids.ts';
import { SqliteStore } from './sqlite-store.ts';
import { prepare } from './prepare.ts';

/** What a store is opened with. */
export interface SqliteStoreOptions {
  /** Path of the store file; its folder exists. Two files beside it belong to the lock. */
  readonly file: string;
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
  readonly longestRestMs?: number;
  /** Milliseconds that never go back, which look-ups are timed by; those of the process when missing. */
  readonly monotonicMs?: () => number;
}

/**
 * Opens a store, creating or migrating its file. A store that is there but not sound is opened all the same, so that the daemon starts
 * and says what is wrong: where pages are damaged it is read-only and reads work as far as they can; where it cannot be opened at all,
 * or was written by a newer release, reads are rejected too (an empty answer would tell the Source that nobody is there).
 * @throws {StoreError} when another process has it.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, clock, log } = options;
  const health = new Health(clock, log);
  const lock = lockOrCondemn(file, health);
  const db = openOrCondemn(file, clock, health);
  const idempotencyKey = options.idempotencyKey ?? randomUUID;
  return new SqliteStore({
    db,
    health,
    clock,
    idempotencyKey,
    schemas: options.schemas ?? compileSchemas(),
    newId: options.newId ?? resourceIds(clock),
    budgetMs: options.budgetMs ?? 6,
    longestRestMs: options.longestRestMs,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    release: () => lock?.release(),
  });
}

/** Without a lock nothing may be written, for two writers would undo each other's work. */
function lockOrCondemn(file: string, health: Health): Lock | undefined {
  try {
    return takeLock(file);
  } catch (error) {
    if (error instanceof StoreError || !isFatal(error)) throw error;
    health.condemn(toStoreError(error));
    return undefined;
  }
}

function openOrCondemn(file: string, clock: Clock, health: Health): Database.Database {
  let db: Database.Database | undefined;
  try {
    health.assertReadable();
    db = openConnection(file);
    const damage = findDamage(db);
    if (damage === undefined) migrate(db, migrations, clock.now());
    else health.lock('the store is damaged', 'stop the daemon and restore the latest backup of the data folder');
    assertLayout(db);
    return db;
  } catch (error) {
    if (!(error instanceof StoreError) && !isSqliteError(error)) throw error;
    db?.close();
    health.condemn(toStoreError(error));
    return standIn(clock);
  }
}

/** A damaged file was not migrated: its layout must be there and be ours for any read to work. */
function assertLayout(db: Database.Database): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const present = prepare<[], number>(db, 'select max(number) from schema_version').pluck().get();
  if (present !== newest)
    throw new StoreError('the store is damaged and of an older release', { hint: 'restore the latest backup of the data folder' });
}

/** Carries the statements of a store that cannot be opened; none of them is ever run. */
function standIn(clock: Clock): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations, clock.now());
  return db;
}
