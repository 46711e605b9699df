import { copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { anOrigin, aUser } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';
import { makeFolder, openDatabase, type OpenedDatabase } from './open-database.ts';
import { openFile } from './sqlite-under-test.ts';

/** Removes the free space: limits the database to its current number of pages. */
function fillDisk({ db }: OpenedDatabase): void {
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`);
}

function freeDisk({ db }: OpenedDatabase): void {
  db.pragma('max_page_count = 1000000');
}

const large = 'x'.repeat(100_000);

it('a full disk makes the store read-only: no partial write, reads continue, later writes are refused at once', async () => {
  const opened = await openDatabase();
  const { store } = opened;
  const { users } = store.of('default');
  const { id } = await users.create(aUser(), anOrigin());
  fillDisk(opened);
  const outcomes = await Promise.allSettled([
    users.create(aUser({ userName: 'small' }), anOrigin()),
    users.create(aUser({ userName: 'large', title: large }), anOrigin()),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
  expect(store.readOnly()).toBe('the disk of the data folder is full');
  await expect(users.remove(id, anOrigin())).rejects.toMatchObject({ code: 'store', hint: expect.stringContaining('Free space') });
  expect((await users.find({ startIndex: 1, count: 10 })).items.map((item) => item.person.id)).toEqual([id]);
  expect(await store.changes.head()).toBe(1);
});

it('the store detects automatically that the disk has space again', async () => {
  const opened = await openDatabase();
  const { store, clock } = opened;
  const { users } = store.of('default');
  fillDisk(opened);
  const create = () => users.create(aUser({ title: large }), anOrigin());
  await expect(create()).rejects.toThrow(StoreError);
  freeDisk(opened);
  await expect(create()).rejects.toThrow(StoreError);
  clock.advance(3_000);
  await expect.poll(() => store.readOnly()).toBeUndefined();
  await expect(create()).resolves.toMatchObject({ version: 1 });
});

it('the store stays read-only while the disk stays full', async () => {
  const opened = await openDatabase();
  const { store, clock } = opened;
  fillDisk(opened);
  const write = () => store.notes.set('a', large);
  await expect(write()).rejects.toThrow(StoreError);
  clock.advance(3_000);
  await expect(write()).rejects.toThrow(StoreError);
  await expect(write()).rejects.toThrow('the disk of the data folder is full');
  expect(store.readOnly()).toBeDefined();
});

async function closedStoreFile(): Promise<{ readonly file: string; readonly id: string }> {
  const file = join(await makeFolder(), 'vestibule.db');
  const store = await openFile(file);
  const { id } = await store.of('default').users.create(aUser(), anOrigin());
  await store.notes.set('large', large);
  await store.close();
  return { file, id };
}

it('a file with a damaged page is opened read-only, and its intact pages are read', async () => {
  const { file, id } = await closedStoreFile();
  const bytes = await readFile(file);
  const pages = bytes.length / 4096;
  // The last pages contain the large note; overwriting their beginning damages only this note.
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, (pages - 2) * 4096);
  await handle.close();
  const store = await openFile(file);
  expect(store.readOnly()).toContain('damaged');
  expect((await store.of('default').users.get(id))?.person.user).toEqual(aUser());
  await expect(store.notes.set('a', 'b')).rejects.toMatchObject({ hint: expect.stringContaining('restore') });
  await store.close();
});

it('a file that is not a database is opened, and reads are rejected instead of returning no people', async () => {
  const file = join(await makeFolder(), 'vestibule.db');
  await writeFile(file, Buffer.alloc(8192, 'not a database'));
  const store = await openFile(file);
  expect(store.readOnly()).toBeDefined();
  const reads = [
    store.of('default').users.get('x'),
    store.tokens.byHash('x'),
    store.people.count(),
    store.of('default').users.find({ startIndex: 1, count: 1 }),
  ];
  for (const outcome of await Promise.allSettled(reads))
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) });
  await expect(store.notes.set('a', 'b')).rejects.toThrow(StoreError);
  await store.close();
  expect((await readFile(file)).subarray(0, 14).toString()).toBe('not a database');
});

it('a file of a newer release is opened without a change, with a message', async () => {
  const { file } = await closedStoreFile();
  const db = openConnection(file, 'shared');
  db.exec("insert into schema_version values (999, 'future', 'x', 0)");
  db.close();
  const store = await openFile(file);
  expect(store.readOnly()).toContain('unknown to this release');
  await expect(store.people.count()).rejects.toThrow('unknown to this release');
  await store.close();
});

it('a copy of the file made after a clean close can be opened', async () => {
  const { file, id } = await closedStoreFile();
  const copy = join(await makeFolder(), 'vestibule.db');
  await copyFile(file, copy);
  const store = await openFile(copy, new TestClock());
  expect(await store.of('default').users.get(id)).toBeDefined();
  expect(store.readOnly()).toBeUndefined();
  await store.close();
});
