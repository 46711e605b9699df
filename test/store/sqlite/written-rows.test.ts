import { expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { countWritten, openDatabase, type OpenedDatabase } from './open-database.ts';

/** Number of rows that every edit writes apart from members: the Group, the Change, the number of the last Change, and the Source. */
const besides = 4;

async function openLargeGroup({ store }: OpenedDatabase): Promise<string> {
  const members = Array.from({ length: 10_000 }, (_, index) => ({ value: `member-${index}` }));
  const { id } = await store.of('default').groups.create(aGroup(), members, anOrigin());
  return id;
}

it('an edit of a Group of 10,000 writes only the rows of the members it names', async () => {
  const opened = await openDatabase();
  const { store, db } = opened;
  const id = await openLargeGroup(opened);
  const { groups } = store.of('default');
  const edit = (add: readonly string[], remove: readonly string[]) =>
    countWritten(db, () => groups.edit(id, { members: { base: 'keep', add: add.map((value) => ({ value })), remove } }, anOrigin()));
  expect(await edit(['new'], [])).toBe(1 + besides);
  expect(await edit([], ['member-7', 'member-8'])).toBe(2 + besides);
  expect(await edit(['member-7', 'member-1'], ['new'])).toBe(2 + besides);
  expect(await edit(['member-1'], ['nobody'])).toBe(0);
  expect(await countWritten(db, () => groups.edit(id, { change: (group) => ({ ...group, displayName: 'New' }) }, anOrigin()))).toBe(
    besides,
  );
  expect(await countWritten(db, () => groups.remove(id, anOrigin()))).toBe(besides);
});

it('replacing members, or removing them by a filter, writes only the rows that differ', async () => {
  const opened = await openDatabase();
  const { store, db } = opened;
  const id = await openLargeGroup(opened);
  const { groups } = store.of('default');
  const kept = Array.from({ length: 9_999 }, (_, index) => ({ value: `member-${index + 1}` }));
  const replace = { members: { base: 'none' as const, add: [...kept, { value: 'new' }], remove: [] } };
  expect(await countWritten(db, () => groups.edit(id, replace, anOrigin()))).toBe(2 + besides);
  const where = { members: { base: 'keep' as const, add: [], remove: [], removeWhere: parseFilter('value sw "member-999"') } };
  expect(await countWritten(db, () => groups.edit(id, where, anOrigin()))).toBe(11 + besides);
});

it('an update of a Person writes one row when no index reads what changed', async () => {
  const { store, db } = await openDatabase();
  const { users } = store.of('default');
  const { id } = await users.create(aUser(), anOrigin());
  expect(await countWritten(db, () => users.update(id, (user) => ({ ...user, title: 'Porter' }), anOrigin()))).toBe(besides);
  expect(await countWritten(db, () => users.update(id, (user) => user, anOrigin()))).toBe(0);
});

it('one commit writes the Source’s row once for all its units', async () => {
  const { store, db } = await openDatabase();
  const { users } = store.of('default');
  const people = Array.from({ length: 10 }, (_, index) => users.create(aUser({ userName: `user-${index}`, emails: [] }), anOrigin()));
  expect(await countWritten(db, () => Promise.all(people))).toBe(10 * 2 + 2);
});

it('the release of a Plan writes the same few rows for any size', async () => {
  const { store, outboundDb: db } = await openDatabase();
  const engine = store.engine(1);
  const release = async (entries: number) => {
    const run = await engine.beginRun({ target: 'front-desk', kind: 'firstLoad', at: anOrigin().at, rechecksUpTo: 0 });
    await engine.stage(
      run,
      Array.from({ length: entries }, (_, index) => ({
        subject: { kind: 'person' as const, id: `p-${index}` },
        cause: 'firstLoad' as const,
        supersedes: [],
      })),
    );
    return countWritten(db, () => engine.release(run, { cursor: 1, released: false }));
  };
  expect(await release(500)).toBe(await release(1));
});
