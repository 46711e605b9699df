import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { anOrigin, aUser } from '../../support/builders.ts';
import { makeFolder } from './open-database.ts';
import { openFile } from './sqlite-under-test.ts';

interface Writing {
  readonly child: ChildProcess;
  /** Ids of acknowledged people. */
  readonly acknowledged: readonly string[];
  /** Kills the process and waits until it has ended. */
  readonly kill: () => Promise<void>;
}

/** Starts a process that stages people, and waits until this number is acknowledged. */
async function startWriting(file: string, count: number): Promise<Writing> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'staging-process.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line !== 'open') acknowledged.push(line);
      if (acknowledged.length >= count) resolve();
    });
    child.once('exit', () => reject(new Error('the writing process ended')));
  });
  return { child, acknowledged, kill };
}

it('a second process is refused with the id of the first, until that one has ended', async () => {
  const file = join(await makeFolder(), 'vestibule.db');
  const { child, kill } = await startWriting(file, 0);
  await expect(openFile(file)).rejects.toThrow(`another Vestibule process is using this data folder (PID ${child.pid})`);
  await expect(openFile(file)).rejects.toThrow(StoreError);
  await kill();
  const store = await openFile(file);
  await expect(store.of('default').users.create(aUser(), anOrigin())).resolves.toMatchObject({ version: 1 });
  await store.close();
});

it('opening a store twice in one process is refused, and the lock is kept', async () => {
  const file = join(await makeFolder(), 'vestibule.db');
  const first = await openFile(file);
  await expect(openFile(file)).rejects.toThrow(`PID ${process.pid}`);
  await expect(openFile(file)).rejects.toThrow(`PID ${process.pid}`);
  await first.close();
  await (await openFile(file)).close();
});

it('no acknowledged write is lost when the process is killed during writes', async () => {
  const file = join(await makeFolder(), 'vestibule.db');
  const { acknowledged, kill } = await startWriting(file, 300);
  await kill();
  const store = await openFile(file);
  expect(store.readOnly()).toBeUndefined();
  const { users } = store.of('default');
  const found = await Promise.all(acknowledged.map((id) => users.get(id)));
  expect(found.filter((person) => person === undefined)).toEqual([]);
  const { total } = await users.find({ startIndex: 1, count: 0 });
  expect(await store.changes.head()).toBe(total);
  expect(await store.people.count()).toBe(total);
  await store.close();
});
