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

it('makes keys of older layouts comparable as names are today, and takes no userName away', async () => {
  const { db } = await openFile();
  migrate(db, migrations.slice(0, 3), noon);
  const composed = 'zo\u00eb';
  const decomposed = 'zoe\u0308';
  const insertPerson = db.prepare(
    `insert into persons (n, id, source, seq, version, created_at, modified_at, active, user_key, display_key, document)
     values (?, ?, 'default', 1, 1, 0, 0, 1, ?, ?, '{}')`,
  );
  insertPerson.run(1, 'a', composed, decomposed);
  insertPerson.run(2, 'b', decomposed, null);
  insertPerson.run(3, 'c', '\uff41nna', null);
  const insertEmail = db.prepare("insert into emails (source, email_key, person, work) values ('default', ?, 1, ?)");
  insertEmail.run(composed, 0);
  insertEmail.run(decomposed, 1);
  db.exec(`insert into groups (n, id, source, seq, version, created_at, modified_at, display, display_key, document)
    values (1, 'g', 'default', 1, 1, 0, 0, '${decomposed}', '${decomposed}', '{}')`);
  migrate(db, migrations, later(1));
  expect(db.prepare('select id, user_key, display_key from persons order by n').all()).toEqual([
    { id: 'a', user_key: composed, display_key: composed },
    { id: 'b', user_key: decomposed, display_key: null },
    { id: 'c', user_key: 'anna', display_key: null },
  ]);
  expect(db.prepare('select email_key, person, work from emails').all()).toEqual([{ email_key: composed, person: 1, work: 1 }]);
  expect(db.prepare('select display_key from groups').pluck().all()).toEqual([composed]);
});
