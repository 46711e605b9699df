import { expect, it } from 'vitest';
import { Sequence } from '../../../src/store/sqlite/sequence.ts';
import { openDatabase } from './open-database.ts';

it('the numbers of a failed unit are used again', async () => {
  const { db } = await openDatabase();
  const counter = new Sequence(db, 'tickets');
  expect([counter.take(), counter.take()]).toEqual([1, 2]);
  counter.unitSucceeded();
  for (let taken = 0; taken < 5; taken += 1) counter.take();
  counter.unitFailed();
  expect(counter.take()).toBe(3);
});

it('the numbers of a failed commit are used again, and never one that is on disk', async () => {
  const { db } = await openDatabase();
  const counter = new Sequence(db, 'tickets');
  counter.take();
  counter.unitSucceeded();
  counter.beforeCommit();
  counter.committed();
  counter.take();
  counter.unitSucceeded();
  counter.transactionFailed();
  expect(counter.value).toBe(1);
  expect(new Sequence(db, 'tickets').take()).toBe(2);
});
