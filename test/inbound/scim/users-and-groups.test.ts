import { describe, expect, test } from 'vitest';
import { toNormalPath } from '../../../src/http/middleware/normalize-path.ts';
import { readEntityTags } from '../../../src/inbound/scim/send-response.ts';
import type { Groups, Users } from '../../../src/store/staging.ts';
import { startScimServer, withParts, type ScimServer } from '../../http/support/scim-server.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

async function create(server: ScimServer, userName: string, more: object = {}): Promise<string> {
  const { body, status, text } = await server.request('POST', '/Users', { body: { userName, ...more } });
  expect(status, text).toBe(201);
  return (body as { id: string }).id;
}

async function createGroup(server: ScimServer, displayName: string, ids: readonly string[]): Promise<string> {
  const { body } = await server.request('POST', '/Groups', { body: { displayName, members: ids.map((value) => ({ value })) } });
  return (body as { id: string }).id;
}

describe('the links in responses', () => {
  test('use the public address if one is configured, regardless of the Host header', async () => {
    const server = await startScimServer({ settings: { publicUrl: 'https://hosts.contoso.test' } });
    const { headers, body } = await server.request('POST', '/Users', { body: { userName: 'mira' }, headers: { host: 'evil.test' } });
    const { id, meta } = body as { id: string; meta: { location: string } };
    expect(meta.location).toBe(`https://hosts.contoso.test/scim/Users/${id}`);
    expect(headers.location).toBe(meta.location);
  });

  test('use the address of the socket otherwise', async () => {
    const server = await startScimServer();
    const { headers, body } = await server.request('POST', '/Users', { body: { userName: 'mira' }, headers: { host: 'evil.test' } });
    expect(headers.location).toBe(`${server.url}/scim/Users/${(body as { id: string }).id}`);
  });
});

describe('lists of resources', () => {
  test('return pages without overlap, each with its start index', async () => {
    const server = await startScimServer();
    for (let number = 1; number <= 11; number += 1) await create(server, `user-${number}`);
    const seen: string[] = [];
    for (const startIndex of [1, 6, 11]) {
      const { body } = await server.request('GET', `/Users?startIndex=${startIndex}&count=5`);
      const page = body as { totalResults: number; startIndex: number; itemsPerPage: number; Resources: { userName: string }[] };
      expect(page).toMatchObject({ totalResults: 11, startIndex, itemsPerPage: startIndex === 11 ? 1 : 5 });
      seen.push(...page.Resources.map((user) => user.userName));
    }
    expect(new Set(seen).size).toBe(11);
  });

  test('return only the total with count=0, and no page beyond the limit', async () => {
    const server = await startScimServer({ settings: { pageSizes: { usual: 2, most: 3 } } });
    for (let number = 1; number <= 4; number += 1) await create(server, `user-${number}`);
    expect((await server.request('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] });
    expect((await server.request('GET', '/Users')).body).toMatchObject({ totalResults: 4, itemsPerPage: 2 });
    expect((await server.request('GET', '/Users?count=100')).body).toMatchObject({ totalResults: 4, itemsPerPage: 3 });
  });

  test('order by sortBy regardless of case', async () => {
    const server = await startScimServer();
    for (const userName of ['b', 'C', 'a']) await create(server, userName);
    const names = async (query: string) =>
      ((await server.request('GET', `/Users?${query}`)).body as { Resources: { userName: string }[] }).Resources.map(
        (user) => user.userName,
      );
    expect(await names('sortBy=userName')).toEqual(['a', 'b', 'C']);
    expect(await names('sortBy=userName&sortOrder=descending')).toEqual(['C', 'b', 'a']);
  });

  test('return only selected attributes, and id and schemas always', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira', {
      title: 'T',
      name: { givenName: 'Mira', familyName: 'Sand' },
      [enterprise]: { department: 'Lab' },
    });
    const only = (await server.request('GET', `/Users/${id}?attributes=name.givenName`)).body;
    expect(only).toEqual({ id, schemas: expect.any(Array) as unknown, name: { givenName: 'Mira' } });
    const allBut = (await server.request('GET', `/Users/${id}?excludedAttributes=title,${enterprise}`)).body;
    expect(allBut).toMatchObject({ id, userName: 'mira', name: { familyName: 'Sand' } });
    expect(allBut).not.toHaveProperty('title');
    expect(Object.keys(allBut as object)).not.toContain(enterprise);
  });

  test('are the same for a search by POST as for a query', async () => {
    const server = await startScimServer();
    await create(server, 'mira');
    const id = await create(server, 'otto');
    const answer = await server.request('POST', '/Users/.search', { body: { filter: 'userName eq "OTTO"', attributes: ['userName'] } });
    expect(answer.body).toMatchObject({ totalResults: 1, Resources: [{ id, userName: 'otto' }] });
    await createGroup(server, 'Lab', [id]);
    const groups = await server.request('POST', '/Groups/.search', { body: { filter: `members eq "${id}"` } });
    expect(groups.body).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'Lab' }] });
  });
});

describe('groups', () => {
  test('are returned with the type, name and address of members, and people with their groups', async () => {
    const server = await startScimServer();
    const mira = await create(server, 'mira', { displayName: 'Mira Sand' });
    const lab = await createGroup(server, 'Lab', [mira]);
    expect((await server.request('GET', `/Groups/${lab}`)).body).toMatchObject({
      members: [{ value: mira, type: 'User', display: 'Mira Sand', $ref: `${server.url}/scim/Users/${mira}` }],
    });
    const groups = [{ value: lab, display: 'Lab', type: 'direct', $ref: `${server.url}/scim/Groups/${lab}` }];
    expect((await server.request('GET', `/Users/${mira}`)).body).toMatchObject({ groups });
    const patch = { Operations: [{ op: 'replace', path: 'title', value: 'T' }] };
    const answer = await server.request('PATCH', `/Users/${mira}?attributes=title,groups`, { body: patch });
    expect(answer).toMatchObject({ status: 200, body: { title: 'T', groups } });
    expect(answer.body).not.toHaveProperty('userName');
  });

  test('are not read for a list of people without the groups attribute', async () => {
    const asked: (boolean | undefined)[] = [];
    const server = await startScimServer({
      wrapStore: (store) => ({
        of: (source) => {
          const { users } = store.of(source);
          const find: Users['find'] = (query) => (asked.push(query.withGroups), users.find(query));
          return withParts(store.of(source), { users: Object.assign(Object.create(users) as Users, { find }) });
        },
      }),
    });
    for (const query of ['', '?attributes=id', '?excludedAttributes=groups', '?attributes=groups.display']) {
      expect((await server.request('GET', `/Users${query}`)).status).toBe(200);
    }
    expect(asked).toEqual([true, false, false, true]);
  });

  test('are read without members when the request does not need them', async () => {
    const read: string[] = [];
    const server = await startScimServer({
      wrapStore: (store) => ({
        of: (source) => withParts(store.of(source), { groups: watchMembers(store.of(source).groups, read) }),
      }),
    });
    const lab = await createGroup(server, 'Lab', [await create(server, 'mira')]);
    read.length = 0;
    await server.request('GET', `/Groups/${lab}?excludedAttributes=members`);
    await server.request('GET', '/Groups?attributes=displayName');
    await server.request('PATCH', `/Groups/${lab}`, { body: { Operations: [{ op: 'remove', path: 'members' }] } });
    expect(read).toEqual([]);
    await server.request('GET', `/Groups/${lab}`);
    expect(read).toEqual([lab]);
  });

  test('are returned for a PATCH when attributes are named', async () => {
    const server = await startScimServer();
    const lab = await createGroup(server, 'Lab', []);
    const body = { Operations: [{ op: 'replace', path: 'displayName', value: 'Labs' }] };
    const answer = await server.request('PATCH', `/Groups/${lab}?attributes=displayName`, { body });
    expect(answer).toMatchObject({ status: 200, body: { id: lab, displayName: 'Labs' } });
  });

  test('are replaced by PUT: members are replaced, kept when the attribute is missing, and removed when it is []', async () => {
    const server = await startScimServer();
    const [mira, otto] = [await create(server, 'mira'), await create(server, 'otto')];
    const lab = await createGroup(server, 'Lab', [mira]);
    const put = async (body: object) => (await server.request('PUT', `/Groups/${lab}`, { body })).body as { members?: { value: string }[] };
    expect(await put({ displayName: 'Labs', members: [{ value: otto }] })).toMatchObject({
      displayName: 'Labs',
      members: [{ value: otto }],
    });
    expect(await put({ displayName: 'Lab' })).toMatchObject({ displayName: 'Lab', members: [{ value: otto }] });
    expect(await put({ displayName: 'Lab', members: [] })).not.toHaveProperty('members');
  });

  test('with more members than a page of the store are read completely', async () => {
    const server = await startScimServer();
    const members = Array.from({ length: 2001 }, (_, index) => `open-${index}`);
    const lab = await createGroup(server, 'Lab', members);
    const { members: read } = (await server.request('GET', `/Groups/${lab}`)).body as { members: { value: string }[] };
    expect(read.map((member) => member.value).toSorted()).toEqual(members.toSorted());
  });
});

describe('PUT of a User', () => {
  test('clears what the body omits and keeps the id', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira', { title: 'T', [enterprise]: { department: 'Lab' } });
    const answer = await server.request('PUT', `/Users/${id}`, { body: { id: 'other', userName: 'mira.oh', displayName: 'Mira' } });
    expect(answer).toMatchObject({ status: 200, body: { id, userName: 'mira.oh', displayName: 'Mira' } });
    expect(answer.body).not.toHaveProperty('title');
  });

  test('with an equal body makes no Change', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira', { title: 'T' });
    const head = await server.store.changes.head();
    const answer = await server.request('PUT', `/Users/${id}`, { body: { title: 'T', userName: 'mira' } });
    expect(answer).toMatchObject({ status: 200, headers: { etag: 'W/"1"' } });
    expect(await server.store.changes.head()).toBe(head);
  });
});

describe('versions of resources', () => {
  test('are sent as weak ETags and increase with each change', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    const body = { Operations: [{ op: 'replace', path: 'title', value: 'T' }] };
    expect(await server.request('PATCH', `/Users/${id}`, { body })).toMatchObject({ status: 204, text: '', headers: { etag: 'W/"2"' } });
    const named = await server.request('PATCH', `/Users/${id}?excludedAttributes=title`, { body });
    expect(named).toMatchObject({ status: 200, headers: { etag: 'W/"2"' }, body: { id, meta: { version: 'W/"2"' } } });
  });

  test('in If-Match must be current; without If-Match every write is accepted', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    const lab = await createGroup(server, 'Lab', []);
    const body = { Operations: [{ op: 'replace', path: 'displayName', value: 'X' }] };
    const stale = { 'if-match': 'W/"7"' };
    for (const path of [`/Users/${id}`, `/Groups/${lab}`]) {
      expect(await server.request('PATCH', path, { body, headers: stale })).toMatchObject({ status: 412, body: { status: '412' } });
      expect((await server.request('PUT', path, { body: { userName: 'm', displayName: 'Y' }, headers: stale })).status).toBe(412);
      expect((await server.request('DELETE', path, { headers: stale })).status).toBe(412);
      expect((await server.request('PATCH', path, { body, headers: { 'if-match': 'W/"7", W/"1"' } })).status).toBeLessThan(300);
      expect((await server.request('DELETE', path, { headers: { 'if-match': '*' } })).status).toBe(204);
    }
  });

  test('in If-None-Match prevent an unchanged response from being sent again', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    const lab = await createGroup(server, 'Lab', [id]);
    for (const path of [
      `/Users/${id}?attributes=userName`,
      `/Users/${id}?excludedAttributes=groups`,
      `/Groups/${lab}?attributes=displayName`,
    ]) {
      expect(await server.request('GET', path, { headers: { 'if-none-match': 'W/"1"' } })).toMatchObject({ status: 304, text: '' });
      expect((await server.request('GET', path, { headers: { 'if-none-match': 'W/"2"' } })).status).toBe(200);
    }
  });

  test('are ignored for responses with groups or members, which can change without a new version', async () => {
    const server = await startScimServer();
    const [mira, otto] = [await create(server, 'mira', { displayName: 'Mira' }), await create(server, 'otto')];
    const lab = await createGroup(server, 'Lab', [mira, otto]);
    const read = (path: string) => server.request('GET', path, { headers: { 'if-none-match': 'W/"1"' } });
    expect(await read(`/Users/${mira}`)).toMatchObject({ status: 200, body: { groups: [{ value: lab }] } });
    await server.request('DELETE', `/Users/${otto}`);
    expect(await read(`/Groups/${lab}`)).toMatchObject({ status: 200, headers: { etag: 'W/"1"' }, body: { members: [{ value: mira }] } });
    await server.request('DELETE', `/Groups/${lab}`);
    const left = await read(`/Users/${mira}`);
    expect(left).toMatchObject({ status: 200, headers: { etag: 'W/"1"' } });
    expect(left.body).not.toHaveProperty('groups');
  });

  test('of a group increase with an edit of its members, and not with an edit that changes nothing', async () => {
    const server = await startScimServer();
    const mira = await create(server, 'mira');
    const lab = await createGroup(server, 'Lab', []);
    const edit = (op: string) => ({ body: { Operations: [{ op, path: 'members', value: [{ value: mira }] }] } });
    const tags: (string | undefined)[] = [];
    for (const op of ['add', 'add', 'remove', 'remove'])
      tags.push((await server.request('PATCH', `/Groups/${lab}`, edit(op))).headers.etag);
    expect(tags).toEqual(['W/"2"', 'W/"2"', 'W/"3"', 'W/"3"']);
  });

  test.each([
    [undefined, undefined],
    ['*', undefined],
    ['W/"3"', [3]],
    ['"3", W/"4"', [3, 4]],
    ['"somebody-elses"', []],
  ])('are read from %s as %j', (header, versions) => {
    expect(readEntityTags(header)).toEqual(versions);
  });
});

describe('discovery (RFC 7644 §4)', () => {
  test('returns the supported features as one object', async () => {
    const server = await startScimServer();
    for (const path of ['/ServiceProviderConfig', '/serviceConfiguration']) {
      const { body } = await server.request('GET', path);
      expect(body).toMatchObject({
        patch: { supported: true },
        filter: { supported: true, maxResults: 1000 },
        bulk: { supported: true },
        etag: { supported: true },
      });
    }
  });

  test('returns resource types with Users first, and the schemas of both resources', async () => {
    const server = await startScimServer();
    expect((await server.request('GET', '/ResourceTypes')).body).toMatchObject({
      Resources: [{ endpoint: '/Users' }, { endpoint: '/Groups' }],
    });
    const { text, body } = await server.request('GET', '/Schemas');
    expect(text).toContain('User Account');
    expect(text).not.toContain('null');
    const ids = (body as { Resources: { id: string }[] }).Resources.map((schema) => schema.id);
    expect(ids).toEqual(
      expect.arrayContaining(['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:core:2.0:Group', enterprise]),
    );
  });

  test('returns single objects by name and URN', async () => {
    const server = await startScimServer();
    expect((await server.request('GET', '/ResourceTypes/Group')).body).toMatchObject({ endpoint: '/Groups' });
    expect((await server.request('GET', `/Schemas/${enterprise}`)).body).toMatchObject({ id: enterprise });
  });

  test('requires a token, and refuses filters with 403', async () => {
    const server = await startScimServer();
    expect((await server.request('GET', '/Schemas', { headers: { authorization: '' } })).status).toBe(401);
    expect((await server.request('GET', '/Schemas?filter=id+pr')).status).toBe(403);
  });
});

describe('the forms of a URL', () => {
  test.each([
    ['/scim/Users', '/scim/Users'],
    ['/scim//Users', '/scim/Users'],
    ['//scim///Users//', '/scim/Users'],
    ['/scim/Users/', '/scim/Users'],
    ['/scim/v2/Users/7', '/scim/Users/7'],
    ['/scim/v2', '/scim/v2'],
    ['/', '/'],
  ])('include %s, read as %s', (path, normal) => {
    expect(toNormalPath(path, '/scim')).toBe(normal);
  });

  test('include a version segment that reaches the same people', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    expect((await server.request('GET', `/v2/Users/${id}`)).status).toBe(200);
  });

  test('are the same for HEAD, which responds like GET without the body', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    const get = await server.request('GET', `/Users/${id}`);
    const head = await server.request('HEAD', `/Users/${id}`);
    expect(head).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': get.headers['content-length'], etag: get.headers.etag },
    });
  });
});

describe('Sources', () => {
  test('do not see each other’s people', async () => {
    const server = await startScimServer();
    const id = await create(server, 'mira');
    const { text } = await server.tokens.create({ label: 'other', source: 'plant2' });
    const headers = { authorization: `Bearer ${text}` };
    expect((await server.request('GET', `/Users/${id}`, { headers })).status).toBe(404);
    expect((await server.request('DELETE', `/Users/${id}`, { headers })).status).toBe(404);
    expect((await server.request('POST', '/Users', { body: { userName: 'mira' }, headers })).status).toBe(201);
  });

  test('are stored with the time of contact, and their token as used', async () => {
    const server = await startScimServer();
    await server.request('GET', '/Users');
    const [token] = await server.store.tokens.list();
    expect(token?.lastUsedAt).toEqual(server.clock.now());
    expect((await server.store.sources.get('default'))?.contact?.last).toEqual(server.clock.now());
  });

  test('write Changes with the id of the request', async () => {
    const server = await startScimServer();
    const { headers } = await server.request('POST', '/Users', { body: { userName: 'mira' } });
    const [change] = await server.store.changes.after(0, 10);
    expect(change?.request).toBe(headers['x-request-id']);
  });
});

describe('the health endpoint', () => {
  const readPlain = async (server: ScimServer, path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, body: await response.json() };
  };

  test('/healthz is 200 without a token', async () => {
    expect(await readPlain(await startScimServer(), '/healthz')).toEqual({ status: 200, body: { status: 'alive' } });
  });

  test('/readyz is 200 while writes are accepted, with problems in the body', async () => {
    const problems = ['targets/front-desk.yaml: mapping: unknown field'];
    const server = await startScimServer({ ready: () => ({ ok: true, problems }) });
    expect(await readPlain(server, '/readyz')).toEqual({ status: 200, body: { status: 'ready', problems } });
  });

  test('/readyz is 503 when writes are refused', async () => {
    const server = await startScimServer({ ready: () => ({ ok: false, problems: ['the disk is full'] }) });
    expect(await readPlain(server, '/readyz')).toEqual({ status: 503, body: { status: 'not ready', problems: ['the disk is full'] } });
  });
});

/** The same GroupStore; calls `read` with the id of each Group when its members are read. */
function watchMembers(groups: Groups, read: string[]): Groups {
  return {
    create: (group, members, by) => groups.create(group, members, by),
    edit: (id, edit, by, check) => groups.edit(id, edit, by, check),
    remove: (id, by, check) => groups.remove(id, by, check),
    get: (id) => groups.get(id),
    find: (query) => groups.find(query),
    members: (id, after, limit) => {
      read.push(id);
      return groups.members(id, after, limit);
    },
  };
}
