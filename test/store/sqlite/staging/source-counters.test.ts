import { expect, it } from 'vitest';
import { SourceCounters } from '../../../../src/store/sqlite/staging/source-counters.ts';
import { later } from '../../../support/builders.ts';
import { openDatabase } from '../open-database.ts';

it('counters add the units of a commit, without those that failed', async () => {
  const { db, store } = await openDatabase();
  const tally = new SourceCounters(db);
  tally.add('default', later(2), 1, 0);
  tally.unitSucceeded();
  tally.add('default', later(9), 1, 1);
  tally.unitFailed();
  tally.add('default', later(1), 1, 1);
  tally.unitSucceeded();
  tally.beforeCommit();
  tally.committed();
  tally.beforeCommit();
  expect(await store.sources.get('default')).toEqual({ id: 'default', firstWrite: later(1), lastWrite: later(2), people: 2, groups: 1 });
});

it('counters drop all units of a commit that failed', async () => {
  const { db, store } = await openDatabase();
  const tally = new SourceCounters(db);
  tally.add('default', later(1), 1, 0);
  tally.unitSucceeded();
  tally.transactionFailed();
  tally.beforeCommit();
  expect(await store.sources.get('default')).toBeUndefined();
});
