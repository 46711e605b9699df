import { expect, it } from 'vitest';
import type { AffectedSubjects } from '../../../src/domain/change.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser, later } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';
import { reachedSince } from './references.ts';

interface Scene {
  readonly store: Store;
  readonly boss: string;
  readonly anna: string;
  readonly bert: string;
  readonly loner: string;
  readonly hosts: string;
}

/** Anna and Bert report to the boss and are in Hosts; the loner has no manager and no group. */
async function openScene(store: Store): Promise<Scene> {
  const { users, groups } = store.of('default');
  const boss = await users.create(aUser({ userName: 'boss', displayName: 'Boss' }), anOrigin());
  const report = (userName: string) => users.create(aUser({ userName, [enterpriseUserUrn]: { manager: { value: boss.id } } }), anOrigin());
  const [anna, bert, loner] = [await report('anna'), await report('bert'), await users.create(aUser({ userName: 'loner' }), anOrigin())];
  const hosts = await groups.create(
    aGroup({ displayName: 'Hosts' }),
    [{ value: anna.id }, { value: bert.id }, { value: 'unknown' }],
    anOrigin(),
  );
  return { store, boss: boss.id, anna: anna.id, bert: bert.id, loner: loner.id, hosts: hosts.id };
}

type Name = 'boss' | 'anna' | 'bert' | 'loner';

const acts: readonly (readonly [string, (scene: Scene) => Promise<unknown>, readonly Name[]])[] = [
  [
    'a Person changes a field that no other resource shows',
    ({ store, boss }) => store.of('default').users.update(boss, (user) => ({ ...user, title: 'CEO' }), anOrigin()),
    ['boss'],
  ],
  [
    'a manager changes the displayName',
    ({ store, boss }) => store.of('default').users.update(boss, (user) => ({ ...user, displayName: 'New' }), anOrigin()),
    ['boss', 'anna', 'bert'],
  ],
  ['a manager is deleted', ({ store, boss }) => store.of('default').users.remove(boss, anOrigin()), ['boss', 'anna', 'bert']],
  ['a member is added', ({ store, hosts, loner }) => edit(store, hosts, [loner], []), ['loner']],
  ['a member is removed', ({ store, hosts, anna }) => edit(store, hosts, [], [anna]), ['anna']],
  ['members are exchanged', ({ store, hosts, anna, loner }) => edit(store, hosts, [loner], [anna]), ['anna', 'loner']],
  [
    'a member is removed and added again',
    async ({ store, hosts, anna }) => {
      await edit(store, hosts, [], [anna]);
      await edit(store, hosts, [anna], []);
    },
    ['anna'],
  ],
  [
    'a Group is renamed',
    ({ store, hosts }) => store.of('default').groups.edit(hosts, { change: (group) => ({ ...group, displayName: 'New' }) }, anOrigin()),
    ['anna', 'bert'],
  ],
  [
    'a Group changes something that members do not show',
    ({ store, hosts }) => store.of('default').groups.edit(hosts, { change: (group) => ({ ...group, externalId: 'x' }) }, anOrigin()),
    [],
  ],
  ['a Group is deleted', ({ store, hosts }) => store.of('default').groups.remove(hosts, anOrigin()), ['anna', 'bert']],
  [
    'a Group is created',
    ({ store, loner, anna }) => store.of('default').groups.create(aGroup(), [{ value: loner }, { value: anna }], anOrigin()),
    ['loner', 'anna'],
  ],
  ['a member is deleted', ({ store, anna }) => store.of('default').users.remove(anna, anOrigin()), ['anna']],
];

function edit(store: Store, id: string, add: readonly string[], remove: readonly string[]): Promise<unknown> {
  return store.of('default').groups.edit(id, { members: { base: 'keep', add: add.map((value) => ({ value })), remove } }, anOrigin());
}

/** Changes and the Subjects that they affect. */
export function describeChanges(open: OpenStore): void {
  it.each(acts)('returns exactly the affected Subjects when %s', async (_, act, expected) => {
    const { store } = await openForTest(open);
    const scene = await openScene(store);
    const head = await store.changes.head();
    await act(scene);
    expect(await reachedSince(store, head)).toEqual(expected.map((name) => scene[name]).toSorted());
  });

  it('returns each affected Subject once, in pages, in the order of their ids', async () => {
    const { store } = await openForTest(open);
    const scene = await openScene(store);
    await store.of('default').users.update(scene.anna, (user) => ({ ...user, title: 'x' }), anOrigin());
    const head = await store.changes.head();
    const everyone = [scene.boss, scene.anna, scene.bert, scene.loner].toSorted();
    const first = await store.changes.affected(0, head, undefined, 3);
    const second = await store.changes.affected(0, head, first.at(-1), 3);
    expect([first, second]).toEqual([everyone.slice(0, 3), everyone.slice(3)]);
    expect(await store.changes.affected(0, head, second.at(-1), 3)).toEqual([]);
    expect(await store.changes.affected(head, head, undefined, 3)).toEqual([]);
    // The first Change is the creation of the manager: it affects all people who report to the manager now.
    expect(await store.changes.affected(0, 1, undefined, 3)).toEqual([scene.boss, scene.anna, scene.bert].toSorted());
  });

  it('returns the affected members of a large Group over many pages of Changes', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const people = await Promise.all(
      Array.from({ length: 1200 }, (_, index) => users.create(aUser({ userName: `u-${index}` }), anOrigin())),
    );
    const group = await groups.create(
      aGroup(),
      people.map(({ id }) => ({ value: id })),
      anOrigin(),
    );
    expect(await reachedSince(store, 0)).toHaveLength(1000);
    const head = await store.changes.head();
    await groups.remove(group.id, anOrigin());
    expect(await store.changes.affected(head, head + 1, undefined, 5000)).toHaveLength(1200);
  });

  it.each<[string, (store: Store, id: string) => Promise<unknown>, readonly AffectedSubjects[], string]>([
    ['created', async () => undefined, ['reports'], 'created'],
    ['updated', (store, id) => store.of('default').users.update(id, (user) => ({ ...user, title: 'x' }), anOrigin()), [], 'updated'],
    [
      'renamed',
      (store, id) => store.of('default').users.update(id, (user) => ({ ...user, displayName: 'x' }), anOrigin()),
      ['reports'],
      'updated',
    ],
    ['deleted', (store, id) => store.of('default').users.remove(id, anOrigin()), ['reports'], 'deleted'],
  ])('writes one Change when a Person is %s', async (_, act, affects, did) => {
    const { store } = await openForTest(open);
    const { id } = await store.of('default').users.create(aUser(), anOrigin({ at: later(7), request: 'r-7' }));
    await act(store, id);
    const head = await store.changes.head();
    const [change] = await store.changes.after(head - 1, 10);
    expect(change).toMatchObject({ seq: head, source: 'default', kind: 'person', id, did, affects });
    expect(await store.changes.lastOf(id)).toEqual(change);
    expect((await store.changes.after(0, 1))[0]).toMatchObject({ seq: 1, at: later(7), request: 'r-7' });
  });

  it('numbers Changes without gaps, also after a restart when all were pruned', async () => {
    const under = await openForTest(open);
    const { users } = under.store.of('default');
    await Promise.all(['a', 'b', 'c'].map((userName) => users.create(aUser({ userName }), anOrigin())));
    expect((await under.store.changes.after(0, 10)).map((change) => change.seq)).toEqual([1, 2, 3]);
    expect(await under.store.pruneChanges(3, 100)).toBe(false);
    expect(await under.store.changes.after(0, 10)).toEqual([]);
    const { store } = await under.reopen();
    expect(await store.changes.head()).toBe(3);
    await store.of('default').users.create(aUser({ userName: 'd' }), anOrigin());
    expect((await store.changes.after(0, 10)).map((change) => change.seq)).toEqual([4]);
  });

  it('prunes Changes in pages, with ended memberships and deleted Groups, up to the given number only', async () => {
    const { store } = await openForTest(open);
    const scene = await openScene(store);
    const { groups, users } = store.of('default');
    await edit(store, scene.hosts, [], [scene.anna]);
    await users.remove(scene.loner, anOrigin());
    await groups.remove(scene.hosts, anOrigin());
    const upTo = await store.changes.head();
    await users.update(scene.boss, (user) => ({ ...user, displayName: 'Later' }), anOrigin());
    let rounds = 0;
    while (await store.pruneChanges(upTo, 1)) rounds += 1;
    expect(rounds).toBeGreaterThan(3);
    expect((await store.changes.after(0, 10)).map((change) => change.seq)).toEqual([upTo + 1]);
    expect(await store.changes.lastOf(scene.loner)).toBeUndefined();
    expect(await store.changes.lastOf(scene.hosts)).toBeUndefined();
    expect(await reachedSince(store, 0)).toEqual([scene.boss, scene.anna, scene.bert].toSorted());
  });

  it('returns the first and last write of a Source, and since when it has been writing without a long pause', async () => {
    const { store } = await openForTest(open);
    const silentMs = 3_600_000;
    expect(await store.sources.get('default')).toBeUndefined();
    await store.sources.heard('default', later(0), silentMs);
    expect(await store.sources.get('default')).toEqual({
      id: 'default',
      contact: { since: later(0), last: later(0) },
      people: 0,
      groups: 0,
    });
    await store.of('default').users.create(aUser(), anOrigin({ at: later(1000) }));
    await store.of('default').users.create(aUser({ userName: 'b' }), anOrigin({ at: later(2000) }));
    await store.sources.heard('default', later(silentMs), silentMs);
    expect(await store.sources.get('default')).toMatchObject({
      firstWrite: later(1000),
      lastWrite: later(2000),
      contact: { since: later(0), last: later(silentMs) },
      people: 2,
    });
    await store.sources.heard('default', later(2 * silentMs + 1), silentMs);
    expect((await store.sources.get('default'))?.contact).toEqual({ since: later(2 * silentMs + 1), last: later(2 * silentMs + 1) });
    expect((await store.sources.list()).map((source) => source.id)).toEqual(['default']);
  });

  it('keeps tokens by hash, several for one Source, including expired and revoked ones', async () => {
    const { store } = await openForTest(open);
    const entra = { source: 'default', use: 'bearer', label: 'Entra', createdAt: later(0) } as const;
    const one = await store.tokens.create({ ...entra, hash: 'h1', expiresAt: later(10) });
    const two = await store.tokens.create({ ...entra, hash: 'h2', use: 'client' });
    expect(one).toEqual({ ...entra, id: one.id, expiresAt: later(10) });
    expect(two).toEqual({ ...entra, id: two.id, use: 'client' });
    expect(await store.tokens.byId(two.id)).toEqual(two);
    expect(await store.tokens.byId(99)).toBeUndefined();
    expect(await store.tokens.byHash('h2')).toEqual(two);
    expect(await store.tokens.byHash('nothing')).toBeUndefined();
    expect(await store.tokens.extend(one.id, undefined)).toEqual({ ...entra, id: one.id });
    await store.tokens.used(one.id, later(5));
    expect(await store.tokens.revoke(one.id, later(20))).toMatchObject({ revokedAt: later(20), lastUsedAt: later(5) });
    expect((await store.tokens.list()).map((token) => token.id)).toEqual([one.id, two.id]);
    expect(await store.tokens.extend(99, undefined)).toBeUndefined();
    expect(await store.tokens.revoke(99, later(0))).toBeUndefined();
    expect(await store.sources.get('default')).toMatchObject({ people: 0 });
  });

  it('finds people by the texts that a technician enters', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const anna = await users.create(
      aUser({ userName: 'anna.berg', displayName: 'Anna Bérg', externalId: 'E-1', emails: [{ value: 'a@work.test' }] }),
      anOrigin(),
    );
    const other = await store.of('two').users.create(aUser({ userName: 'annabel', displayName: 'Bel', emails: [] }), anOrigin());
    const ids = async (text: string, limit = 10) => (await store.people.search(text, limit)).map((view) => view.id);
    for (const text of [anna.id, 'ANNA.berg', 'E-1', 'A@Work.test', 'BÉRG']) expect(await ids(text), text).toEqual([anna.id]);
    expect(await ids('anna')).toEqual([anna.id, other.id]);
    expect(await ids('anna', 1)).toEqual([anna.id]);
    expect(await ids('nobody')).toEqual([]);
    expect(await ids(' ')).toEqual([]);
    expect(await store.people.count()).toBe(2);
  });

  it('returns names of Groups by id and finds Groups by name in any Source', async () => {
    const { store } = await openForTest(open);
    const one = await store.of('one').groups.create(aGroup({ displayName: 'Hosts' }), [], anOrigin());
    const two = await store.of('two').groups.create(aGroup({ displayName: 'HOSTS' }), [], anOrigin());
    expect((await store.people.groupsNamed('hosts')).toSorted()).toEqual([one.id, two.id].toSorted());
    expect((await store.people.firstGroupNames(10)).toSorted()).toEqual(['HOSTS', 'Hosts']);
    expect(await store.people.firstGroupNames(1)).toHaveLength(1);
    expect(await store.people.groupNames([one.id, 'unknown'])).toEqual(new Map([[one.id, 'Hosts']]));
  });
}
