import { expect, it } from 'vitest';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

/** The Subjects that the Changes after `cursor` affect. */
export async function reachedSince(store: Store, cursor: number): Promise<readonly string[]> {
  return store.changes.affected(cursor, await store.changes.head(), undefined, 1000);
}

function managedBy(value: string) {
  return { [enterpriseUserUrn]: { manager: { value } } };
}

async function managerName(store: Store, id: string): Promise<string | undefined> {
  return (await store.people.views([id])).get(id)?.manager.displayName;
}

/** References to resources that do not exist yet. */
export function describeReferences(open: OpenStore): void {
  it('resolves an open member by externalId when the Person arrives, and that Change affects the Person', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const group = await groups.create(aGroup(), [{ value: 'E-7' }], anOrigin());
    expect(await groups.members(group.id, undefined, 10)).toEqual([{ id: 'E-7' }]);
    const head = await store.changes.head();
    const { id } = await users.create(aUser({ externalId: 'E-7' }), anOrigin());
    expect((await users.get(id))?.groups).toEqual([{ id: group.id, displayName: 'Visitor Hosts' }]);
    expect(await groups.members(group.id, undefined, 10)).toEqual([{ id, type: 'User', display: 'Anna Berg' }]);
    expect(await reachedSince(store, head)).toEqual([id]);
    await groups.edit(group.id, { members: { base: 'keep', add: [], remove: ['E-7'] } }, anOrigin());
    expect((await users.get(id))?.groups).toEqual([]);
  });

  it('resolves a member by externalId at once when the Person exists, and finds it by both ids', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const { id } = await users.create(aUser({ externalId: 'E-7' }), anOrigin());
    const group = await groups.create(aGroup(), [{ value: 'E-7' }, { value: id }], anOrigin());
    expect((await groups.members(group.id, undefined, 10)).map((member) => member.id)).toEqual([id]);
  });

  it('leaves a reference open while two people have the externalId, and resolves it when one is left', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const anna = await users.create(aUser({ externalId: 'E-7' }), anOrigin());
    const bert = await users.create(aUser({ userName: 'bert', externalId: 'E-7' }), anOrigin());
    const group = await groups.create(aGroup(), [{ value: 'E-7' }], anOrigin());
    const report = await users.create(aUser({ userName: 'carl', ...managedBy('E-7') }), anOrigin());
    expect((await groups.members(group.id, undefined, 10)).map((member) => member.id)).toEqual(['E-7']);
    expect(await managerName(store, report.id)).toBe('');
    const head = await store.changes.head();
    await users.update(bert.id, (user) => ({ ...user, externalId: 'E-8' }), anOrigin());
    expect((await groups.members(group.id, undefined, 10)).map((member) => member.id)).toEqual([anna.id]);
    expect(await managerName(store, report.id)).toBe('Anna Berg');
    expect(await reachedSince(store, head)).toEqual([anna.id, bert.id, report.id].toSorted());
  });

  it('resolves a reference when a Person gets the externalId later', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const anna = await users.create(aUser(), anOrigin());
    const group = await groups.create(aGroup(), [{ value: 'E-7' }], anOrigin());
    await users.update(anna.id, (user) => ({ ...user, externalId: 'E-7' }), anOrigin());
    expect((await users.get(anna.id))?.groups).toEqual([{ id: group.id, displayName: 'Visitor Hosts' }]);
  });

  it('ends a membership by externalId when the Person is deleted, while a manager reference goes to the next Person with it', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const group = await groups.create(aGroup(), [{ value: 'E-7' }], anOrigin());
    const report = await users.create(aUser({ userName: 'carl', ...managedBy('E-7') }), anOrigin());
    const first = await users.create(aUser({ externalId: 'E-7', displayName: 'First' }), anOrigin());
    await users.remove(first.id, anOrigin());
    const second = await users.create(aUser({ externalId: 'E-7', displayName: 'Second' }), anOrigin());
    expect(await groups.members(group.id, undefined, 10)).toEqual([]);
    expect((await store.people.views([second.id])).get(second.id)?.groups).toEqual([]);
    expect(await managerName(store, report.id)).toBe('Second');
  });

  it('returns a member with the id that the Source sent, otherwise with its own id', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const { id } = await users.create(aUser({ externalId: 'E-7' }), anOrigin());
    const named = await groups.create(aGroup({ displayName: 'A' }), [{ value: id, display: 'VP' }], anOrigin());
    const byExternalId = await groups.create(aGroup({ displayName: 'B' }), [{ value: 'E-7' }], anOrigin());
    expect(await groups.members(named.id, undefined, 10)).toEqual([{ id, type: 'User', display: 'VP' }]);
    expect(await groups.members(byExternalId.id, undefined, 10)).toEqual([{ id, type: 'User', display: 'Anna Berg' }]);
  });

  it('keeps a Group as a member even when a Person has its id as externalId', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const inner = await groups.create(aGroup({ displayName: 'Inner' }), [], anOrigin());
    const outer = await groups.create(aGroup(), [{ value: inner.id }], anOrigin());
    const { id } = await users.create(aUser({ externalId: inner.id }), anOrigin());
    expect(await groups.members(outer.id, undefined, 10)).toEqual([{ id: inner.id, type: 'Group', display: 'Inner' }]);
    expect((await users.get(id))?.groups).toEqual([]);
  });

  it('returns a manager who was created after the reports, and affects the reports', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const byExternalId = await users.create(aUser({ userName: 'r1', ...managedBy('M-1') }), anOrigin());
    expect(await managerName(store, byExternalId.id)).toBe('');
    const head = await store.changes.head();
    const boss = await users.create(aUser({ userName: 'boss', displayName: 'The Boss', externalId: 'M-1' }), anOrigin());
    expect(await managerName(store, byExternalId.id)).toBe('The Boss');
    expect(await reachedSince(store, head)).toEqual([byExternalId.id, boss.id].toSorted());
  });

  it('moves a manager reference by externalId to the Person who replaces a deleted one', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const boss = await users.create(aUser({ userName: 'boss', displayName: 'First', externalId: 'M-1' }), anOrigin());
    const report = await users.create(aUser({ userName: 'r1', ...managedBy('M-1') }), anOrigin());
    await users.remove(boss.id, anOrigin());
    expect(await managerName(store, report.id)).toBe('');
    await users.create(aUser({ userName: 'boss', displayName: 'Second', externalId: 'M-1' }), anOrigin());
    expect(await managerName(store, report.id)).toBe('Second');
  });

  it('never resolves a manager to a Person of another Source', async () => {
    const { store } = await openForTest(open);
    const boss = await store.of('one').users.create(aUser({ externalId: 'M-1' }), anOrigin());
    const byId = await store.of('two').users.create(aUser({ userName: 'a', ...managedBy(boss.id) }), anOrigin());
    const byExternalId = await store.of('two').users.create(aUser({ userName: 'b', ...managedBy('M-1') }), anOrigin());
    expect(await managerName(store, byId.id)).toBe('');
    expect(await managerName(store, byExternalId.id)).toBe('');
  });
}
