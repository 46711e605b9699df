import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { UnitSize } from '../../../src/store/sqlite/unit-size.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import { aPlanned, aSubject, aTarget, anEntry, later, noon } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';
import { makeFolder } from './open-database.ts';

const target = 'front-desk';
const subjects = Array.from({ length: 5 }, (_, index) => aSubject(index + 1));

/** A store with a limit of one row per unit. */
async function openWithSmallUnits(folder: string): Promise<Store> {
  const store = await openJoined({ folder, clock: new TestClock(), log: silentLogger, budgetMs: 0, unitRows: 1 });
  onTestFinished(() => store.close());
  return store;
}

/** Adds a create for each Subject to the outbox. @returns the number of units. */
async function queueAll(store: Store): Promise<number> {
  const engine = store.engine(1);
  await engine.changeTarget(target, () => aTarget());
  const run = await engine.beginRun({ target, kind: 'firstLoad', at: noon, rechecksUpTo: 0 });
  await engine.stage(
    run,
    subjects.map((subject) => anEntry(aPlanned({ subject, rows: [{ Email: subject.id }] }))),
  );
  await engine.release(run, { cursor: 1, released: true });
  let units = 1;
  while (await engine.absorb(target, noon)) units += 1;
  return units;
}

async function readFile(store: Store, publication: string): Promise<readonly unknown[]> {
  return (await store.outbox.file(target, publication, undefined, 100)).map((row) => row.rows);
}

it('a unit has room for the given number of rows, and for at least one', () => {
  const hasRoom = new UnitSize(3).begin();
  expect([hasRoom(), hasRoom(), hasRoom()]).toEqual([true, true, false]);
  expect(new UnitSize(0).begin()()).toBe(false);
});

it('entries are added to the outbox in units of one row when there is room for one', async () => {
  const store = await openWithSmallUnits(await makeFolder());
  expect(await queueAll(store)).toBe(subjects.length + 1);
  expect(await store.outbox.counts(target)).toMatchObject({ queued: subjects.length });
});

it('a batch is marked as sending in units of one Delivery when there is room for one', async () => {
  const store = await openWithSmallUnits(await makeFolder());
  await queueAll(store);
  const due = await store.outbox.due(target, noon, 10);
  const ids = due.map(({ id }) => id);
  expect((await store.engine(1).send([...ids, 4711])).map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'sending']));
  expect(await store.engine(1).send(ids)).toEqual([]);
  expect(await store.engine(1).send([])).toEqual([]);
});

it('a publication is bound and settled in units of one Delivery when there is room for one', async () => {
  const store = await openWithSmallUnits(await makeFolder());
  const engine = store.engine(1);
  await queueAll(store);
  expect(await engine.beginPublication(target, 'file-1', noon)).toBe(subjects.length);
  expect(await engine.beginPublication(target, 'file-1', later(1))).toBe(subjects.length);
  expect(await engine.finishPublication(target, 'file-1', 'hosts.csv', noon)).toBe(subjects.length);
  expect(await store.shadows.count(target)).toMatchObject({ active: subjects.length });
  expect((await store.targets.get(target))?.publication).toBeUndefined();
});

it('bound Deliveries are queued again if the process ended before all were bound', async () => {
  const folder = await makeFolder();
  const store = await openWithSmallUnits(folder);
  await queueAll(store);
  const binding = store.engine(1).beginPublication(target, 'file-1', noon);
  await Promise.allSettled([binding, store.close()]);
  await expect(binding).rejects.toThrow('closed');
  const again = await openWithSmallUnits(folder);
  expect(await again.outbox.counts(target)).toMatchObject({ sending: 1, queued: subjects.length - 1 });
  expect(await again.engine(1).recover(noon)).toBe(0);
  expect(await again.outbox.counts(target)).toMatchObject({ sending: 0, queued: subjects.length });
  expect(await again.engine(1).beginPublication(target, 'file-2', noon)).toBe(subjects.length);
});

it('Deliveries bound by another Target stay bound during the recovery of one Target', async () => {
  const store = await openWithSmallUnits(await makeFolder());
  await queueAll(store);
  const binding = store.engine(1).beginPublication(target, 'file-1', noon);
  await store.engine(1).recover(noon, 'old-vms');
  expect(await binding).toBe(subjects.length);
  expect(await store.outbox.counts(target)).toMatchObject({ sending: subjects.length });
});

it('the same file is written again and the remaining Deliveries are settled if the process ended during settling', async () => {
  const folder = await makeFolder();
  const store = await openWithSmallUnits(folder);
  await queueAll(store);
  await store.engine(1).beginPublication(target, 'file-1', noon);
  const file = await readFile(store, 'file-1');
  const settling = store.engine(1).finishPublication(target, 'file-1', 'hosts.csv', noon);
  await Promise.allSettled([settling, store.close()]);
  await expect(settling).rejects.toThrow('closed');
  const again = await openWithSmallUnits(folder);
  expect(await again.engine(1).recover(noon)).toBe(0);
  expect(await again.outbox.counts(target)).toMatchObject({ sending: subjects.length - 1, done: 1 });
  expect((await again.targets.get(target))?.publication).toBe('file-1');
  expect(await readFile(again, 'file-1')).toEqual(file);
  expect(await again.engine(1).finishPublication(target, 'file-1', 'hosts.csv', noon)).toBe(subjects.length - 1);
  expect(await again.outbox.counts(target)).toMatchObject({ done: subjects.length });
});

it('the remaining Deliveries are queued again if the process ended while a publication was abandoned', async () => {
  const folder = await makeFolder();
  const store = await openWithSmallUnits(folder);
  await queueAll(store);
  await store.engine(1).beginPublication(target, 'file-1', noon);
  const abandoning = store.engine(1).abandonPublication(target, 'file-1', 'disk full', noon);
  await Promise.allSettled([abandoning, store.close()]);
  await expect(abandoning).rejects.toThrow('closed');
  const again = await openWithSmallUnits(folder);
  expect((await again.targets.get(target))?.publication).toBe('file-1');
  await again.engine(1).abandonPublication(target, 'file-1', 'disk full', noon);
  expect(await again.outbox.counts(target)).toMatchObject({ sending: 0, queued: subjects.length });
});

it('forgetting a Target continues where a stop interrupted it', async () => {
  const folder = await makeFolder();
  const store = await openWithSmallUnits(folder);
  await queueAll(store);
  const stopped = store.engine(1).eraseTarget(target);
  const failed = expect(stopped).rejects.toThrow('closed');
  await store.close();
  await failed;
  const again = await openWithSmallUnits(folder);
  const left = (await again.outbox.counts(target)).queued;
  expect(left).toBeLessThanOrEqual(subjects.length);
  expect(await again.targets.get(target)).toMatchObject({ name: target });
  await again.engine(1).eraseTarget(target);
  expect(await again.targets.get(target)).toBeUndefined();
  expect(await again.outbox.counts(target)).toMatchObject({ queued: 0 });
});
