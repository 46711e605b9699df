import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { migrate } from '../../../src/store/sqlite/migrate.ts';
import { migrations } from '../../../src/store/sqlite/migrations/index.ts';
import { later, noon } from '../../support/builders.ts';
import { makeFolder } from './open-database.ts';

const one = { number: 1, name: 'one', sql: 'create table a (n integer)' };
const two = { number: 2, name: 'two', sql: 'create table b (n integer); insert into b select n from a' };

async function openFile(): Promise<{ readonly db: Database; reopen(): Database }> {
  const file = join(await makeFolder(), 'vestibule.db');
  let db = openConnection(file);
  onTestFinished(() => void db.close());
  return {
    db,
    reopen() {
      db.close();
      db = openConnection(file);
      return db;
    },
  };
}

function versions(db: Database): readonly unknown[] {
  return db.prepare('select number, name, at from schema_version order by number').all();
}

it('runs each step once, in order, over the restarts of several releases', async () => {
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

it('leaves nothing of a step that fails', async () => {
  const { db } = await openFile();
  const broken = { ...two, sql: 'create table b (n integer); insert into nowhere values (1)' };
  expect(() => migrate(db, [one, broken], noon)).toThrow('nowhere');
  expect(versions(db)).toHaveLength(1);
  migrate(db, [one, two], noon);
  expect(versions(db)).toHaveLength(2);
});

it('refuses a file of a newer release, and one whose steps were edited', async () => {
  const { db } = await openFile();
  migrate(db, [one, two], noon);
  expect(() => migrate(db, [one], noon)).toThrow(StoreError);
  expect(() => migrate(db, [one, { ...two, sql: 'select 1' }], noon)).toThrow(StoreError);
});

it('numbers its own steps from 1 without gaps', () => {
  expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
});

it('takes the tokens of the first layout for bearer tokens', async () => {
  const { db } = await openFile();
  const [layout] = migrations;
  if (layout === undefined) throw new Error('there is no first layout');
  migrate(db, [layout], noon);
  db.exec("insert into tokens (hash, source, label, created_at) values ('h', 'default', 'Entra', 0)");
  migrate(db, migrations, later(1));
  expect(db.prepare('select use from tokens').pluck().all()).toEqual(['bearer']);
  expect(() => db.exec("update tokens set use = 'admin'")).toThrow('CHECK');
});
