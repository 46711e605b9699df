import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
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

it('migrations are numbered from 1 without gaps', () => {
  expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
});

it('tokens of the first layout become bearer tokens', async () => {
  const { db } = await openFile();
  const [layout] = migrations;
  if (layout === undefined) throw new Error('there is no first layout');
  migrate(db, [layout], noon);
  db.exec("insert into tokens (hash, source, label, created_at) values ('h', 'default', 'Entra', 0)");
  migrate(db, migrations, later(1));
  expect(db.prepare('select use from tokens').pluck().all()).toEqual(['bearer']);
  expect(() => db.exec("update tokens set use = 'admin'")).toThrow('CHECK');
});

it('keys of older layouts become comparable with present ones, and every userName is kept', async () => {
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

describe('a store with several open holds', () => {
  async function openOld() {
    const { db } = await openFile();
    migrate(db, migrations.slice(0, 8), noon);
    const insertHold = db.prepare('insert into holds (target, number, at, what, why, count) values (?, ?, ?, ?, ?, ?)');
    insertHold.run('desk', 1, 10, 'removals', '30 removals, more than 25', 30);
    insertHold.run('desk', 2, 20, 'removals', '31 removals are held already', 2);
    insertHold.run('desk', 3, 30, 'changes', '60 changes, more than 30 % of 100 people', 60);
    insertHold.run('desk', 4, 40, 'removals', '33 removals are held already', 3);
    insertHold.run('lobby', 1, 50, 'removals', '2 removals would leave nobody', 2);
    insertHold.run('yard', 1, 60, 'removals', '1 removals are held already', 1);
    const insert = db.prepare(
      `insert into deliveries (target, subject_id, subject_kind, run, state, action, hash, cause, idempotency_key, created_at, not_before, hold, rows)
       values (?, ?, 'person', 1, ?, 'delete', 'h', 'change', 'k', 0, 0, ?, '[]')`,
    );
    const add = (target: string, id: string, state: string, hold: number | null) => insert.run(target, id, state, hold);
    add('desk', 'released', 'done', 1);
    add('desk', 'a', 'held', 2);
    add('desk', 'b', 'held', 3);
    add('desk', 'c', 'held', 4);
    add('desk', 'd', 'held', 4);
    add('desk', 'e', 'queued', null);
    add('lobby', 'f', 'held', 1);
    db.prepare(
      "insert into runs (target, kind, state, at, marks_up_to, hold_removals, removals_hold) values ('desk', 'incremental', 'released', 0, 0, ?, 4)",
    ).run('31 removals, more than 25');
    migrate(db, migrations, later(1));
    return db;
  }

  it('keeps the oldest of each target and kind, with the Deliveries of the others', async () => {
    const db = await openOld();
    expect(db.prepare('select target, number, at, what, why, count, revision, closed_at from holds order by target, number').all()).toEqual(
      [
        { target: 'desk', number: 1, at: 10, what: 'removals', why: 'the limit is 25', count: 30, revision: 0, closed_at: 10 },
        { target: 'desk', number: 2, at: 20, what: 'removals', why: 'the limit is 25', count: 5, revision: 1, closed_at: null },
        {
          target: 'desk',
          number: 3,
          at: 30,
          what: 'changes',
          why: 'the limit is 30 % of 100 people',
          count: 60,
          revision: 1,
          closed_at: null,
        },
        {
          target: 'desk',
          number: 4,
          at: 40,
          what: 'removals',
          why: 'others were on hold at that time',
          count: 3,
          revision: 0,
          closed_at: 40,
        },
        {
          target: 'lobby',
          number: 1,
          at: 50,
          what: 'removals',
          why: 'no one would have been left',
          count: 2,
          revision: 1,
          closed_at: null,
        },
        {
          target: 'yard',
          number: 1,
          at: 60,
          what: 'removals',
          why: 'others were on hold at that time',
          count: 1,
          revision: 0,
          closed_at: 60,
        },
      ],
    );
    expect(db.prepare('select subject_id, hold, hold_revision from deliveries order by id').raw().all()).toEqual([
      ['released', 1, null],
      ['a', 2, 1],
      ['b', 3, 1],
      ['c', 2, 1],
      ['d', 2, 1],
      ['e', null, null],
      ['f', 1, 1],
    ]);
    expect(db.prepare('select hold_removals from runs').pluck().all()).toEqual(['the limit is 25']);
  });

  it('cannot get a second open hold afterwards', async () => {
    const db = await openOld();
    const second = "insert into holds (target, number, at, what, why, count) values ('desk', 9, 0, 'removals', '', 0)";
    expect(() => db.exec(second)).toThrow('UNIQUE');
  });
});
