import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { StoreHealth } from '../../../src/store/sqlite/store-health.ts';
import { GroupCommitWriter } from '../../../src/store/sqlite/group-commit-writer.ts';
import { TestClock } from '../../support/test-clock.ts';
import { makeFolder } from './open-database.ts';

/** A Writer over an empty table, with a listener that records its calls. */
async function openWriter(budgetMs: number, now?: () => number, beforeCommit = () => undefined as void) {
  const db = openConnection(join(await makeFolder(), 'vestibule.db'), 'shared');
  onTestFinished(() => void db.close());
  db.exec('create table numbers (n integer primary key)');
  const recorded: string[] = [];
  const record = (what: string) => () => void recorded.push(what);
  const listener = {
    unitFailed: record('unitFailed'),
    unitSucceeded: record('unitSucceeded'),
    beforeCommit: () => {
      recorded.push('commit');
      beforeCommit();
    },
    committed: record('committed'),
    transactionFailed: record('transactionFailed'),
  };
  const writer = new GroupCommitWriter(db, new StoreHealth(new TestClock(), silentLogger), [listener], { budgetMs, now });
  const insert = db.prepare<[number]>('insert into numbers values (?)');
  return { writer, recorded, insert: (n: number) => writer.write(() => insert.run(n).changes) };
}

it('units of one event-loop turn run in order and in one commit, and listeners are called for each', async () => {
  const { writer, recorded, insert } = await openWriter(60_000);
  const outcomes = await Promise.allSettled([
    insert(1),
    writer.write(() => {
      throw new Error('no');
    }),
    insert(1),
    insert(2),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(recorded).toEqual(['unitSucceeded', 'unitFailed', 'unitFailed', 'unitSucceeded', 'commit', 'committed']);
});

it('a commit ends when its time is over, and the rest continues in the next turn', async () => {
  const { recorded, insert } = await openWriter(0);
  await Promise.all([insert(1), insert(2), insert(3)]);
  expect(recorded.filter((what) => what === 'committed')).toHaveLength(3);
});

it('the event loop gets a turn between two commits', async () => {
  const { insert } = await openWriter(0);
  const order: string[] = [];
  const units = [1, 2].map((n) => insert(n).then(() => order.push(`unit ${n}`)));
  setImmediate(() => order.push('turn'));
  await Promise.all(units);
  expect(order).toEqual(['unit 1', 'turn', 'unit 2']);
});

/** A Writer with 6 ms per transaction, with units of given durations; records their order and commits. */
async function openTimedWriter(commitMs = 0) {
  let time = 0;
  const { writer, recorded } = await openWriter(
    6,
    () => time,
    () => void (time += commitMs),
  );
  const ran: string[] = [];
  const run = (name: string, lane: 'source' | 'engine', ms: number) =>
    writer.write(() => {
      time += ms;
      ran.push(`${name} in ${recorded.filter((what) => what === 'committed').length}`);
    }, lane);
  return { ran, run };
}

it('units of a Source run before those of the engine, which share the commit while there is time', async () => {
  const { ran, run } = await openTimedWriter();
  await Promise.all([run('absorb', 'engine', 1), run('settle', 'engine', 1), run('create', 'source', 1), run('patch', 'source', 0)]);
  expect(ran).toEqual(['create in 0', 'patch in 0', 'absorb in 0', 'settle in 0']);
});

it('no unit of the engine begins after a third of the time, and one is guaranteed in the next commit', async () => {
  const { ran, run } = await openTimedWriter();
  await Promise.all([
    run('absorb', 'engine', 1),
    run('create 1', 'source', 4),
    run('create 2', 'source', 4),
    run('create 3', 'source', 4),
    run('create 4', 'source', 4),
  ]);
  expect(ran).toEqual(['create 1 in 0', 'create 2 in 0', 'create 3 in 1', 'create 4 in 1', 'absorb in 1']);
});

it('a long unit of the engine gets a commit of its own length, without other units of the engine after it', async () => {
  const { ran, run } = await openTimedWriter();
  await Promise.all([run('absorb 1', 'engine', 3), run('absorb 2', 'engine', 3), run('absorb 3', 'engine', 3)]);
  expect(ran).toEqual(['absorb 1 in 0', 'absorb 2 in 1', 'absorb 3 in 2']);
});

it('the engine waits after a commit for three times its duration, unless a Source writes before', async () => {
  const { ran, run } = await openTimedWriter(5);
  await run('absorb 1', 'engine', 0);
  const second = run('absorb 2', 'engine', 0);
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual(['absorb 1 in 0']);
  await run('create', 'source', 0);
  await second;
  expect(ran).toEqual(['absorb 1 in 0', 'create in 1', 'absorb 2 in 1']);
  await run('absorb 3', 'engine', 0);
  expect(ran.at(-1)).toBe('absorb 3 in 2');
});

it('the units of both queues are settled before the writer is drained', async () => {
  const { writer, insert } = await openWriter(0);
  const units = [insert(1), insert(2), writer.write(() => 3, 'engine'), writer.write(() => 4, 'engine')];
  await writer.drain();
  expect(await Promise.all(units)).toEqual([1, 1, 3, 4]);
});
