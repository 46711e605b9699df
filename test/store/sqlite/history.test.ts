import { expect, it } from 'vitest';
import { aTarget, later, noon } from '../../support/builders.ts';
import { openDatabase } from './open-database.ts';

const target = 'front-desk';

it('forgets old Runs and journal lines page by page, and keeps what is young or not in the outbox yet', async () => {
  const { store, db } = await openDatabase();
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
