import { execFileSync } from 'node:child_process';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { migrate } from '../../../src/store/sqlite/migrate.ts';
import { stagingMigrations as migrations } from '../../../src/store/sqlite/staging/migrations/index.ts';
import { anOrigin, aUser } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';
import { makeFolder } from './open-database.ts';
import { openFile } from './sqlite-under-test.ts';
import { openJoined } from '../../support/stores.ts';

const openToRead = (file: string) => openJoined({ folder: dirname(file), access: 'read', clock: new TestClock(), log: silentLogger });

async function readFolder(file: string) {
  const folder = dirname(file);
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const));
}

async function makeStore(): Promise<{ readonly file: string; readonly id: string }> {
  const file = join(await makeFolder(), 'vestibule.db');
  const store = await openFile(file);
  const { id } = await store.of('default').users.create(aUser(), anOrigin());
  await store.close();
  return { file, id };
}

it('a store opened for reading returns data, rejects every write, and leaves its folder unchanged', async () => {
  const { file, id } = await makeStore();
  const before = await readFolder(file);
  const store = await openToRead(file);
  expect((await store.of('default').users.get(id))?.person.user).toEqual(aUser());
  expect(store.readOnly()).toBeUndefined();
  for (const write of [store.notes.set('a', 'b'), store.of('default').users.remove(id, anOrigin()), store.engine(1).recover(new Date())]) {
    await expect(write).rejects.toThrow(new StoreError('the store is open read-only'));
  }
  await store.close();
  expect(await readFolder(file)).toEqual(before);
});

it('a store opened for reading reads the files that a crash left, and leaves them for the next start', async () => {
  const crashed = join(await makeFolder(), 'vestibule.db');
  const { file, id } = await makeStore();
  const store = await openFile(file);
  await store.notes.set('last words', 'written before the crash');
  await copyFile(file, crashed);
  await copyFile(`${file}-wal`, `${crashed}-wal`);
  await store.close();
  const reader = await openToRead(crashed);
  expect(await reader.notes.get('last words')).toBe('written before the crash');
  expect(await reader.of('default').users.get(id)).toBeDefined();
  await reader.close();
  const again = await openFile(crashed);
  expect(await again.notes.get('last words')).toBe('written before the crash');
  await again.close();
});

it('a store opened for reading works on a volume without shared memory files, and changes nothing there', async () => {
  const { file, id } = await makeStore();
  const before = await readFile(file);
  // SQLite cannot map a pipe into memory.
  execFileSync('mkfifo', [`${file}-shm`]);
  const store = await openToRead(file);
  expect(await store.of('default').users.get(id)).toBeDefined();
  await expect(store.notes.set('a', 'b')).rejects.toThrow('open read-only');
  await store.close();
  expect(await readFile(file)).toEqual(before);
});

it.each([
  ['of an older release', migrations.length - 1],
  ['without a schema version', 0],
])('a store %s is not migrated by a store opened for reading, and the error gives a hint', async (_what, layout) => {
  const file = join(await makeFolder(), 'vestibule.db');
  await writeFile(file, '');
  if (layout > 0) {
    const db = openConnection(file, 'shared');
    migrate(db, migrations.slice(0, layout), new Date());
    db.close();
  }
  const before = await readFile(file);
  await expect(openToRead(file)).rejects.toMatchObject({
    message: `the store has schema version ${layout} from an older release; this release requires version ${migrations.length}`,
    hint: expect.stringContaining('vestibule start'),
  });
  expect(await readFile(file)).toEqual(before);
  // The lock is free again: the daemon can start.
  await (await openFile(file)).close();
});

it('a store opened for reading takes the lock, because a daemon that starts needs the store exclusively', async () => {
  const { file } = await makeStore();
  const reader = await openToRead(file);
  await expect(openFile(file)).rejects.toThrow('another Vestibule process is using this data folder');
  await reader.close();
  await (await openFile(file)).close();
});
