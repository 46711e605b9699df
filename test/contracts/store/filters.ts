import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ResourceId } from '../../../src/domain/ids.ts';
import { compileFilter, type Matcher } from '../../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { printFilter } from '../../../src/scim/filter/print-filter.ts';
import type { Filter } from '../../../src/scim/filter/filter-tree.ts';
import { renderGroup, renderUser } from '../../../src/scim/render.ts';
import type { JsonObject, MemberRef } from '../../../src/scim/resource.ts';
import type { ResourceSchema } from '../../../src/scim/schema/compile-schemas.ts';
import { compileOrder } from '../../../src/scim/sort.ts';
import type { Page, Query } from '../../../src/store/staging.ts';
import type { Store } from '../../support/stores.ts';
import { anOrigin, aUser, later } from '../../support/builders.ts';
import { anyGroupFilter, anyUserFilter } from './arbitrary-filters.ts';
import { anyGroup, anyUser, schemasWithExtensions, userExtension } from './arbitrary-resources.ts';
import { openForTest, type OpenStore } from './harness.ts';

/** Number of rounds, each with its own resources and filters: 4 × (26 × 900 + 12 × 500) pairs of an existing resource and a filter. */
const rounds = 4;
const perRound = { people: 30, groups: 14, userFilters: 900, groupFilters: 500 };
/** Time limit of a round, which takes a few seconds, and many more on a busy machine. */
const patienceMs = 120_000;

/** Compares filters of the store with the evaluator: both must find the same resources. */
export function describeFilters(open: OpenStore): void {
  it.each(pitfalls)('compares correctly despite %s', async (_, held, filter, found) => {
    const { store } = await openForTest(open, schemasWithExtensions);
    const { users } = store.of('default');
    await users.create(aUser({ [userExtension]: held }), anOrigin());
    const { total } = await users.find({ startIndex: 1, count: 1, filter: parseFilter(filter) });
    expect(total).toBe(found ? 1 : 0);
  });

  it('finds generated addresses with pr, and rejects every other comparison of them', async () => {
    const { store } = await openForTest(open, schemasWithExtensions);
    const { users, groups } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    await users.create(aUser({ userName: 'alone' }), anOrigin());
    const lab = await groups.create({ displayName: 'Lab' }, [{ value: id }, { value: 'nobody' }], anOrigin());
    const totalOf = async (of: typeof users | typeof groups, filter: string) =>
      (await of.find({ startIndex: 1, count: 1, filter: parseFilter(filter) })).total;
    expect(await totalOf(users, 'meta.location pr and meta[location pr]')).toBe(2);
    expect(await totalOf(users, 'groups.$ref pr')).toBe(1);
    expect(await totalOf(users, 'groups[$ref pr]')).toBe(1);
    expect(await totalOf(users, 'groups.$ref eq null')).toBe(1);
    expect(await totalOf(groups, 'members.$ref pr')).toBe(1);
    expect(await totalOf(groups, 'members[not ($ref pr) and value eq "nobody"]')).toBe(1);
    expect(await totalOf(groups, `members[not ($ref pr) and value eq "${id}"]`)).toBe(0);
    for (const filter of ['meta.location ew "1"', 'groups.$ref co "Groups"', 'groups[$ref ne "x"]'])
      await expect(totalOf(users, filter)).rejects.toMatchObject({ status: 400, scimType: 'invalidFilter' });
    await expect(totalOf(groups, 'members.$ref sw "http"')).rejects.toMatchObject({ status: 400, scimType: 'invalidFilter' });
    const removeWhere = parseFilter('not ($ref pr)');
    await groups.edit(lab.id, { members: { base: 'keep', add: [], remove: [], removeWhere } }, anOrigin());
    expect((await groups.members(lab.id, undefined, 10)).map((member) => member.id)).toEqual([id]);
  });

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'finds the same people as the evaluator, for any filter (round %d)',
    async () => {
      const { store, ids } = await openFilled(open);
      const listed = new Listed(schemasWithExtensions.user, await renderUsers(store), (query) => findUserIds(store, query));
      await fc.assert(
        fc.asyncProperty(mostlyPossible(anyUserFilter(ids), schemasWithExtensions.user), (filter) => listed.check(filter)),
        { numRuns: perRound.userFilters },
      );
      await fc.assert(
        fc.asyncProperty(anyQuery(userOrders), fc.option(anyUserFilter(ids), { nil: undefined }), (query, filter) =>
          listed.checkPages(query, filter),
        ),
        { numRuns: 100 },
      );
    },
    patienceMs,
  );

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'finds the same Groups as the evaluator, for any filter (round %d)',
    async () => {
      const { store, ids } = await openFilled(open);
      const listed = new Listed(schemasWithExtensions.group, await renderGroups(store), (query) => findGroupIds(store, query));
      await fc.assert(
        fc.asyncProperty(mostlyPossible(anyGroupFilter(ids), schemasWithExtensions.group), (filter) => listed.check(filter)),
        { numRuns: perRound.groupFilters },
      );
      await fc.assert(
        fc.asyncProperty(anyQuery(groupOrders), fc.option(anyGroupFilter(ids), { nil: undefined }), (query, filter) =>
          listed.checkPages(query, filter),
        ),
        { numRuns: 60 },
      );
    },
    patienceMs,
  );
}

/** A value of the extension's attribute, a filter on it without the URN, and whether the filter matches. */
const pitfalls: readonly (readonly [string, unknown, string, boolean])[] = [
  ['a number that JavaScript writes longer than it is', { ratio: 2 ** 60 }, `ratio eq ${2 ** 60}`, true],
  ['a number that needs a 64-bit integer', { ratio: 2 ** 60 }, `ratio gt ${2 ** 60}`, false],
  ['a number compared as a number', { ratio: 10 }, 'ratio lt 9', false],
  ['seven digits of a second', { since: '2026-01-31T08:30:00.0000001Z' }, 'since gt "2026-01-31T10:30:00+02:00"', true],
  ['a text without its last part behind U+0000', { code: 'a\0b' }, 'code ew "b"', true],
  ['a text up to U+0000', { code: 'a\0b' }, 'code eq "a"', false],
  ['the order of characters beyond the first 65,536', { code: '\u{1f600}' }, 'code gt "\uff5e"', true],
  ['a letter that has two small ones', { tags: ['\u0130'] }, 'tags eq "i\u0307"', true],
  ['characters with a meaning in SQL', { code: 'abc' }, 'code co "%"', false],
  [
    'the same element',
    {
      rooms: [
        { value: 'a', size: 1 },
        { value: 'b', size: 2 },
      ],
    },
    'rooms[value eq "a" and size eq 2]',
    false,
  ],
  ['a value that does not match its declaration', { floor: 'high' }, 'floor pr', false],
  ['an attribute that is no longer declared', { gone: 'x' }, `${userExtension} pr`, false],
  ['a list without values', { tags: [] }, 'tags ne "a"', true],
];

const userOrders = [
  'userName',
  'title',
  'emails',
  'emails.type',
  'active',
  'meta.created',
  'meta.lastModified',
  'groups.display',
  'manager',
  'id',
];
const ownOrders = [
  'floor',
  'ratio',
  'since',
  'trained',
  'code',
  'tags',
  'desk',
  'desk.at',
  'rooms',
  'rooms.size',
  'rooms.until',
  'schemas',
];
const groupOrders = ['displayName', 'externalId', 'members', 'members.display', 'meta.version'];

function anyQuery(orders: readonly string[]): fc.Arbitrary<Query> {
  return fc.record(
    {
      startIndex: fc.integer({ min: 1, max: 40 }),
      count: fc.integer({ min: 0, max: 12 }),
      sort: fc.record({ by: fc.constantFrom(...orders, ...ownOrders), descending: fc.boolean() }),
    },
    { requiredKeys: ['startIndex', 'count'] },
  );
}

type FindIds = (query: Query) => Promise<Page<ResourceId>>;

/** All resources of one type, in the order of creation, and the search of the store in them. */
class Listed {
  readonly #type: ResourceSchema;
  readonly #all: readonly JsonObject[];
  readonly #find: FindIds;

  constructor(type: ResourceSchema, all: readonly JsonObject[], find: FindIds) {
    this.#type = type;
    this.#all = all;
    this.#find = find;
  }

  async check(filter: Filter): Promise<void> {
    const expected = this.#pick(filter);
    const query = { filter, startIndex: 1, count: 100 };
    if (expected === undefined) {
      await expect(this.#find(query)).rejects.toMatchObject({ status: 400, scimType: 'invalidFilter' });
      return;
    }
    const { items, total } = await this.#find(query);
    expect({ items, total }, printFilter(filter)).toEqual({ items: expected.map(idOf), total: expected.length });
  }

  async checkPages(plain: Query, filter: Filter | undefined): Promise<void> {
    const picked = filter === undefined ? this.#all : this.#pick(filter);
    if (picked === undefined) return;
    const query = { ...plain, ...(filter && { filter }) };
    const { sort, startIndex, count } = query;
    const sorted = sort ? picked.toSorted(compileOrder(sort.by, sort.descending ? 'descending' : 'ascending', this.#type)) : picked;
    const ids = sorted.map(idOf);
    expect(await this.#find(query)).toEqual({ items: ids.slice(startIndex - 1, startIndex - 1 + count), total: ids.length });
    expect(await this.#walk({ ...query, count: Math.max(1, count) })).toEqual(ids);
  }

  async #walk(query: Query): Promise<readonly ResourceId[]> {
    const walked: ResourceId[] = [];
    for (let after: Query['after'] = 'start'; after !== undefined;) {
      const page: Page<ResourceId> = await this.#find({ ...query, after });
      expect(page.items.length).toBeLessThanOrEqual(query.count);
      walked.push(...page.items);
      after = page.next;
    }
    return walked;
  }

  /** Undefined for an invalid filter. */
  #pick(filter: Filter): readonly JsonObject[] | undefined {
    const matches = findMatcher(filter, this.#type);
    return matches && this.#all.filter(matches);
  }
}

/** Undefined for an invalid filter. */
function findMatcher(filter: Filter, type: ResourceSchema): Matcher | undefined {
  try {
    return compileFilter(filter, type);
  } catch {
    return undefined;
  }
}

/** Nearly half of all random filters have invalid comparisons. For these, it is sufficient that some are rejected. */
function mostlyPossible(filters: fc.Arbitrary<Filter>, type: ResourceSchema): fc.Arbitrary<Filter> {
  const possible = filters.filter((filter) => findMatcher(filter, type) !== undefined);
  return fc.oneof({ weight: 9, arbitrary: possible }, { weight: 1, arbitrary: filters });
}

function idOf(resource: JsonObject): ResourceId {
  return String(resource['id']);
}

/**
 * Creates people, and Groups with people, with Groups and without members. Some of them are changed, some are deleted, and some belong to
 * another Source.
 */
async function openFilled(open: OpenStore): Promise<{ store: Store; ids: readonly string[] }> {
  const { store } = await openForTest(open, schemasWithExtensions);
  const { users, groups } = store.of('default');
  const ids = ['open-1', 'open-2'];
  for (let index = 0; index < perRound.people; index += 1) {
    const [user = aUser()] = fc.sample(anyUser(index, ids), 1);
    const { id } = await users.create(user, anOrigin({ at: later(index) }));
    if (index % 3 === 0) await users.update(id, (now) => ({ ...now, nickName: `nick ${index}` }), anOrigin({ at: later(1000 + index) }));
    if (index % 5 === 0) await store.of('other').users.create(user, anOrigin());
    if (index % 7 === 6) await users.remove(id, anOrigin());
    ids.push(id);
  }
  for (let index = 0; index < perRound.groups; index += 1) {
    const [group = { displayName: 'Group' }] = fc.sample(anyGroup(index), 1);
    const members = fc.sample(fc.array(anyMember(ids), { maxLength: 5 }), 1).flat();
    const { id } = await groups.create(group, members, anOrigin({ at: later(index) }));
    if (index % 3 === 0)
      await groups.edit(id, { members: { base: 'keep', add: [{ value: 'open-2' }], remove: ids.slice(3, 6) } }, anOrigin());
    if (index % 5 === 0) await store.of('other').groups.create(group, members, anOrigin());
    if (index % 7 === 6) await groups.remove(id, anOrigin());
    ids.push(id);
  }
  return { store, ids };
}

function anyMember(ids: readonly string[]): fc.Arbitrary<MemberRef> {
  return fc.record({ value: fc.constantFrom(...ids), display: fc.constantFrom('Mira', 'm\u00fcller') }, { requiredKeys: ['value'] });
}

const everything = { startIndex: 1, count: 1000 };

async function renderUsers(store: Store): Promise<readonly JsonObject[]> {
  const { items } = await store.of('default').users.find(everything);
  return items.map(({ person, groups }) =>
    renderUser(
      person.user,
      {
        ...toEnvelope(person),
        groups: groups.map(({ id, displayName }) => ({ value: id, $ref: `/${id}`, display: displayName, type: 'direct' })),
      },
      schemasWithExtensions,
    ),
  );
}

async function renderGroups(store: Store): Promise<readonly JsonObject[]> {
  const { groups } = store.of('default');
  const { items } = await groups.find(everything);
  return Promise.all(
    items.map(async (group) => {
      const members = await groups.members(group.id, undefined, 1000);
      const shown = members.map(({ id, type, display }) => ({
        value: id,
        ...(type && { type, $ref: `/${id}` }),
        ...(display !== undefined && { display }),
      }));
      return renderGroup(group.group, { ...toEnvelope(group), members: shown }, schemasWithExtensions);
    }),
  );
}

function toEnvelope({ id, createdAt, modifiedAt, version }: { id: string; createdAt: Date; modifiedAt: Date; version: number }) {
  return { id, created: createdAt, modified: modifiedAt, version: `W/"${version}"`, location: `/${id}` };
}

async function findUserIds(store: Store, query: Query): Promise<Page<ResourceId>> {
  const { items, ...page } = await store.of('default').users.find(query);
  return { ...page, items: items.map(({ person }) => person.id) };
}

async function findGroupIds(store: Store, query: Query): Promise<Page<ResourceId>> {
  const { items, ...page } = await store.of('default').groups.find(query);
  return { ...page, items: items.map(({ id }) => id) };
}
