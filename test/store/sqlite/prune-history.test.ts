import { expect, it } from 'vitest';
import { anEntry, aPlanned, aRemoval, aShadowWrite, aSubject, aTarget, later, noon } from '../../support/builders.ts';
import type { Store } from '../../support/stores.ts';
import { openDatabase } from './open-database.ts';

const target = 'front-desk';

it('old Runs and journal lines are deleted page by page; recent ones and those not in the outbox yet are kept', async () => {
  const { store, outboundDb: db } = await openDatabase();
  const engine = store.engine(1);
  const note = (at: Date) =>
    engine.changeTarget(target, (now) => ({ ...(now ?? aTarget()) }), { at, by: 'anna', what: 'paused', detail: '' });
  const run = async (at: Date, upTo: 'staged' | 'released' | 'absorbed') => {
    const id = await engine.beginRun({ target, kind: 'incremental', at, rechecksUpTo: 0 });
    if (upTo !== 'staged') await engine.release(id, { released: false });
    if (upTo === 'absorbed') while (await engine.absorb(target, at));
    return id;
  };
  for (const at of [noon, later(1), later(2), later(10)]) await note(at);
  const staged = await run(noon, 'staged');
  for (const at of [later(1), later(2), later(3)]) await run(at, 'absorbed');
  const young = await run(later(10), 'absorbed');
  const released = await run(later(4), 'released');
  expect(await engine.pruneHistory(later(9), 2)).toBe(true);
  while (await engine.pruneHistory(later(9), 2));
  expect(db.prepare('select id from runs order by id').pluck().all()).toEqual([staged, young, released]);
  expect((await store.targets.journal(target, 10)).map(({ at }) => at)).toEqual([later(10)]);
  expect(await engine.pruneHistory(later(9), 2)).toBe(false);
});

it('closed holds are deleted page by page; open and recent ones are kept, and no number is reused', async () => {
  const { store } = await openDatabase();
  const engine = store.engine(1);
  await engine.changeTarget(target, () => aTarget());
  const hold = async (n: number, at: Date) => {
    const run = await engine.beginRun({ target, kind: 'incremental', at, rechecksUpTo: 0 });
    await engine.stage(run, [anEntry(aRemoval({ subject: aSubject(n) }))]);
    await engine.release(run, { released: false, holdRemovals: 'too many' });
    while (await engine.absorb(target, at));
  };
  const numbers = async () => (await store.outbox.holds(target)).map((one) => one.number);
  for (const n of [1, 2, 3, 4]) {
    await seedShadow(store, n);
    await hold(n, later(n));
    if (n < 4) await engine.accept(target, {}, 'mira', later(n));
  }
  expect(await numbers()).toEqual([1, 2, 3, 4]);
  expect(await engine.pruneHistory(later(3), 1)).toBe(true);
  while (await engine.pruneHistory(later(3), 1));
  expect(await numbers()).toEqual([3, 4]);
  await engine.accept(target, {}, 'mira', later(5));
  while (await engine.pruneHistory(later(9), 5));
  expect(await numbers()).toEqual([4]);
  await seedShadow(store, 5);
  await hold(5, later(6));
  expect(await numbers()).toEqual([4, 5]);
});

/** Creates a record of a Subject at the Target. */
async function seedShadow(store: Store, n: number): Promise<void> {
  const engine = store.engine(1);
  const run = await engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
  await engine.stage(run, [anEntry(aPlanned({ subject: aSubject(n), rows: [] }))]);
  await engine.release(run, { released: false });
  while (await engine.absorb(target, noon));
  const [create] = await store.outbox.open(target, [aSubject(n)]);
  if (create === undefined) throw new Error('no create');
  await engine.send([create.id]);
  await engine.settle(target, [{ delivery: create.id, state: 'done', answer: '', shadow: aShadowWrite({ key: `k${n}`, keys: [] }) }], noon);
}
