import { expect, it } from 'vitest';
import { CreationRefused, UniquenessConflict } from '../../../src/scim/errors.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

function managedBy(value: string) {
  return { [enterpriseUserUrn]: { manager: { value } } };
}

/** Creations of resources with ids that were reserved before (RFC 7644 §3.7.2). */
export function describeCreations(open: OpenStore): void {
  it('creates a User and a Group under the ids that were reserved for them', async () => {
    const { store } = await openForTest(open);
    const source = store.of('default');
    const ids = [source.reserveId(), source.reserveId()] as const;
    expect(new Set(ids).size).toBe(2);
    expect((await source.users.create(aUser(), anOrigin(), ids[0])).id).toBe(ids[0]);
    expect((await source.groups.create(aGroup(), [{ value: ids[0] }], anOrigin(), ids[1])).id).toBe(ids[1]);
    expect((await source.users.get(ids[0]))?.groups.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('creates resources that refer to each other together, with resolved references', async () => {
    const { store } = await openForTest(open);
    const source = store.of('default');
    const [anna, bert, desk, all] = [source.reserveId(), source.reserveId(), source.reserveId(), source.reserveId()];
    const made = await source.createTogether(
      [
        { type: 'User', id: anna, user: aUser({ userName: 'anna@contoso.test', displayName: 'Anna', ...managedBy(bert) }) },
        { type: 'User', id: bert, user: aUser({ userName: 'bert@contoso.test', displayName: 'Bert', ...managedBy(anna) }) },
        { type: 'Group', id: desk, group: aGroup({ displayName: 'Desk' }), members: [{ value: all }, { value: anna }] },
        { type: 'Group', id: all, group: aGroup({ displayName: 'All' }), members: [{ value: desk }] },
      ],
      anOrigin(),
    );
    expect(made.map(({ id, version }) => [id, version])).toEqual([anna, bert, desk, all].map((id) => [id, 1]));
    const views = await store.people.views([anna, bert]);
    expect([views.get(anna)?.manager.displayName, views.get(bert)?.manager.displayName]).toEqual(['Bert', 'Anna']);
    expect((await source.groups.members(desk, undefined, 10)).map(({ id, type }) => [id, type])).toEqual([
      [anna, 'User'],
      [all, 'Group'],
    ]);
    expect(await store.sources.get('default')).toMatchObject({ people: 2, groups: 2 });
  });

  it('creates no resource of a set if one fails, names the failed one, and leaves other units of the same commit unaffected', async () => {
    const { store } = await openForTest(open);
    const source = store.of('default');
    await source.users.create(aUser({ userName: 'taken@contoso.test' }), anOrigin());
    const [anna, bert] = [source.reserveId(), source.reserveId()];
    const [refused, neighbour] = await Promise.allSettled([
      source.createTogether(
        [
          { type: 'User', id: anna, user: aUser({ userName: 'anna@contoso.test', ...managedBy(bert) }) },
          { type: 'User', id: bert, user: aUser({ userName: 'TAKEN@contoso.test', ...managedBy(anna) }) },
        ],
        anOrigin(),
      ),
      source.users.create(aUser({ userName: 'carla@contoso.test' }), anOrigin()),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(CreationRefused) as unknown });
    expect(refused).toMatchObject({ reason: { at: 1, cause: new UniquenessConflict('userName') } });
    expect(neighbour.status).toBe('fulfilled');
    expect([await source.users.get(anna), await source.users.get(bert)]).toEqual([undefined, undefined]);
    expect(await store.sources.get('default')).toMatchObject({ people: 2, groups: 0 });
    expect((await store.changes.after(0, 10)).map(({ seq }) => seq)).toEqual([1, 2]);
  });
}
