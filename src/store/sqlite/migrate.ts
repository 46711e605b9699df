// Migrates a database to the current schema.
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { toOwnCommand } from '../../domain/own-command.ts';
import { StoreError } from '../../domain/errors.ts';

/** One step of the schema. `number` counts from 1 without gaps. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

interface AppliedRow {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Migrates a database to the newest schema, each step in a separate transaction with its row in `schema_version`.
 * @throws {StoreError} if the file was written by a newer release, or by a migration that was edited afterwards.
 */
export function migrate(db: Database, migrations: readonly Migration[], at: Date): void {
  db.exec(
    'create table if not exists schema_version (number integer primary key, name text not null, checksum text not null, at integer not null)',
  );
  const applied = readApplied(db);
  assertAllKnown(applied, migrations);
  const insert = db.prepare('insert into schema_version (number, name, checksum, at) values (?, ?, ?, ?)');
  for (const migration of migrations.slice(applied.length)) {
    db.transaction(() => {
      db.exec(migration.sql);
      insert.run(migration.number, migration.name, checksumOf(migration), at.getTime());
    }).immediate();
  }
}

/** A store has an older schema and was opened for reading. */
export class MigrationDue extends StoreError {}

/**
 * Asserts that a database has the newest schema. Writes nothing.
 * @throws {MigrationDue} if a migration is missing; {StoreError} as `migrate` does.
 */
export function assertMigrated(db: Database, migrations: readonly Migration[]): void {
  const hasVersions = db.prepare("select 1 from sqlite_schema where name = 'schema_version'").get() !== undefined;
  const applied = hasVersions ? readApplied(db) : [];
  assertAllKnown(applied, migrations);
  if (applied.length === migrations.length) return;
  throw new MigrationDue(
    `the store has schema version ${applied.length} from an older release; this release requires version ${migrations.length}`,
    {
      hint: `Back up the data folder, then start the daemon to upgrade the store: ${toOwnCommand('start')}.`,
    },
  );
}

function readApplied(db: Database): readonly AppliedRow[] {
  return db.prepare<[], AppliedRow>('select number, name, checksum from schema_version order by number').all();
}

function assertAllKnown(applied: readonly AppliedRow[], migrations: readonly Migration[]): void {
  applied.forEach((row) => assertKnown(row, migrations));
}

function assertKnown(row: AppliedRow, migrations: readonly Migration[]): void {
  const migration = migrations.find((one) => one.number === row.number);
  if (migration === undefined) {
    throw new StoreError(`the store has schema version ${row.number} (${row.name}), which is unknown to this release`, {
      hint: 'Start the newer release that wrote it, or restore a backup made by this release.',
    });
  }
  if (checksumOf(migration) !== row.checksum) {
    throw new StoreError(`schema version ${row.number} (${row.name}) of the store differs from the same version in this release`, {
      hint: 'Another build wrote the store. Start that build, restore a backup made by this release, or start with an empty data folder.',
    });
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
