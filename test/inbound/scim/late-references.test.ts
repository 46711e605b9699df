import { describe, expect, test } from 'vitest';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

/** Creates a resource, which must succeed. @returns its id. */
async function create(server: ScimServer, path: '/Users' | '/Groups', body: object): Promise<string> {
  const answer = await server.request('POST', path, { body });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { id: string }).id;
}

async function read(server: ScimServer, path: string): Promise<unknown> {
  return (await server.request('GET', path)).body;
}

/** The names of a Person's groups and manager in expressions. */
async function seen(server: ScimServer, id: string) {
  const view = (await server.store.people.views([id])).get(id);
  return { groups: view?.groups, manager: view?.manager.displayName };
}

/** Ways in which a person gets an externalId to which others refer. */
const arrivals: readonly (readonly [string, (server: ScimServer) => Promise<string>])[] = [
  ['a POST', (server) => create(server, '/Users', { userName: 'late', displayName: 'Late', externalId: 'E-7' })],
  [
    'a PUT',
    async (server) => {
      const id = await create(server, '/Users', { userName: 'late' });
      await server.request('PUT', `/Users/${id}`, { body: { userName: 'late', displayName: 'Late', externalId: 'E-7' } });
      return id;
    },
  ],
  [
    'a PATCH',
    async (server) => {
      const id = await create(server, '/Users', { userName: 'late', displayName: 'Late', externalId: 'E-6' });
      await server.request('PATCH', `/Users/${id}`, { body: { Operations: [{ op: 'replace', value: { externalId: 'E-7' } }] } });
      return id;
    },
  ],
  [
    'a bulk request',
    async (server) => {
      const data = { userName: 'late', displayName: 'Late', externalId: 'E-7' };
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
      const body = { schemas, Operations: [{ method: 'POST', path: '/Users', bulkId: 'late', data }] };
      const { Operations } = (await server.request('POST', '/Bulk', { body })).body as { Operations: { location: string }[] };
      return Operations[0]?.location.split('/').at(-1) ?? '';
    },
  ],
];

describe('a person who is a member and a manager before being created', () => {
  test.each(arrivals)('becomes a member and a manager when created by %s', async (_, arrive) => {
    const server = await startScimServer();
    const lab = await create(server, '/Groups', { displayName: 'Lab', members: [{ value: 'E-7' }] });
    const report = await create(server, '/Users', { userName: 'report', [enterpriseUserUrn]: { manager: 'E-7' } });
    expect(await read(server, `/Groups/${lab}`)).toMatchObject({ members: [{ value: 'E-7' }] });
    expect(await seen(server, report)).toMatchObject({ manager: '' });
    const late = await arrive(server);
    const $ref = `${server.url}/scim/Users/${late}`;
    expect(await read(server, `/Groups/${lab}`)).toMatchObject({ members: [{ value: late, type: 'User', display: 'Late', $ref }] });
    expect(await read(server, `/Users/${late}`)).toMatchObject({ groups: [{ value: lab, display: 'Lab' }] });
    expect(await seen(server, late)).toMatchObject({ groups: ['Lab'] });
    expect(await seen(server, report)).toMatchObject({ manager: 'Late' });
  });

  test('is returned with the groups in the response to the create', async () => {
    const server = await startScimServer();
    const lab = await create(server, '/Groups', { displayName: 'Lab', members: [{ value: 'E-7' }] });
    const answer = await server.request('POST', '/Users', { body: { userName: 'late', externalId: 'E-7' } });
    expect(answer).toMatchObject({ status: 201, body: { groups: [{ value: lab, display: 'Lab' }] } });
  });

  test('is a manager again, but not a member, after being deleted and created again', async () => {
    const server = await startScimServer();
    const lab = await create(server, '/Groups', { displayName: 'Lab', members: [{ value: 'E-7' }] });
    const report = await create(server, '/Users', { userName: 'report', [enterpriseUserUrn]: { manager: 'E-7' } });
    const first = await create(server, '/Users', { userName: 'late', displayName: 'First', externalId: 'E-7' });
    await server.request('DELETE', `/Users/${first}`);
    expect(await seen(server, report)).toMatchObject({ manager: '' });
    const second = await create(server, '/Users', { userName: 'late', displayName: 'Second', externalId: 'E-7' });
    expect(await seen(server, report)).toMatchObject({ manager: 'Second' });
    expect(await seen(server, second)).toMatchObject({ groups: [] });
    expect(await read(server, `/Groups/${lab}`)).not.toHaveProperty('members');
  });
});

describe('a group as a member of a group', () => {
  test.each([
    ['its id', (id: string) => ({ value: id })],
    ['its id as text', (id: string) => id],
    ['its id and type', (id: string) => ({ value: id, type: 'group' })],
    ['its externalId', () => ({ value: 'G-1' })],
    ['its externalId and address', (id: string) => ({ value: 'G-1', $ref: `https://hosts.contoso.test/scim/Groups/${id}` })],
  ])('by %s stays a group, even when a person has the same externalId', async (_, toMember) => {
    const server = await startScimServer();
    const mira = await create(server, '/Users', { userName: 'mira' });
    const inner = await create(server, '/Groups', { displayName: 'Inner', externalId: 'G-1', members: [{ value: mira }] });
    const outer = await create(server, '/Groups', { displayName: 'Outer' });
    const body = { Operations: [{ op: 'Add', path: 'members', value: [toMember(inner)] }] };
    expect((await server.request('PATCH', `/Groups/${outer}`, { body })).status).toBe(204);
    const trap = await create(server, '/Users', { userName: 'trap', externalId: 'G-1' });
    const shown = { members: [{ value: inner, type: 'Group', display: 'Inner', $ref: `${server.url}/scim/Groups/${inner}` }] };
    expect(await read(server, `/Groups/${outer}`)).toMatchObject(shown);
    expect(await seen(server, mira)).toMatchObject({ groups: ['Inner'] });
    expect(await seen(server, trap)).toMatchObject({ groups: [] });
  });

  test('by externalId and with the type or address of a group waits for the group, and never becomes a person', async () => {
    const server = await startScimServer();
    const members = [{ value: 'G-1', type: 'Group' }, { value: 'G-2', $ref: '../Groups/G-2' }, { value: 'G-3' }];
    const outer = await create(server, '/Groups', { displayName: 'Outer', members });
    for (const n of [1, 2, 3]) await create(server, '/Users', { userName: `trap${n}`, displayName: `Trap ${n}`, externalId: `G-${n}` });
    const open = (await read(server, `/Groups/${outer}`)) as { members: { value: string; type?: string }[] };
    expect(open.members.flatMap(({ value, type }) => (type === undefined ? [value] : []))).toEqual(['G-1', 'G-2']);
    const inner = await create(server, '/Groups', { displayName: 'Inner', externalId: 'G-2' });
    const closed = (await read(server, `/Groups/${outer}`)) as { members: { value: string; type?: string }[] };
    expect(closed.members.find(({ type }) => type === 'Group')).toMatchObject({ value: inner, display: 'Inner' });
  });

  test('is no longer a member after it is deleted, and neither is a person with its id as externalId', async () => {
    const server = await startScimServer();
    const inner = await create(server, '/Groups', { displayName: 'Inner' });
    const outer = await create(server, '/Groups', { displayName: 'Outer', members: [{ value: inner }] });
    expect((await server.request('DELETE', `/Groups/${inner}`)).status).toBe(204);
    const trap = await create(server, '/Users', { userName: 'trap', externalId: inner });
    expect(await read(server, `/Groups/${outer}`)).not.toHaveProperty('members');
    expect(await seen(server, trap)).toMatchObject({ groups: [] });
  });
});
