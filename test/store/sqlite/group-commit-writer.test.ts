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

it('a unit that takes longer than the time of a commit gets a separate commit', async () => {
  let time = 0;
  const { writer, recorded } = await openWriter(6, () => time);
  const commits: number[] = [];
  const run = (ms: number) =>
    writer.write(() => {
      time += ms;
      commits.push(recorded.filter((what) => what === 'committed').length);
    });
  await Promise.all([run(3), run(2), run(2), run(9), run(1)]);
  expect(commits).toEqual([0, 0, 0, 1, 2]);
});

it('waiting units are settled before the writer is drained', async () => {
  const { writer, insert } = await openWriter(0);
  const units = [insert(1), insert(2), writer.write(() => 3)];
  await writer.drain();
  expect(await Promise.all(units)).toEqual([1, 1, 3]);
});
