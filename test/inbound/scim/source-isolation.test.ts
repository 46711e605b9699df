import { describe, expect, test } from 'vitest';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import type { Answer, Sent } from '../../http/support/exchange.ts';
import { startScimServer } from '../../http/support/scim-server.ts';
import { connectSource, type SourceClient } from '../../http/support/source-client.ts';

const unknownId = '7c1e0000-0000-7000-8000-00000000dead';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/**
 * Two Sources with people and Groups with the same names; `theirs` are the resources of Source `two`, which Source `one` must never see.
 */
interface Stage {
  readonly one: SourceClient;
  readonly two: SourceClient;
  readonly mine: { readonly anna: string; readonly hosts: string };
  readonly theirs: { readonly anna: string; readonly boss: string; readonly hosts: string };
}

async function openStage(): Promise<Stage> {
  const server = await startScimServer();
  const [one, two] = [await connectSource(server, 'one'), await connectSource(server, 'two')];
  return { one, two, mine: await fillSource(one), theirs: await fillSource(two) };
}

async function fillSource(source: SourceClient): Promise<{ anna: string; boss: string; hosts: string }> {
  const boss = await source.create('Users', aPerson('boss', 'E-0'));
  const anna = await source.create('Users', { ...aPerson('anna', 'E-1'), [enterpriseUserUrn]: { manager: { value: boss } } });
  const hosts = await source.create('Groups', { displayName: 'Hosts', externalId: 'G-1', members: [{ value: anna }] });
  return { anna, boss, hosts };
}

function aPerson(name: string, externalId: string) {
  return { userName: `${name}@contoso.test`, externalId, displayName: name, emails: [{ type: 'work', value: `${name}@contoso.test` }] };
}

/** The content of a response: everything except request id, date and the requested id. */
function contentOf({ status, headers, text }: Answer, id: string) {
  const names = Object.keys(headers).filter((name) => !/^date$|^content-length$|request-id/.test(name));
  return { status, names: names.toSorted(), type: headers['content-type'], tag: headers.etag, text: text.replaceAll(id, '{id}') };
}

const putUser = { userName: 'taken@contoso.test' };
const patchOf = (path: string, value: unknown) => ({ Operations: [{ op: 'replace', path, value }] });
const bulkOf = (operation: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: [operation],
});

/** Every way to name a resource by its id: `{id}` in the path or in the body. */
const byId: readonly (readonly [string, string, 'user' | 'group', string, Sent?])[] = [
  ['a read', 'GET', 'user', '/Users/{id}'],
  ['a read of some attributes', 'GET', 'user', '/Users/{id}?attributes=userName'],
  ['a read by HEAD', 'HEAD', 'user', '/Users/{id}'],
  ['a read with the right entity tag', 'GET', 'user', '/Users/{id}?attributes=userName', { headers: { 'if-none-match': 'W/"1"' } }],
  ['a PUT', 'PUT', 'user', '/Users/{id}', { body: putUser }],
  ['a PUT that lacks the userName', 'PUT', 'user', '/Users/{id}', { body: { displayName: 'x' } }],
  ['a PUT for a stale version', 'PUT', 'user', '/Users/{id}', { body: putUser, headers: { 'if-match': 'W/"7"' } }],
  ['a PATCH', 'PATCH', 'user', '/Users/{id}', { body: patchOf('title', 'x') }],
  ['a PATCH that names attributes', 'PATCH', 'user', '/Users/{id}?attributes=id', { body: patchOf('title', 'x') }],
  ['an invalid PATCH', 'PATCH', 'user', '/Users/{id}', { body: patchOf('active', 'perhaps') }],
  ['a PATCH for the right version', 'PATCH', 'user', '/Users/{id}', { body: patchOf('title', 'x'), headers: { 'if-match': 'W/"1"' } }],
  ['a DELETE', 'DELETE', 'user', '/Users/{id}'],
  ['a DELETE for a stale version', 'DELETE', 'user', '/Users/{id}', { headers: { 'if-match': 'W/"7"' } }],
  ['a read as the other type', 'GET', 'group', '/Users/{id}'],
  ['a read of a group', 'GET', 'group', '/Groups/{id}'],
  ['a read of a group without members', 'GET', 'group', '/Groups/{id}?excludedAttributes=members'],
  ['a PUT of a group', 'PUT', 'group', '/Groups/{id}', { body: { displayName: 'x', members: [] } }],
  ['a PATCH of a group', 'PATCH', 'group', '/Groups/{id}', { body: patchOf('members', []) }],
  [
    'a PATCH of a group for a stale version',
    'PATCH',
    'group',
    '/Groups/{id}',
    { body: patchOf('members', []), headers: { 'if-match': '"7"' } },
  ],
  ['a DELETE of a group', 'DELETE', 'group', '/Groups/{id}'],
  ['a search by id', 'GET', 'user', '/Users?filter=id+eq+%22{id}%22'],
  ['a search by id and name', 'GET', 'user', '/Users?filter=id+eq+%22{id}%22+and+userName+sw+%22a%22'],
  ['a search by manager', 'GET', 'user', `/Users?filter=${enterpriseUserUrn}:manager.value+eq+%22{id}%22`],
  ['a search by group', 'GET', 'group', '/Users?filter=groups.value+eq+%22{id}%22'],
  ['a search of groups by id', 'GET', 'group', '/Groups?filter=id+eq+%22{id}%22'],
  ['a search of groups by member', 'GET', 'user', '/Groups?filter=members+eq+%22{id}%22'],
  ['a search of groups by member in brackets', 'GET', 'user', '/Groups?filter=members%5Bvalue+eq+%22{id}%22%5D'],
  ['a search by POST', 'POST', 'user', '/Users/.search', { body: { filter: 'id eq "{id}"' } }],
  ['a search of groups by POST', 'POST', 'user', '/Groups/.search', { body: { filter: 'members.value eq "{id}"' } }],
  ['a search at the root', 'POST', 'user', '/.search', { body: { filter: 'id eq "{id}"' } }],
  ['a search at the root by GET', 'GET', 'user', '/?filter=id+eq+%22{id}%22'],
  ['a PUT in a bulk', 'POST', 'user', '/Bulk', { body: bulkOf({ method: 'PUT', path: '/Users/{id}', data: putUser }) }],
  ['a PATCH in a bulk', 'POST', 'user', '/Bulk', { body: bulkOf({ method: 'PATCH', path: '/Users/{id}', data: patchOf('title', 'x') }) }],
  ['a DELETE in a bulk', 'POST', 'user', '/Bulk', { body: bulkOf({ method: 'DELETE', path: '/Users/{id}', version: 'W/"1"' }) }],
  [
    'a PATCH of a group in a bulk',
    'POST',
    'group',
    '/Bulk',
    { body: bulkOf({ method: 'PATCH', path: '/Groups/{id}', data: patchOf('members', []) }) },
  ],
  ['a DELETE of a group in a bulk', 'POST', 'group', '/Bulk', { body: bulkOf({ method: 'DELETE', path: '/Groups/{id}' }) }],
];

describe('a request for a resource of another Source by its id', () => {
  for (const [what, method, kind, path, sent = {}] of byId) {
    test(`is answered to ${what} like one for an unknown id`, async () => {
      const { one, two, theirs } = await openStage();
      const id = kind === 'user' ? theirs.anna : theirs.hosts;
      const before = await readAll(two);
      const ask = async (asked: string) => {
        const fill = (text: string) => text.replaceAll('{id}', asked);
        const body = sent.body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify(sent.body))) as unknown };
        return contentOf(await one.request(method, fill(path), { ...sent, ...body }), asked);
      };
      expect(await ask(id)).toEqual(await ask(unknownId));
      expect(await readAll(two)).toEqual(before);
    });
  }
});

/** Everything that a Source sees of its own resources. */
async function readAll(source: SourceClient): Promise<readonly unknown[]> {
  return [(await source.request('GET', '/Users')).body, (await source.request('GET', '/Groups')).body];
}

describe('two Sources with the same names', () => {
  test('list, count and find only their own resources', async () => {
    const { one, two, mine, theirs } = await openStage();
    for (const [source, own] of [
      [one, mine],
      [two, theirs],
    ] as const) {
      for (const filter of ['userName eq "anna@contoso.test"', 'externalId eq "E-1"', 'displayName eq "anna"', 'emails.value co "anna"']) {
        const query = `/Users?filter=${encodeURIComponent(filter)}`;
        expect((await source.request('GET', query)).body).toMatchObject({ totalResults: 1, Resources: [{ id: own.anna }] });
      }
      for (const filter of ['displayName eq "Hosts"', 'externalId eq "G-1"', 'members eq "E-1"', 'members.type eq "User"']) {
        const query = `/Groups?filter=${encodeURIComponent(filter)}`;
        expect((await source.request('GET', query)).body).toMatchObject({ totalResults: 1, Resources: [{ id: own.hosts }] });
      }
      expect((await source.request('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 2 });
      expect((await source.request('GET', '/Users?startIndex=3&sortBy=userName')).body).toMatchObject({ totalResults: 2, Resources: [] });
      expect((await source.request('GET', '/Groups')).body).toMatchObject({
        totalResults: 1,
        Resources: [{ members: [{ value: own.anna }] }],
      });
      expect((await source.request('GET', `/Users/${own.anna}`)).body).toMatchObject({ groups: [{ value: own.hosts }] });
    }
  });

  test('get a conflict for their own names, never for those of the other', async () => {
    const { one, two } = await openStage();
    await one.create('Users', aPerson('only.one', 'E-9'));
    expect((await two.request('POST', '/Users', { body: aPerson('only.one', 'E-9') })).status).toBe(201);
    expect((await one.request('POST', '/Users', { body: aPerson('ANNA', 'E-8') })).status).toBe(409);
    expect((await one.request('POST', '/Groups', { body: { displayName: 'hosts' } })).status).toBe(409);
    await one.create('Groups', { displayName: 'Of one' });
    await two.create('Groups', { displayName: 'Of one' });
  });

  test('change, empty and delete their own resources and leave those of the other unchanged', async () => {
    const { one, two, mine } = await openStage();
    const before = await readAll(two);
    await one.request('PATCH', `/Users/${mine.anna}`, { body: patchOf('displayName', 'Changed') });
    await one.request('PATCH', `/Groups/${mine.hosts}`, { body: patchOf('members', []) });
    await one.request('PUT', `/Users/${mine.anna}`, { body: aPerson('anna', 'E-0') });
    for (const path of [`/Users/${mine.anna}`, `/Groups/${mine.hosts}`]) expect((await one.request('DELETE', path)).status).toBe(204);
    expect(await readAll(two)).toEqual(before);
  });
});

describe('a reference to a resource of another Source', () => {
  test.each(['id', 'externalId'])(
    'by %s stays open as a member: no type, no name, no address, and no group for that person',
    async (by) => {
      const { one, two, theirs } = await openStage();
      await two.create('Users', aPerson('only.two', 'E-77'));
      const value = by === 'id' ? theirs.anna : 'E-77';
      const group = await one.create('Groups', { schemas: [groupUrn], displayName: 'Trap', members: [{ value }] });
      expect((await one.request('GET', `/Groups/${group}`)).body).toMatchObject({ members: [{ value }] });
      expect(JSON.stringify((await one.request('GET', `/Groups/${group}`)).body)).not.toMatch(/"(\$ref|type|display)":/);
      expect(JSON.stringify(await readAll(two))).not.toContain(group);
      expect(await groupsSeen(one, theirs.anna)).toEqual(['Hosts']);
    },
  );

  test('stays open when the other Source creates a person with that externalId, and is resolved by its own Source', async () => {
    const { one, two } = await openStage();
    const group = await one.create('Groups', { displayName: 'Waiting', members: [{ value: 'E-5' }] });
    const report = await one.create('Users', { ...aPerson('report', 'R-1'), [enterpriseUserUrn]: { manager: 'E-5' } });
    const alsoWaiting = await two.create('Groups', { displayName: 'Waiting', members: [{ value: 'E-5' }] });
    const another = await two.create('Users', { ...aPerson('late', 'E-5'), displayName: 'Theirs' });
    expect((await two.request('GET', `/Groups/${alsoWaiting}`)).body).toMatchObject({ members: [{ value: another }] });
    expect((await one.request('GET', `/Groups/${group}`)).body).toMatchObject({ members: [{ value: 'E-5' }] });
    expect(await managerSeen(one, report)).toBe('');
    expect(await groupsSeen(two, another)).toEqual(['Waiting']);
    const own = await one.create('Users', { ...aPerson('late', 'E-5'), displayName: 'Ours' });
    expect((await one.request('GET', `/Groups/${group}`)).body).toMatchObject({ members: [{ value: own, display: 'Ours' }] });
    expect(await managerSeen(one, report)).toBe('Ours');
  });

  test('by id is not resolved as a manager', async () => {
    const { one, theirs } = await openStage();
    const report = await one.create('Users', { ...aPerson('report', 'R-1'), [enterpriseUserUrn]: { manager: { value: theirs.boss } } });
    expect(await managerSeen(one, report)).toBe('');
    const shown = JSON.stringify((await one.request('GET', `/Users/${report}`)).body);
    expect(shown).toContain(theirs.boss);
    expect(shown).not.toMatch(/"boss"|"\$ref"/);
  });

  test('nested in a group makes people of the other Source no members', async () => {
    const { one, two, theirs } = await openStage();
    const outer = await one.create('Groups', { displayName: 'Outer', members: [{ value: theirs.hosts, type: 'Group' }] });
    expect((await one.request('GET', `/Groups/${outer}?attributes=members`)).text).not.toContain('Hosts');
    expect(await groupsSeen(two, theirs.anna)).toEqual(['Hosts']);
  });
});

test('a cursor of one Source is invalid for the other', async () => {
  const { one, two } = await openStage();
  const first = (await one.request('GET', '/Users?cursor&count=1')).body as { nextCursor?: string };
  expect(first.nextCursor).toEqual(expect.any(String));
  const path = `/Users?cursor=${encodeURIComponent(first.nextCursor ?? '')}&count=1`;
  expect(await two.request('GET', path)).toMatchObject({ status: 400, body: { scimType: 'invalidCursor' } });
  expect(await one.request('GET', path)).toMatchObject({ status: 200, body: { Resources: [{ userName: 'anna@contoso.test' }] } });
});

test('only the token determines the Source, and nothing else in a request', async () => {
  const { one, theirs } = await openStage();
  for (const [path, headers] of [
    ['/Users?source=two', {}],
    ['/Users', { 'x-source': 'two', 'x-vestibule-source': 'two' }],
  ] as const) {
    expect((await one.request('GET', path, { headers })).text).not.toContain(theirs.anna);
  }
});

/** Names of a Person's Groups in expressions. */
async function groupsSeen({ server }: SourceClient, id: string): Promise<readonly string[] | undefined> {
  return (await server.store.people.views([id])).get(id)?.groups;
}

/** Name of a Person's manager in expressions; empty without a manager. */
async function managerSeen({ server }: SourceClient, id: string): Promise<string | undefined> {
  return (await server.store.people.views([id])).get(id)?.manager.displayName;
}
