import { expect, it } from 'vitest';
import { FairQueue } from '../../../../../src/store/sqlite/staging/filter/fair-queue.ts';

it('each turn of the event loop runs one slice, and Sources alternate', async () => {
  const turns = new FairQueue();
  const given: string[] = [];
  let turn = 0;
  let next = setImmediate(function count() {
    turn += 1;
    next = setImmediate(count);
  });
  const ask = (source: string, name: string) => turns.next(source).then(() => given.push(`${turn}${name}`));
  await Promise.all([ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('b', 'b2')]);
  clearImmediate(next);
  expect(given).toEqual(['1a1', '2b1', '3a2', '4b2', '5a3']);
});

it('a new search runs after all earlier ones were served', async () => {
  const turns = new FairQueue();
  await turns.next('a');
  await turns.next('b');
  await expect(turns.next('a')).resolves.toBeUndefined();
});
