import { expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { Query } from '../../../src/store/staging.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openDatabase } from './open-database.ts';

/** A document size of which two fit into 4 MiB and three do not. */
const large = 'x'.repeat(1.5 * 1024 * 1024);
const names = ['a', 'b', 'c', 'd', 'e'];

async function openLarge(): Promise<Store> {
  const { store } = await openDatabase();
  const { users } = store.of('default');
  for (const name of names) await users.create(aUser({ userName: name, nickName: name, title: large }), anOrigin());
  return store;
}

async function find(store: Store, query: Partial<Query>) {
  const page = await store.of('default').users.find({ startIndex: 1, count: 1000, ...query });
  return { total: page.total, next: page.next, names: page.items.map(({ person }) => person.user.userName) };
}

const queries: readonly (readonly [string, Partial<Query>])[] = [
  ['of everyone', {}],
  ['of a filter', { filter: parseFilter('title sw "xx"') }],
  ['in sort order', { sort: { by: 'nickName', descending: false } }],
];

it.each(queries)('a page %s ends when it becomes too large, and continues after that by index', async (_, query) => {
  const store = await openLarge();
  const walked: string[][] = [];
  for (let startIndex = 1; startIndex <= names.length;) {
    const page = await find(store, { ...query, startIndex });
    expect(page).toMatchObject({ total: 5, next: undefined });
    walked.push(page.names);
    startIndex += page.names.length;
  }
  expect(walked).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it.each(queries)('a page %s ends when it becomes too large, and continues after that by cursor', async (_, query) => {
  const store = await openLarge();
  const walked: string[][] = [];
  for (let after: Query['after'] = 'start'; after !== undefined;) {
    const page = await find(store, { ...query, after });
    walked.push(page.names);
    after = page.next;
  }
  expect(walked).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('a person who is too large is alone on a page', async () => {
  const { store } = await openDatabase();
  const { users } = store.of('default');
  for (const userName of ['a', 'b']) await users.create(aUser({ userName, title: large.repeat(3) }), anOrigin());
  expect((await find(store, {})).names).toEqual(['a']);
  expect((await find(store, { startIndex: 2 })).names).toEqual(['b']);
});

it('a page of Groups ends when it becomes too large', async () => {
  const { store } = await openDatabase();
  const { groups } = store.of('default');
  for (const name of names) await groups.create(aGroup({ displayName: name, externalId: large }), [], anOrigin());
  expect((await groups.find({ startIndex: 1, count: 10 })).items.map(({ group }) => group.displayName)).toEqual(['a', 'b']);
});

it('the Groups of people count for the page size, and are not read when not requested', async () => {
  const { store } = await openDatabase();
  const { users, groups } = store.of('default');
  const members = [];
  for (const userName of names) members.push({ value: (await users.create(aUser({ userName }), anOrigin())).id });
  await groups.create(aGroup({ displayName: large }), members, anOrigin());
  expect((await find(store, {})).names).toEqual(['a', 'b']);
  const without = await users.find({ startIndex: 1, count: 10, withGroups: false });
  expect(without.items.map(({ groups: shown }) => shown)).toEqual([[], [], [], [], []]);
});
