import { expect, it } from 'vitest';
import { Counter } from '../../../src/store/sqlite/counters.ts';
import { openDatabase } from './open-database.ts';

it('gives the numbers of a failed unit out again', async () => {
  const { db } = await openDatabase();
  const counter = new Counter(db, 'tickets');
  expect([counter.take(), counter.take()]).toEqual([1, 2]);
  counter.keep();
  for (let taken = 0; taken < 5; taken += 1) counter.take();
  counter.undo();
  expect(counter.take()).toBe(3);
});

it('gives the numbers of a failed commit out again, but none of one that is on disk', async () => {
  const { db } = await openDatabase();
  const counter = new Counter(db, 'tickets');
  counter.take();
  counter.keep();
  counter.beforeCommit();
  counter.committed();
  counter.take();
  counter.keep();
  counter.abandon();
  expect(counter.value).toBe(1);
  expect(new Counter(db, 'tickets').take()).toBe(2);
});
