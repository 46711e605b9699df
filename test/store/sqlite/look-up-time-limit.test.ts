import { expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { Query } from '../../../src/store/staging.ts';
import { StatementCache } from '../../../src/store/sqlite/staging/filter/statement-cache.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openDatabase } from './open-database.ts';

/** A store with this number of people, all members of one Group. Reading a row takes a millisecond. */
async function openSlow(count: number) {
  let ms = 0;
  const { store } = await openDatabase(undefined, () => (ms += 1));
  const { users, groups } = store.of('default');
  const people = await Promise.all(
    Array.from({ length: count }, (_, index) => users.create(aUser({ userName: `user-${index}` }), anOrigin())),
  );
  await groups.create(
    aGroup(),
    people.map(({ id }) => ({ value: id })),
    anOrigin(),
  );
  return { users, groups };
}

const all: Query = { startIndex: 1, count: 10 };

it.each<['users' | 'groups', Partial<Query>]>([
  ['users', { filter: parseFilter('title co "x"') }],
  ['users', { filter: parseFilter('displayName eq "anna berg" and title co "x"') }],
  ['users', { sort: { by: 'title', descending: false } }],
  ['groups', { filter: parseFilter('members.display co "x"') }],
])('a look-up of %s that takes too long is ended, and the error names what an index serves', async (of, query) => {
  const slow = await openSlow(200);
  const names =
    of === 'users' ? ['userName', 'externalId', 'emails.value', 'displayName', 'manager.value'] : ['displayName', 'members.value'];
  await expect(slow[of].find({ ...all, ...query, maxMs: 100 })).rejects.toMatchObject({
    status: 400,
    scimType: 'tooMany',
    message: expect.stringMatching(new RegExp(names.join('.*'))) as unknown,
  });
  await expect(slow[of].find({ ...all, ...query, maxMs: 1000 })).resolves.toBeDefined();
});

it('a look-up has ten seconds by default', async () => {
  let ms = 0;
  const { store } = await openDatabase(undefined, () => (ms += 600));
  const { users } = store.of('default');
  await Promise.all(Array.from({ length: 20 }, (_, index) => users.create(aUser({ userName: `user-${index}` }), anOrigin())));
  await expect(users.find({ ...all, filter: parseFilter('title co "x"') })).rejects.toMatchObject({ scimType: 'tooMany' });
  await expect(users.find({ ...all, filter: parseFilter('title co "x"'), maxMs: 60_000 })).resolves.toMatchObject({ total: 0 });
});

it('a look-up that an index serves is not ended', async () => {
  const { users } = await openSlow(200);
  const page = await users.find({ ...all, filter: parseFilter('userName eq "user-7"'), maxMs: 0 });
  expect(page.total).toBe(1);
});

it.each<['users' | 'groups', string]>([
  ['users', 'title co "x"'],
  ['users', 'displayName eq "anna berg" and title co "x"'],
  ['groups', 'members.display co "x"'],
])('other work gets a turn while %s are searched for %s', async (of, filter) => {
  const slow = await openSlow(200);
  let turns = 0;
  let over = false;
  const count = () => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await slow[of].find({ ...all, filter: parseFilter(filter) });
  over = true;
  // 200 rows of a millisecond in slices of eight.
  expect(turns).toBeGreaterThan(20);
});

it('a hundred statements are cached, the most recently used ones', async () => {
  const prepared: string[] = [];
  const { db } = await openDatabase();
  const watched = new Proxy(db, {
    get: (target, name) =>
      name === 'prepare' ? (text: string) => (prepared.push(text), target.prepare(text)) : (Reflect.get(target, name, target) as unknown),
  });
  const statements = new StatementCache(watched);
  for (let index = 0; index < 100; index += 1) statements.of(`select ${index}`);
  const first = statements.of('select 0');
  statements.of('select 100');
  expect(statements.of('select 0')).toBe(first);
  expect(prepared).toHaveLength(101);
  statements.of('select 1');
  expect(prepared).toHaveLength(102);
});
