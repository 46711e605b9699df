import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { makeFolder, openDatabase } from './open-database.ts';

it.each([
  ['synchronous', 2],
  ['journal_mode', 'wal'],
  ['foreign_keys', 1],
  ['secure_delete', 1],
  ['locking_mode', 'exclusive'],
  ['busy_timeout', 5000],
])('a connection sets %s to %s each time it is opened', async (pragma, expected) => {
  const file = join(await makeFolder(), 'vestibule.db');
  for (let opened = 0; opened < 2; opened += 1) {
    const db = openConnection(file, 'alone');
    // The first write lowers `synchronous` if it was not set.
    db.exec('create table if not exists probe (n integer); insert into probe values (1)');
    expect(db.pragma(pragma, { simple: true })).toBe(expected);
    db.close();
  }
});

it('a deleted note leaves no text in the file', async () => {
  const { db } = await openDatabase();
  db.exec("insert into notes (name, text) values ('a', 'unmistakable text'); delete from notes");
  db.pragma('wal_checkpoint(truncate)');
  expect(db.serialize().includes('unmistakable text')).toBe(false);
});
