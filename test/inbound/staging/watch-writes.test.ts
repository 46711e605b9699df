import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { watchWrites } from '../../../src/inbound/staging/watch-writes.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';
import { openJoined } from '../../support/stores.ts';

test('each committed write is reported, also in a group; reads, reserved ids and refused writes are not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-watch-'));
  const store = await openJoined({ folder: folder, clock: new TestClock(), log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  let told = 0;
  const source = watchWrites(store, () => (told += 1)).of('default');
  const countReports = async (work: () => Promise<unknown>): Promise<number> => {
    const before = told;
    await work().catch(() => undefined);
    return told - before;
  };
  const [user, group] = [source.reserveId(), source.reserveId()];
  const { users, groups } = source;
  expect(told).toBe(0);
  expect(await countReports(() => users.create(aUser(), anOrigin(), user))).toBe(1);
  expect(await countReports(() => users.create(aUser(), anOrigin()))).toBe(0);
  expect(await countReports(() => users.update(user, (now) => ({ ...now, title: 'T' }), anOrigin()))).toBe(1);
  expect(await countReports(() => groups.create(aGroup(), [{ value: user }], anOrigin(), group))).toBe(1);
  expect(await countReports(() => groups.edit(group, { members: { base: 'none', add: [], remove: [] } }, anOrigin()))).toBe(1);
  expect(await countReports(() => Promise.all([users.get(user), groups.get(group), groups.members(group, undefined, 9)]))).toBe(0);
  expect(await countReports(() => Promise.all([users.find({ startIndex: 1, count: 1 }), groups.find({ startIndex: 1, count: 1 })]))).toBe(
    0,
  );
  expect(await countReports(() => users.remove(user, anOrigin()))).toBe(1);
  expect(await countReports(() => groups.remove(group, anOrigin()))).toBe(1);
  const together = (name: string) =>
    source.createTogether([{ type: 'User', id: source.reserveId(), user: aUser({ userName: name }) }], anOrigin());
  expect(await countReports(() => together('bert'))).toBe(1);
  expect(await countReports(() => together('BERT'))).toBe(0);
});
