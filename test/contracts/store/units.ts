import { expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { UniquenessConflict } from '../../../src/scim/errors.ts';
import { anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

/** Units: durable, atomic, in order, and each failing alone. */
export function describeUnits(open: OpenStore): void {
  it('keeps acknowledged writes over a restart', async () => {
    const under = await openForTest(open);
    const { id } = await under.store.of('default').users.create(aUser(), anOrigin());
    const { store } = await under.reopen();
    expect((await store.of('default').users.get(id))?.person.user).toEqual(aUser());
    expect(await store.changes.head()).toBe(1);
    expect((await store.sources.get('default'))?.people).toBe(1);
  });

  it('rolls back a failing unit alone when it shares a commit with others', async () => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    const { id: group } = await groups.create({ displayName: 'Hosts' }, [], anOrigin());
    const { id: other } = await groups.create({ displayName: 'Guests' }, [], anOrigin());
    const outcomes = await Promise.allSettled([
      users.create(aUser({ userName: 'bert@contoso.test' }), anOrigin()),
      // Its members are written before the conflict of its name is found.
      groups.edit(
        group,
        { change: (now) => ({ ...now, displayName: 'GUESTS' }), members: { base: 'keep', add: [{ value: id }], remove: [] } },
        anOrigin(),
      ),
      users.update(
        id,
        () => {
          throw new Error('no');
        },
        anOrigin(),
      ),
      groups.edit(other, { members: { base: 'keep', add: [{ value: id }], remove: [] } }, anOrigin()),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: new UniquenessConflict('displayName') });
    expect(await groups.members(group, undefined, 10)).toEqual([]);
    expect((await groups.members(other, undefined, 10)).map((member) => member.id)).toEqual([id]);
    expect((await store.changes.after(0, 10)).map(({ seq, did }) => [seq, did])).toEqual([
      [1, 'created'],
      [2, 'created'],
      [3, 'created'],
      [4, 'created'],
      [5, 'updated'],
    ]);
    expect(await store.sources.get('default')).toMatchObject({ people: 2, groups: 2 });
  });

  it('rejects every waiting call when the commit fails, and keeps none of their writes', async () => {
    const under = await openForTest(open);
    const { store } = under;
    const { users } = store.of('default');
    await users.create(aUser(), anOrigin());
    const outcomes = await Promise.allSettled([
      users.create(aUser({ userName: 'bert@contoso.test' }), anOrigin()),
      under.poisonCommit(),
      users.create(aUser({ userName: 'BERT@contoso.test' }), anOrigin()),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) });
    expect((await users.find({ startIndex: 1, count: 10 })).total).toBe(1);
    expect(await store.changes.head()).toBe(1);
    await expect(users.create(aUser({ userName: 'bert@contoso.test' }), anOrigin())).resolves.toMatchObject({ version: 1 });
    expect((await store.changes.after(1, 10)).map((change) => change.seq)).toEqual([2]);
  });

  it('fails in one store alone: a commit of the outbound store that fails loses nothing of the staging store', async () => {
    const under = await openForTest(open);
    const { store } = under;
    const recheck = { subject: { kind: 'person', id: 'x' }, at: new Date(0), cause: 'asked' } as const;
    const [created, ...lost] = await Promise.allSettled([
      store.of('default').users.create(aUser(), anOrigin()),
      store.engine(1).addRechecks('front-desk', [recheck]),
      under.poisonOutboundCommit(),
    ]);
    expect(created.status).toBe('fulfilled');
    for (const outcome of lost) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) });
    expect(await store.rechecks.head()).toBe(0);
    expect(await store.changes.head()).toBe(1);
  });

  it('lets exactly one of 1,000 concurrent creates have a userName, in any letter case', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const spellings = Array.from({ length: 1000 }, (_, index) =>
      'anna.berg'
        .split('')
        .map((letter, at) => ((index >> at) & 1 ? letter.toUpperCase() : letter))
        .join(''),
    );
    const outcomes = await Promise.allSettled(spellings.map((userName) => users.create(aUser({ userName }), anOrigin())));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected').every((outcome) => outcome.reason instanceof UniquenessConflict),
    ).toBe(true);
    expect((await users.find({ startIndex: 1, count: 10 })).total).toBe(1);
    expect(await store.changes.head()).toBe(1);
  });

  it('accepts writes, and refuses a writer with an old fence', async () => {
    const { store } = await openForTest(open);
    expect(store.readOnly()).toBeUndefined();
    await expect(store.engine(0).addRechecks('front-desk', [])).rejects.toThrow(StoreError);
    await expect(store.engine(1).addRechecks('front-desk', [])).resolves.toBeUndefined();
  });

  it('finishes queued writes when it closes, then refuses others, and can be closed twice', async () => {
    const under = await openForTest(open);
    const { store } = under;
    const created = store.of('default').users.create(aUser(), anOrigin());
    await store.close();
    await store.close();
    const { id } = await created;
    await expect(store.of('default').users.create(aUser(), anOrigin())).rejects.toThrow(StoreError);
    await expect(store.of('default').users.get(id)).rejects.toThrow(StoreError);
    const again = await under.reopen();
    expect(await again.store.people.count()).toBe(1);
  });

  it('keeps no transaction open while pages are read: writes continue, and do not prolong the reading without end', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const people = await Promise.all(
      Array.from({ length: 25 }, (_, index) => users.create(aUser({ userName: `user-${index}` }), anOrigin())),
    );
    const early = people.map((person) => person.id);
    const seen: string[] = [];
    for await (const ids of store.people.each(10)) {
      seen.push(...ids);
      await users.create(aUser({ userName: `late-${seen.length}` }), anOrigin());
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => early.includes(id))).toEqual(early.toSorted());
  });

  it('stores notes by name', async () => {
    const under = await openForTest(open);
    expect(await under.store.notes.get('site')).toBeUndefined();
    await under.store.notes.set('site', 'a');
    await under.store.notes.set('site', 'b');
    const { store } = await under.reopen();
    expect(await store.notes.get('site')).toBe('b');
  });
}
