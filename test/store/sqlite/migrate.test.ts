import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { migrate } from '../../../src/store/sqlite/migrate.ts';
import { outboundMigrations } from '../../../src/store/sqlite/outbound/migrations/index.ts';
import { stagingMigrations } from '../../../src/store/sqlite/staging/migrations/index.ts';
import { later, noon } from '../../support/builders.ts';
import { makeFolder } from './open-database.ts';

const one = { number: 1, name: 'one', sql: 'create table a (n integer)' };
const two = { number: 2, name: 'two', sql: 'create table b (n integer); insert into b select n from a' };

async function openFile(): Promise<{ readonly db: Database; reopen(): Database }> {
  const file = join(await makeFolder(), 'vestibule.db');
  let db = openConnection(file, 'shared');
  onTestFinished(() => void db.close());
  return {
    db,
    reopen() {
      db.close();
      db = openConnection(file, 'shared');
      return db;
    },
  };
}

function versions(db: Database): readonly unknown[] {
  return db.prepare('select number, name, at from schema_version order by number').all();
}

it('each migration runs once, in order, over the restarts of several releases', async () => {
  const opened = await openFile();
  migrate(opened.db, [one], noon);
  opened.db.exec('insert into a values (7)');
  const db = opened.reopen();
  migrate(db, [one, two], later(1));
  migrate(db, [one, two], later(2));
  expect(versions(db)).toEqual([
    { number: 1, name: 'one', at: noon.getTime() },
    { number: 2, name: 'two', at: later(1).getTime() },
  ]);
  expect(db.prepare('select n from b').pluck().all()).toEqual([7]);
});

it('a migration that fails leaves no change', async () => {
  const { db } = await openFile();
  const broken = { ...two, sql: 'create table b (n integer); insert into nowhere values (1)' };
  expect(() => migrate(db, [one, broken], noon)).toThrow('nowhere');
  expect(versions(db)).toHaveLength(1);
  migrate(db, [one, two], noon);
  expect(versions(db)).toHaveLength(2);
});

it('a file of a newer release is refused, and one whose migrations were edited', async () => {
  const { db } = await openFile();
  migrate(db, [one, two], noon);
  expect(() => migrate(db, [one], noon)).toThrow(StoreError);
  expect(() => migrate(db, [one, { ...two, sql: 'select 1' }], noon)).toThrow(StoreError);
});

it.each([
  ['staging', stagingMigrations],
  ['outbound', outboundMigrations],
])('migrations of the %s store are numbered from 1 without gaps', (_store, migrations) => {
  expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
});
