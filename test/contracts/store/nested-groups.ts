import { expect, it } from 'vitest';
import type { MemberRef } from '../../../src/scim/resource.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

/** The stored members of a Group: id and type. */
async function membersOf(store: Store, group: string): Promise<readonly (readonly [string, string | undefined])[]> {
  return (await store.of('default').groups.members(group, undefined, 100)).map(({ id, type }) => [id, type]);
}

/** The names of a person's Groups in expressions. */
async function groupsSeen(store: Store, person: string): Promise<readonly string[] | undefined> {
  return (await store.people.views([person])).get(person)?.groups;
}

/** Groups as members of Groups: they are stored as Groups, and their members are not members of the outer Group. */
export function describeNestedGroups(open: OpenStore): void {
  it('keeps a Group as a member of a Group, without making the people in it members of the outer Group', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    const inner = await groups.create(aGroup({ displayName: 'Inner' }), [{ value: id }], anOrigin());
    const outer = await groups.create(aGroup({ displayName: 'Outer' }), [{ value: inner.id }], anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([[inner.id, 'Group']]);
    expect((await users.get(id))?.groups).toEqual([{ id: inner.id, displayName: 'Inner' }]);
    expect(await groupsSeen(store, id)).toEqual(['Inner']);
  });

  it('ends the membership of a deleted Group, which no other resource takes over, not even with its id as externalId', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const inner = await groups.create(aGroup({ displayName: 'Inner' }), [], anOrigin());
    const outer = await groups.create(aGroup({ displayName: 'Outer' }), [{ value: inner.id }], anOrigin());
    await groups.remove(inner.id, anOrigin());
    const { id } = await users.create(aUser({ externalId: inner.id }), anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([]);
    expect(await groupsSeen(store, id)).toEqual([]);
  });

  it.each([
    ['is created', async (store: Store) => (await store.of('default').groups.create(innerGroup, [], anOrigin())).id],
    ['gets the externalId', async (store: Store) => lateExternalId(store)],
  ])('resolves an open member by externalId to the Group when it %s, and never to a Person who arrives later', async (_, arrive) => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const outer = await groups.create(aGroup({ displayName: 'Outer' }), [{ value: 'G-1' }], anOrigin());
    const inner = await arrive(store);
    const { id } = await users.create(aUser({ externalId: 'G-1' }), anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([[inner, 'Group']]);
    expect(await groupsSeen(store, id)).toEqual([]);
    await groups.remove(inner, anOrigin());
    await users.update(id, (user) => ({ ...user, externalId: 'G-2' }), anOrigin());
    await users.update(id, (user) => ({ ...user, externalId: 'G-1' }), anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([]);
    expect(await groupsSeen(store, id)).toEqual([]);
  });

  it.each<[string, MemberRef, 'person' | 'group' | 'open']>([
    ['says nothing', { value: 'X-1' }, 'open'],
    ['says User', { value: 'X-1', type: 'User' }, 'person'],
    ['says Group', { value: 'X-1', type: 'Group' }, 'group'],
  ])('decides whether a member by externalId is a Person or a Group: when the Source %s, it is %s', async (_, member, is) => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const early = await groups.create(aGroup({ displayName: 'Early' }), [{ value: 'X-0' }], anOrigin());
    const person = (await users.create(aUser({ externalId: 'X-1' }), anOrigin())).id;
    const group = (await groups.create(aGroup({ displayName: 'Inner', externalId: 'X-1' }), [], anOrigin())).id;
    const created = await groups.create(aGroup({ displayName: 'Created' }), [member], anOrigin());
    await groups.edit(early.id, { members: { base: 'none', add: [member], remove: [] } }, anOrigin());
    const kept = { person: [person, 'User'], group: [group, 'Group'], open: ['X-1', undefined] }[is];
    expect(await membersOf(store, created.id)).toEqual([kept]);
    expect(await membersOf(store, early.id)).toEqual([kept]);
    expect((await groupsSeen(store, person))?.toSorted()).toEqual(is === 'person' ? ['Created', 'Early'] : []);
    const again = await groups.edit(created.id, { members: { base: 'none', add: [member], remove: [] } }, anOrigin());
    expect(again.version).toBe(1);
  });

  it('leaves a member of type Group open until a Group arrives, even if a Person has that externalId', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const outer = await groups.create(aGroup({ displayName: 'Outer' }), [{ value: 'G-1', type: 'Group' }], anOrigin());
    const other = await groups.create(aGroup({ displayName: 'Other' }), [{ value: 'G-1', type: 'User' }], anOrigin());
    const { id } = await users.create(aUser({ externalId: 'G-1' }), anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([['G-1', undefined]]);
    expect(await groupsSeen(store, id)).toEqual(['Other']);
    const inner = await groups.create(innerGroup, [], anOrigin());
    expect(await membersOf(store, outer.id)).toEqual([[inner.id, 'Group']]);
    expect(await membersOf(store, other.id)).toEqual([[id, 'User']]);
  });

  it('never resolves a member to a Group of another Source', async () => {
    const { store } = await openForTest(open);
    const theirs = await store.of('two').groups.create(innerGroup, [], anOrigin());
    const outer = await store.of('default').groups.create(aGroup(), [{ value: theirs.id }, { value: 'G-1' }], anOrigin());
    expect(new Map(await membersOf(store, outer.id))).toEqual(
      new Map([
        [theirs.id, undefined],
        ['G-1', undefined],
      ]),
    );
  });

  it('allows Groups that contain each other, which makes no person a member', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const one = await groups.create(aGroup({ displayName: 'One' }), [], anOrigin());
    const two = await groups.create(aGroup({ displayName: 'Two' }), [{ value: one.id }], anOrigin());
    await groups.edit(one.id, { members: { base: 'keep', add: [{ value: two.id }, { value: one.id }], remove: [] } }, anOrigin());
    expect(await membersOf(store, one.id)).toEqual([one.id, two.id].toSorted().map((id) => [id, 'Group']));
    expect(await membersOf(store, two.id)).toEqual([[one.id, 'Group']]);
  });
}

const innerGroup = aGroup({ displayName: 'Inner', externalId: 'G-1' });

async function lateExternalId(store: Store): Promise<string> {
  const { groups } = store.of('default');
  const { id } = await groups.create(aGroup({ displayName: 'Inner' }), [], anOrigin());
  await groups.edit(id, { change: (group) => ({ ...group, externalId: 'G-1' }) }, anOrigin());
  return id;
}
