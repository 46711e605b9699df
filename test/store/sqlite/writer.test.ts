import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { Health } from '../../../src/store/sqlite/health.ts';
import { Writer } from '../../../src/store/sqlite/writer.ts';
import { TestClock } from '../../support/test-clock.ts';
import { makeFolder } from './open-database.ts';

/** A Writer over an empty table, with a companion that notes what it is told. */
async function openWriter(budgetMs: number) {
  const db = openConnection(join(await makeFolder(), 'vestibule.db'));
  onTestFinished(() => void db.close());
  db.exec('create table numbers (n integer primary key)');
  const heard: string[] = [];
  const hear = (what: string) => () => void heard.push(what);
  const companion = {
    undo: hear('undo'),
    keep: hear('keep'),
    beforeCommit: hear('commit'),
    committed: hear('committed'),
    abandon: hear('abandon'),
  };
  const writer = new Writer(db, new Health(new TestClock(), silentLogger), [companion], budgetMs);
  const insert = db.prepare<[number]>('insert into numbers values (?)');
  return { writer, heard, insert: (n: number) => writer.write(() => insert.run(n).changes) };
}

it('runs units of one turn in their order and in one commit, telling its companions of each', async () => {
  const { writer, heard, insert } = await openWriter(60_000);
  const outcomes = await Promise.allSettled([
    insert(1),
    writer.write(() => {
      throw new Error('no');
    }),
    insert(1),
    insert(2),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(heard).toEqual(['keep', 'undo', 'undo', 'keep', 'commit', 'committed']);
});

it('commits what it has when the time is up, and goes on with the rest in the next turn', async () => {
  const { heard, insert } = await openWriter(0);
  await Promise.all([insert(1), insert(2), insert(3)]);
  expect(heard.filter((what) => what === 'committed')).toHaveLength(3);
});

it('lets the event loop have its turn between two commits', async () => {
  const { insert } = await openWriter(0);
  const order: string[] = [];
  const units = [1, 2].map((n) => insert(n).then(() => order.push(`unit ${n}`)));
  setImmediate(() => order.push('turn'));
  await Promise.all(units);
  expect(order).toEqual(['unit 1', 'turn', 'unit 2']);
});
