import { expect, it } from 'vitest';
import { ScimError, UniquenessConflict } from '../../../src/scim/errors.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { MembersEdit } from '../../../src/scim/patch/group-edit.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser, later } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

const all = { startIndex: 1, count: 100 };

async function createPeople(store: Store, count: number): Promise<readonly string[]> {
  const people = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      store
        .of('default')
        .users.create(aUser({ userName: `user-${index}`, displayName: `User ${index}`, externalId: `x-${index}` }), anOrigin()),
    ),
  );
  return people.map((person) => person.id);
}

function refs(ids: readonly (string | undefined)[]) {
  return ids.flatMap((value) => (value === undefined ? [] : [{ value }]));
}

/** Groups of one Source and their members. */
export function describeGroups(open: OpenStore): void {
  it('stages a Group with its members, without duplicates, in the order of their ids', async () => {
    const { store } = await openForTest(open);
    const { groups, users } = store.of('default');
    const people = await createPeople(store, 3);
    const inner = await groups.create(aGroup({ displayName: 'Inner' }), [], anOrigin());
    const group = await groups.create(
      aGroup({ externalId: 'g-1' }),
      [...refs(people), ...refs(people), { value: inner.id }, { value: 'unknown', display: 'Somebody' }],
      anOrigin(),
    );
    expect(group).toMatchObject({ source: 'default', version: 1, group: aGroup({ externalId: 'g-1' }) });
    expect(await groups.get(group.id)).toEqual(group);
    const members = await groups.members(group.id, undefined, 10);
    expect(members.map((member) => member.id)).toEqual([...people, inner.id, 'unknown'].toSorted());
    expect(members.find((member) => member.id === people[1])).toEqual({ id: people[1], type: 'User', display: 'User 1' });
    expect(members.find((member) => member.id === inner.id)).toEqual({ id: inner.id, type: 'Group', display: 'Inner' });
    expect(members.find((member) => member.id === 'unknown')).toEqual({ id: 'unknown', display: 'Somebody' });
    expect((await users.get(people[0] ?? ''))?.groups).toEqual([{ id: group.id, displayName: 'Visitor Hosts' }]);
  });

  it('returns members in pages', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const people = await createPeople(store, 5);
    const { id } = await groups.create(aGroup(), refs(people), anOrigin());
    const first = await groups.members(id, undefined, 2);
    const second = await groups.members(id, first.at(-1)?.id, 2);
    const third = await groups.members(id, second.at(-1)?.id, 2);
    expect([...first, ...second, ...third].map((member) => member.id)).toEqual(people.toSorted());
    expect(await groups.members('unknown', undefined, 2)).toEqual([]);
  });

  it.each<[string, (people: readonly string[]) => MembersEdit, readonly number[]]>([
    ['adds', (p) => ({ base: 'keep', add: refs([p[3]]), remove: [] }), [0, 1, 2, 3]],
    ['removes', (p) => ({ base: 'keep', add: [], remove: [p[1] ?? ''] }), [0, 2]],
    ['adds and removes', (p) => ({ base: 'keep', add: refs([p[4]]), remove: [p[0] ?? '', p[2] ?? ''] }), [1, 4]],
    ['replaces', (p) => ({ base: 'none', add: refs([p[2], p[3]]), remove: [] }), [2, 3]],
    ['empties', () => ({ base: 'none', add: [], remove: [] }), []],
    [
      'removes where',
      (p) => ({ base: 'keep', add: [], remove: [], removeWhere: parseFilter(`value eq "${p[1] ?? ''}" or display eq "user 2"`) }),
      [0],
    ],
    [
      'removes where and adds again',
      (p) => ({ base: 'keep', add: refs([p[1]]), remove: [], removeWhere: parseFilter('type eq "User"') }),
      [1],
    ],
    [
      'adds and then removes where',
      (p) => ({
        base: 'keep',
        add: refs([p[0], p[4]]),
        remove: [],
        next: { base: 'keep', add: refs([p[3]]), remove: [], removeWhere: parseFilter('type eq "User"') },
      }),
      [3],
    ],
    [
      'adds by id and then removes by externalId',
      (p) => ({ base: 'keep', add: refs([p[3]]), remove: [], next: { base: 'keep', add: [], remove: ['x-3', 'x-0'] } }),
      [1, 2],
    ],
  ])('%s members in one edit', async (_, toEdit, expected) => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const people = await createPeople(store, 5);
    const { id } = await groups.create(aGroup(), refs(people.slice(0, 3)), anOrigin());
    const edited = await groups.edit(id, { members: toEdit(people) }, anOrigin({ at: later(1000) }));
    expect(edited).toMatchObject({ version: 2, modifiedAt: later(1000) });
    expect((await groups.members(id, undefined, 10)).map((member) => member.id)).toEqual(
      people.filter((_person, index) => expected.includes(index)).toSorted(),
    );
  });

  it('changes nothing when an edit adds existing members and removes people who are not members', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const [anna = '', bert = ''] = await createPeople(store, 2);
    const before = await groups.create(aGroup(), refs([anna]), anOrigin());
    const head = await store.changes.head();
    const edit = { change: (group: object) => group as never, members: { base: 'keep' as const, add: refs([anna]), remove: [bert] } };
    expect(await groups.edit(before.id, edit, anOrigin({ at: later(1000) }))).toEqual(before);
    expect(await groups.edit(before.id, { members: { base: 'none', add: refs([anna]), remove: [] } }, anOrigin())).toEqual(before);
    expect(await store.changes.head()).toBe(head);
  });

  it('accepts a member that is not known yet, and ignores a deleted one', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const [anna = '', gone = ''] = await createPeople(store, 2);
    const inner = await groups.create(aGroup({ displayName: 'Inner' }), [], anOrigin());
    await users.remove(gone, anOrigin());
    await groups.remove(inner.id, anOrigin());
    const members = refs([anna, gone, inner.id, 'to-come']);
    const group = await groups.create(aGroup(), members, anOrigin());
    const idsIn = async () => (await groups.members(group.id, undefined, 10)).map((member) => member.id);
    expect(await idsIn()).toEqual([anna, 'to-come'].toSorted());
    expect(await groups.edit(group.id, { members: { base: 'keep', add: refs([gone]), remove: [] } }, anOrigin())).toEqual(group);
    expect(await groups.edit(group.id, { members: { base: 'none', add: members, remove: [] } }, anOrigin())).toEqual(group);
    expect(await idsIn()).toEqual([anna, 'to-come'].toSorted());
    const other = await store.of('other').groups.create(aGroup(), refs([gone]), anOrigin());
    expect(await store.of('other').groups.members(other.id, undefined, 10)).toEqual([{ id: gone }]);
  });

  it('adds a removed member again', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const [anna = ''] = await createPeople(store, 1);
    const { id } = await groups.create(aGroup(), refs([anna]), anOrigin());
    await groups.edit(id, { members: { base: 'keep', add: [], remove: [anna] } }, anOrigin());
    expect((await store.of('default').users.get(anna))?.groups).toEqual([]);
    await groups.edit(id, { members: { base: 'keep', add: refs([anna]), remove: [] } }, anOrigin());
    expect((await store.of('default').users.get(anna))?.groups).toHaveLength(1);
  });

  it('changes name and members together, or neither', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const [anna = ''] = await createPeople(store, 1);
    await groups.create(aGroup({ displayName: 'Taken' }), [], anOrigin());
    const { id } = await groups.create(aGroup(), [], anOrigin());
    const members = { base: 'keep' as const, add: refs([anna]), remove: [] };
    await expect(groups.edit(id, { change: (group) => ({ ...group, displayName: 'TAKEN' }), members }, anOrigin())).rejects.toThrow(
      UniquenessConflict,
    );
    await expect(
      groups.edit(
        id,
        {
          change: () => {
            throw new ScimError(400, 'noTarget', 'no');
          },
          members,
        },
        anOrigin(),
      ),
    ).rejects.toThrow('no');
    await expect(
      groups.edit(id, { members }, anOrigin(), () => {
        throw new ScimError(412, undefined, 'moved');
      }),
    ).rejects.toThrow('moved');
    expect(await groups.members(id, undefined, 10)).toEqual([]);
    expect((await groups.get(id))?.version).toBe(1);
    const both = await groups.edit(id, { change: (group) => ({ ...group, displayName: 'New' }), members }, anOrigin());
    expect(both).toMatchObject({ version: 2, group: { displayName: 'New' } });
    expect((await store.of('default').users.get(anna))?.groups).toEqual([{ id, displayName: 'New' }]);
  });

  it('hides a deleted Group and frees its name', async () => {
    const { store } = await openForTest(open);
    const { groups, users } = store.of('default');
    const [anna = ''] = await createPeople(store, 1);
    const { id } = await groups.create(aGroup(), refs([anna]), anOrigin());
    await groups.remove(id, anOrigin());
    expect(await groups.get(id)).toBeUndefined();
    expect(await groups.members(id, undefined, 10)).toEqual([]);
    expect((await users.get(anna))?.groups).toEqual([]);
    expect((await groups.find({ ...all, filter: parseFilter(`members.value eq "${anna}"`) })).total).toBe(0);
    expect(await store.people.groupNames([id])).toEqual(new Map());
    await expect(groups.edit(id, {}, anOrigin())).rejects.toMatchObject({ status: 404 });
    await expect(groups.remove(id, anOrigin())).rejects.toMatchObject({ status: 404 });
    await expect(groups.create(aGroup(), [], anOrigin())).resolves.toMatchObject({ version: 1 });
    expect(await store.sources.get('default')).toMatchObject({ groups: 1 });
  });

  it('removes a deleted Person from all Groups', async () => {
    const { store } = await openForTest(open);
    const { groups, users } = store.of('default');
    const [anna = '', bert = ''] = await createPeople(store, 2);
    const { id } = await groups.create(aGroup(), refs([anna, bert]), anOrigin());
    await users.remove(anna, anOrigin());
    expect((await groups.members(id, undefined, 10)).map((member) => member.id)).toEqual([bert]);
  });

  it.each([
    ['displayName eq "VISITOR HOSTS"', ['Visitor Hosts']],
    ['displayName co "visitor"', ['Visitor Hosts', 'Visitors']],
    ['externalId eq "g-2"', ['Visitors']],
    ['members.value eq "ANNA"', ['Visitor Hosts']],
    ['members eq "ANNA"', ['Visitor Hosts']],
    ['members[value eq "ANNA"]', ['Visitor Hosts']],
    ['displayName eq "Visitors" and members.value eq "ANNA"', []],
    ['not (members.value eq "ANNA")', ['Visitors', 'Empty']],
    ['members pr', ['Visitor Hosts', 'Visitors']],
    ['members.value eq "ANNA" or members.value eq "BERT"', ['Visitor Hosts', 'Visitors']],
  ])('finds by %s', async (filter, expected) => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    const [anna = '', bert = ''] = await createPeople(store, 2);
    await groups.create(aGroup(), refs([anna]), anOrigin());
    await groups.create(aGroup({ displayName: 'Visitors', externalId: 'g-2' }), refs([bert]), anOrigin());
    await groups.create(aGroup({ displayName: 'Empty' }), [], anOrigin());
    const page = await groups.find({ ...all, filter: parseFilter(filter.replaceAll('ANNA', anna).replaceAll('BERT', bert)) });
    expect(page.items.map((item) => item.group.displayName)).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });
}
