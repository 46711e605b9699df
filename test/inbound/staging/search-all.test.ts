import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../../src/domain/logger.ts';
import { parseQuery, type SearchParameters } from '../../../src/scim/messages.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import type { SearchHit } from '../../../src/inbound/staging/typed-search.ts';
import { searchAll } from '../../../src/inbound/staging/search-all.ts';
import type { Groups, Page, Query, SourceStore } from '../../../src/store/staging.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import { anOrigin } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';

interface Shown {
  readonly is: 'User' | 'Group';
  readonly userName?: string;
  readonly displayName?: string;
  readonly title?: string;
  readonly externalId?: string;
}

const schemas = compileSchemas();
const sizes = { usual: 4, most: 50 };
/** All staged resources, Users first, in the order of creation. */
const all: readonly Shown[] = [
  ...['Delta', 'alpha', 'Charlie', 'echo', 'bravo', 'foxtrot', 'golf'].map((name, index): Shown => ({
    is: 'User',
    userName: `${name}@contoso.test`,
    ...(index % 3 > 0 && { displayName: name }),
    ...(index % 2 > 0 && { title: 'Porter', externalId: `x${index}` }),
  })),
  ...['ECHO', 'Beta', 'charlie', 'Zulu', 'delta'].map((displayName, index): Shown => ({
    is: 'Group',
    displayName,
    ...(index % 2 > 0 && { externalId: `X${index}` }),
  })),
];

let folder: string;
let store: Store;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-all-'));
  store = await openJoined({ folder: folder, clock: new TestClock(), log: silentLogger, schemas });
  const { users, groups } = store.of('default');
  for (const { is, ...one } of all) {
    if (is === 'User') await users.create({ userName: '', ...one }, anOrigin());
    else await groups.create({ displayName: '', ...one }, [], anOrigin());
  }
  await store.of('other').users.create({ userName: 'foreign', displayName: 'foreign' }, anOrigin());
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function search(parameters: SearchParameters, after?: Query['after']) {
  return searchAll({ staging: { source: store.of('default'), schemas }, sizes, nowMs: () => 0 }, parameters, after);
}

function toShown(found: SearchHit): Shown {
  return found.is === 'User' ? { is: 'User', ...found.person.user } : { is: 'Group', ...found.group.group };
}

const has = (text: string | undefined, start: string) => text?.toLowerCase().startsWith(start) ?? false;
/** Filters with their meaning, if an attribute that a type does not have counts as absent. */
const filters: readonly (readonly [string | undefined, (one: Shown) => boolean])[] = [
  [undefined, () => true],
  ['meta.resourceType eq "User"', ({ is }) => is === 'User'],
  ['meta.resourceType ne "User"', ({ is }) => is !== 'User'],
  ['userName sw "d" or displayName sw "d"', ({ userName, displayName }) => has(userName, 'd') || has(displayName, 'd')],
  ['userName pr and displayName pr', ({ userName, displayName }) => userName !== undefined && displayName !== undefined],
  ['not (userName pr)', ({ userName }) => userName === undefined],
  ['displayName eq "echo"', ({ displayName }) => displayName?.toLowerCase() === 'echo'],
  ['externalId pr', ({ externalId }) => externalId !== undefined],
  ['title eq "porter" or members pr', ({ title }) => title === 'Porter'],
  ['userName eq "nobody"', () => false],
  ['unknown pr', () => false],
];

interface Asked {
  readonly filter: readonly [string | undefined, (one: Shown) => boolean];
  readonly sortBy: 'displayName' | 'userName' | 'externalId' | 'title' | 'meta.resourceType' | undefined;
  readonly descending: boolean;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  filter: fc.constantFrom(...filters),
  sortBy: fc.constantFrom(undefined, 'displayName', 'userName', 'externalId', 'title', 'meta.resourceType'),
  descending: fc.boolean(),
});

function expectedOf({ filter: [, holds], sortBy, descending }: Asked): readonly Shown[] {
  const hits = all.filter(holds);
  if (sortBy === undefined) return hits;
  const keyOf = (one: Shown) => {
    if (sortBy === 'meta.resourceType') return one.is;
    const value = one[sortBy];
    return sortBy === 'externalId' ? value : value?.toLowerCase();
  };
  const compare = (a: string | undefined, b: string | undefined) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return a < b ? -1 : Number(a > b);
  };
  return hits.toSorted((a, b) => (descending ? -1 : 1) * compare(keyOf(a), keyOf(b)));
}

function toParameters({ filter: [filter], sortBy, descending }: Asked, more: object): SearchParameters {
  return parseQuery({
    ...(filter !== undefined && { filter }),
    ...(sortBy !== undefined && { sortBy, sortOrder: descending ? 'descending' : 'ascending' }),
    ...more,
  });
}

test('a page by index of Users and Groups is a part of all matches in order', async () => {
  await fc.assert(
    fc.asyncProperty(asked, fc.integer({ min: 1, max: 14 }), fc.nat(14), async (wish, startIndex, count) => {
      const expected = expectedOf(wish);
      const page = await search(toParameters(wish, { startIndex: String(startIndex), count: String(count) }));
      expect(page.total).toBe(expected.length);
      expect(page.items.map(toShown)).toEqual(expected.slice(startIndex - 1, startIndex - 1 + count));
      expect(page.next).toBeUndefined();
    }),
    { numRuns: 400 },
  );
});

test('pages by cursor return all matches in order, once each, and end', async () => {
  await fc.assert(
    fc.asyncProperty(asked, fc.integer({ min: 1, max: 13 }), async (wish, count) => {
      const expected = expectedOf(wish);
      const seen: Shown[] = [];
      for (let after: Query['after'] = 'start'; after !== undefined;) {
        const page = await search(toParameters(wish, { cursor: '', count: String(count) }), after);
        expect(page.total).toBe(expected.length);
        expect(page.items.length).toBe(Math.min(count, expected.length - seen.length));
        seen.push(...page.items.map(toShown));
        expect(page.next === undefined).toBe(seen.length === expected.length);
        after = page.next;
      }
      expect(seen).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([[{}], [{ sortBy: 'displayName' }], [{ sortBy: 'displayName', sortOrder: 'descending' }]])(
  'pages that end early because resources are large return everything in order, once each: %o',
  async (query) => {
    // A page has room for two resources of one type.
    const large = 'x'.repeat(1.5 * 1024 * 1024);
    const source = store.of(`large${JSON.stringify(query).length}`);
    const { users, groups } = source;
    for (const name of ['b', 'd', 'e', 'g', 'h']) await users.create({ userName: name, displayName: name, title: large }, anOrigin());
    for (const name of ['a', 'c', 'f', 'i']) await groups.create({ displayName: name, externalId: large }, [], anOrigin());
    const names = (items: readonly SearchHit[]) => items.map((found) => toShown(found).displayName ?? '');
    const find = (parameters: object, after?: Query['after']) =>
      searchAll({ staging: { source, schemas }, sizes, nowMs: () => 0 }, parseQuery({ ...query, count: '50', ...parameters }), after);
    const expected = 'sortBy' in query ? 'abcdefghi'.split('') : 'bdeghacfi'.split('');
    if ('sortOrder' in query) expected.reverse();
    const byIndex: string[] = [];
    while (byIndex.length < expected.length) {
      const { items } = await find({ startIndex: String(byIndex.length + 1) });
      expect(items.length).toBeGreaterThan(0);
      byIndex.push(...names(items));
    }
    expect(byIndex).toEqual(expected);
    const byPlace: string[] = [];
    for (let after: Query['after'] = 'start'; after !== undefined;) {
      const page: Page<SearchHit> = await find({}, after);
      byPlace.push(...names(page.items));
      after = page.next;
    }
    expect(byPlace).toEqual(expected);
  },
);

test('all look-ups of one search share one time limit', async () => {
  let now = 0;
  const limits: (number | undefined)[] = [];
  const { groups, ...source } = store.of('default');
  const find = (query: Query) => {
    limits.push(query.maxMs);
    now += 4_000;
    return groups.find(query);
  };
  const watched: SourceStore = {
    ...source,
    reserveId: () => '',
    createTogether: () => Promise.resolve([]),
    groups: Object.assign(Object.create(groups) as Groups, { find }),
  };
  const parameters = parseQuery({ sortBy: 'displayName', startIndex: '4' });
  await searchAll({ staging: { source: watched, schemas }, sizes, nowMs: () => now }, parameters);
  expect(limits.slice(0, 4)).toEqual([10_000, 6_000, 2_000, 1]);
});

test('sorting by an attribute that neither type has, or that has no sortable value, is refused', async () => {
  for (const sortBy of ['nothing', 'name'])
    await expect(search(parseQuery({ sortBy }))).rejects.toMatchObject({ scimType: 'invalidValue' });
});

test('an invalid comparison is refused, even if it would not be evaluated', async () => {
  const filter = 'meta.resourceType eq "Group" and active gt true';
  await expect(search(parseQuery({ filter }))).rejects.toMatchObject({ scimType: 'invalidFilter' });
});
