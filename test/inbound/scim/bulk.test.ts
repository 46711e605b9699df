import * as http from 'node:http';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import type { SourceStore, Users } from '../../../src/store/staging.ts';
import { pollUntil } from '../../support/poll.ts';
import type { Answer } from '../../http/support/exchange.ts';
import { startScimServer, withParts, type ScimServer } from '../../http/support/scim-server.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Result {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly scimType?: string; readonly detail: string };
}

function bulk(server: ScimServer, operations: readonly object[], more: object = {}): Promise<Answer> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  return server.request('POST', '/Bulk', { body: { schemas, ...more, Operations: operations } });
}

function resultsOf(answer: Answer): readonly Result[] {
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { Operations: readonly Result[] }).Operations;
}

function statusesOf(answer: Answer): readonly string[] {
  return resultsOf(answer).map(({ status }) => status);
}

function user(bulkId: string, userName: string, more: object = {}) {
  return { method: 'POST', path: '/Users', bulkId, data: { userName, ...more } };
}

function group(bulkId: string, displayName: string, ...members: readonly string[]) {
  return { method: 'POST', path: '/Groups', bulkId, data: { displayName, members: members.map((value) => ({ value })) } };
}

function managedBy(value: string) {
  return { [enterprise]: { manager: { value } } };
}

async function list(server: ScimServer, path: string): Promise<readonly Record<string, unknown>[]> {
  return ((await server.request('GET', path)).body as { Resources: readonly Record<string, unknown>[] }).Resources;
}

function idIn(result: Result | undefined): string {
  return result?.location?.split('/').at(-1) ?? '';
}

function creatingUsersBy(side: SourceStore, create: Users['create']): SourceStore {
  const { users } = side;
  return withParts(side, {
    users: {
      create,
      update: (...write) => users.update(...write),
      remove: (...write) => users.remove(...write),
      get: (id) => users.get(id),
      find: (query) => users.find(query),
    },
  });
}

describe('the response to a bulk request (RFC 7644 §3.7)', () => {
  test('contains for each operation, in the order sent, the result of the single request', async () => {
    const server = await startScimServer();
    const made = await server.request('POST', '/Users', { body: { userName: 'old' } });
    const { id } = made.body as { id: string };
    const answer = await bulk(server, [
      user('a', 'mira'),
      { method: 'put', path: `/Users/${id}`, bulkId: 'p', version: 'W/"1"', data: { userName: 'older' } },
      { method: 'PATCH', path: `/Users/${id}`, data: { Operations: [{ op: 'replace', path: 'title', value: 'T' }] } },
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'DELETE', path: `/Users/${id}` },
      user('b', 'MIRA'),
    ]);
    expect(answer.headers['content-type']).toBe('application/scim+json');
    expect(answer.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: [
        {
          method: 'POST',
          bulkId: 'a',
          location: expect.stringMatching(/\/scim\/Users\/[0-9a-f-]{36}$/) as string,
          version: 'W/"1"',
          status: '201',
        },
        { method: 'PUT', bulkId: 'p', location: `${server.url}/scim/Users/${id}`, version: 'W/"2"', status: '200' },
        { method: 'PATCH', location: `${server.url}/scim/Users/${id}`, version: 'W/"3"', status: '204' },
        { method: 'DELETE', location: `${server.url}/scim/Users/${id}`, status: '204' },
        {
          method: 'DELETE',
          location: `${server.url}/scim/Users/${id}`,
          status: '404',
          response: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: `User "${id}" does not exist.` },
        },
        {
          method: 'POST',
          bulkId: 'b',
          status: '409',
          response: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
            status: '409',
            scimType: 'uniqueness',
            detail: 'userName is already in use by another resource.',
          },
        },
      ],
    });
    expect((await list(server, '/Users')).map(({ userName }) => userName)).toEqual(['mira']);
    const location = resultsOf(answer)[0]?.location ?? '';
    expect((await server.request('GET', location.slice(`${server.url}/scim`.length))).body).toMatchObject({
      userName: 'mira',
      meta: { location },
    });
  });

  test('without operations is empty', async () => {
    const server = await startScimServer();
    expect(resultsOf(await bulk(server, []))).toEqual([]);
  });

  test('reports an invalid operation and continues with the others', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [
      { method: 'POST', path: '/Users', data: { userName: 'nameless' } },
      { method: 'POST', path: '/Users', bulkId: 'd' },
      { method: 'GET', path: '/Users' },
      { method: 'POST', path: '/Bulk', bulkId: 'n', data: { Operations: [user('x', 'nested')] } },
      { method: 'PATCH', path: '/Me', data: { Operations: [] } },
      { method: 'PUT', path: '/Schemas/urn:x', data: {} },
      { method: 'POST', path: '/Users', bulkId: 'w', data: { userName: 7 } },
      user('a', 'mira'),
    ]);
    expect(statusesOf(answer)).toEqual(['400', '400', '405', '400', '501', '405', '400', '201']);
    const details = resultsOf(answer).map(({ response }) => response?.detail ?? '');
    expect(details[0]).toMatch(/bulkId is missing/);
    expect(details[1]).toMatch(/data is missing/);
    expect(details[3]).toMatch(/cannot contain another Bulk/);
    expect(details[6]).toMatch(/userName must be a string/);
    expect(await list(server, '/Users')).toHaveLength(1);
  });

  test('has a 412 for a version that is not the current one, without a change', async () => {
    const server = await startScimServer();
    const created = resultsOf(await bulk(server, [user('a', 'mira'), group('g', 'Lab')]));
    const path = `/Users/${idIn(created[0])}`;
    const patch = { Operations: [{ op: 'replace', path: 'title', value: 'T' }] };
    const answer = await bulk(server, [
      { method: 'PATCH', path, version: 'W/"2"', data: patch },
      { method: 'PUT', path, version: 'W/"9"', data: { userName: 'x' } },
      { method: 'DELETE', path, version: 'W/"9"' },
      { method: 'DELETE', path: `/Groups/${idIn(created[1])}`, version: 'W/"9"' },
      { method: 'PATCH', path, version: 'W/"1"', data: patch },
      { method: 'DELETE', path, version: 'W/"2"' },
    ]);
    expect(statusesOf(answer)).toEqual(['412', '412', '412', '412', '204', '204']);
    expect(await list(server, '/Groups')).toHaveLength(1);
  });

  test('ends when failOnErrors is reached, and the rest is not started', async () => {
    const server = await startScimServer();
    const bad = { method: 'DELETE', path: '/Users/nobody' };
    const answer = await bulk(server, [user('a', 'a'), bad, user('b', 'b'), bad, user('c', 'c'), bad], { failOnErrors: 2 });
    expect(statusesOf(answer)).toEqual(['201', '404', '201', '404']);
    expect((await list(server, '/Users')).map(({ userName }) => userName)).toEqual(['a', 'b']);
    expect(statusesOf(await bulk(server, [bad, bad, bad, user('d', 'd')]))).toEqual(['404', '404', '404', '201']);
  });
});

describe('references between operations of a bulk', () => {
  test('resolve to resources that are created earlier or later, in data and in paths', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [
      group('lab', 'Lab', 'bulkId:mira'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:lab',
        data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:otto' }] }] },
      },
      user('mira', 'mira', managedBy('bulkId:otto')),
      user('otto', 'otto'),
      user('gone', 'gone'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:lab',
        data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:gone' }] }] },
      },
      { method: 'PATCH', path: '/Groups/bulkId:lab', data: { Operations: [{ op: 'remove', path: 'members[value eq "bulkId:gone"]' }] } },
      { method: 'PUT', path: '/Users/bulkId:otto', data: { userName: 'otto', title: 'Head' } },
      { method: 'DELETE', path: '/Users/bulkId:gone' },
    ]);
    expect(statusesOf(answer)).toEqual(['201', '204', '201', '201', '201', '204', '204', '200', '204']);
    const [lab, , mira, otto] = resultsOf(answer).map(idIn);
    const members = ((await server.request('GET', `/Groups/${lab}`)).body as { members: { value: string }[] }).members;
    expect(new Set(members.map(({ value }) => value))).toEqual(new Set([mira, otto]));
    expect((await server.request('GET', `/Users/${mira}`)).body).toMatchObject({ [enterprise]: { manager: { value: otto } } });
    expect((await server.request('GET', `/Users/${otto}`)).body).toMatchObject({ title: 'Head', groups: [{ value: lab }] });
  });

  test('may form a cycle (RFC 7644 §3.7.1)', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [
      group('a', 'Group A', 'bulkId:b'),
      group('b', 'Group B', 'bulkId:a'),
      user('self', 'self', managedBy('bulkId:self')),
    ]);
    expect(statusesOf(answer)).toEqual(['201', '201', '201']);
    const [a, b, self] = resultsOf(answer).map(idIn);
    expect((await server.request('GET', `/Groups/${a}`)).body).toMatchObject({ members: [{ value: b, type: 'Group' }] });
    expect((await server.request('GET', `/Groups/${b}`)).body).toMatchObject({ members: [{ value: a, type: 'Group' }] });
    expect((await server.request('GET', `/Users/${self}`)).body).toMatchObject({ [enterprise]: { manager: { value: self } } });
  });

  test('in a cycle with a failing operation cause no creation, and leave no reference unresolved', async () => {
    const server = await startScimServer();
    await server.request('POST', '/Groups', { body: { displayName: 'Taken' } });
    const lab = await server.request('POST', '/Groups', { body: { displayName: 'Lab' } });
    const { id } = lab.body as { id: string };
    const answer = await bulk(server, [
      group('a', 'Group A', 'bulkId:b'),
      group('b', 'TAKEN', 'bulkId:a'),
      { method: 'PATCH', path: `/Groups/${id}`, data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }] } },
      user('mira', 'mira', managedBy('bulkId:b')),
      user('otto', 'otto'),
    ]);
    expect(statusesOf(answer)).toEqual(['409', '409', '409', '409', '201']);
    const details = resultsOf(answer).map(({ response }) => response?.detail);
    expect(details[0]).toMatch(/"bulkId:b", which could not be created/);
    expect(details[1]).toMatch(/displayName is already in use/);
    expect(details[2]).toMatch(/"bulkId:a", which could not be created/);
    expect((await list(server, '/Groups')).map(({ displayName }) => displayName)).toEqual(['Taken', 'Lab']);
    expect((await server.request('GET', `/Groups/${id}`)).body).toMatchObject({ meta: { version: 'W/"1"' } });
    expect((await server.request('GET', `/Groups/${id}`)).body).not.toHaveProperty('members');
    expect((await list(server, '/Users')).map(({ userName }) => userName)).toEqual(['otto']);
  });

  test('in a cycle of more than a hundred are refused, because one unit would block others too long', async () => {
    const server = await startScimServer();
    const circle = (length: number) =>
      Array.from({ length }, (_, index) => group(`${index}`, `Group ${length}-${index}`, `bulkId:${(index + 1) % length}`));
    expect(new Set(statusesOf(await bulk(server, circle(100))))).toEqual(new Set(['201']));
    const refused = resultsOf(await bulk(server, circle(101)));
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set(['409']));
    expect(refused[0]?.response?.detail).toMatch(/101 operations form a reference cycle \(max 100\)/);
    expect((await server.request('GET', '/Groups?count=0')).body).toMatchObject({ totalResults: 100 });
  });

  test('to a failed POST fail with it, along the whole chain', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [
      user('c', 'c', managedBy('bulkId:b')),
      user('b', 'b', managedBy('bulkId:a')),
      { method: 'POST', path: '/Users', bulkId: 'a', data: {} },
      { method: 'DELETE', path: '/Users/bulkId:c' },
    ]);
    expect(statusesOf(answer)).toEqual(['409', '409', '400', '409']);
    expect(await list(server, '/Users')).toEqual([]);
  });

  test('to an unknown bulkId are refused with the reason', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [
      user('a', 'mira', managedBy('bulkId:nobody')),
      { method: 'DELETE', path: '/Groups/bulkId:nobody' },
      { method: 'DELETE', path: '/Users/1', bulkId: 'del' },
      user('b', 'otto', managedBy('bulkId:del')),
    ]);
    expect(statusesOf(answer)).toEqual(['409', '409', '404', '409']);
    for (const place of [0, 1, 3]) {
      expect(resultsOf(answer)[place]?.response).toMatchObject({
        scimType: 'invalidValue',
        detail: expect.stringMatching(/does not match any POST/) as string,
      });
    }
    expect(await list(server, '/Users')).toEqual([]);
  });
});

describe('a bulk cannot', () => {
  test('access resources of another Source', async () => {
    const server = await startScimServer();
    const { text: foreign } = await server.tokens.create({ label: 'other', source: 'other' });
    const created = resultsOf(await bulk(server, [user('a', 'mira'), group('g', 'Lab', 'bulkId:a')]));
    const [mira, lab] = created.map(idIn);
    const operations = [
      { method: 'PUT', path: `/Users/${mira}`, data: { userName: 'stolen' } },
      { method: 'PATCH', path: `/Groups/${lab}`, data: { Operations: [{ op: 'remove', path: 'members' }] } },
      { method: 'DELETE', path: `/Users/${mira}` },
      { method: 'DELETE', path: `/Groups/${lab}` },
      group('g', 'Lab', mira ?? ''),
    ];
    const answer = await server.request('POST', '/Bulk', {
      body: { Operations: operations },
      headers: { authorization: `Bearer ${foreign}` },
    });
    expect(statusesOf(answer)).toEqual(['404', '404', '404', '404', '201']);
    const own = (await server.request('GET', `/Users/${mira}`)).body as { groups: { value: string }[] };
    expect(own).toMatchObject({ userName: 'mira', meta: { version: 'W/"1"' } });
    expect(own.groups.map(({ value }) => value)).toEqual([lab]);
  });

  test('exceed the limits that the ServiceProviderConfig names (RFC 7644 §3.7.4)', async () => {
    const server = await startScimServer({ settings: { maxBodyBytes: 100_000 } });
    const config = (await server.request('GET', '/ServiceProviderConfig')).body as { bulk: Record<string, unknown> };
    expect(config.bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 100_000 });
    const many = await bulk(
      server,
      Array.from({ length: 1001 }, () => ({ method: 'DELETE', path: '/Users/1' })),
    );
    expect(many).toMatchObject({ status: 413, body: { status: '413', detail: expect.stringMatching(/maxOperations: 1000/) as string } });
    const large = await bulk(server, [user('a', 'x'.repeat(100_000))]);
    expect(large).toMatchObject({
      status: 413,
      body: { status: '413', detail: expect.stringMatching(/maxPayloadSize \(100000 bytes\)/) as string },
    });
  });

  test('use a bulkId twice', async () => {
    const server = await startScimServer();
    const answer = await bulk(server, [user('a', 'mira'), user('a', 'otto')]);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    expect(await list(server, '/Users')).toEqual([]);
  });
});

describe('a bulk with problems', () => {
  test('gets 503 when the store rejects writes, or a list of the successful operations when that happens halfway', async () => {
    let allowed = 0;
    const server = await startScimServer({
      wrapStore: (store) => ({
        of: (source) => {
          const side = store.of(source);
          const create: Users['create'] = (...write) => {
            allowed -= 1;
            return allowed < 0 ? Promise.reject(new StoreError('the disk is full')) : side.users.create(...write);
          };
          return creatingUsersBy(side, create);
        },
      }),
    });
    const nothing = await bulk(server, [user('a', 'mira'), user('b', 'otto')]);
    expect(nothing).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) as string } });
    allowed = 1;
    const half = await bulk(server, [user('a', 'mira'), user('b', 'otto'), user('c', 'vera', managedBy('bulkId:b'))]);
    expect(statusesOf(half)).toEqual(['201', '503', '409']);
    expect(resultsOf(half)[1]?.response?.detail).toMatch(/the disk is full/);
    expect((await list(server, '/Users')).map(({ userName }) => userName)).toEqual(['mira']);
  });

  test('logs a bug under the id of the request and does not reveal its message', async () => {
    const server = await startScimServer({
      wrapStore: (store) => ({
        of: (source) => creatingUsersBy(store.of(source), () => Promise.reject(new TypeError('secret inside'))),
      }),
    });
    const answer = await bulk(server, [user('a', 'mira'), group('g', 'Lab')]);
    expect(statusesOf(answer)).toEqual(['500', '201']);
    expect(answer.text).not.toContain('secret inside');
    const request = answer.headers['x-request-id'];
    expect(server.logged).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ request }) as object }),
    );
    expect(JSON.stringify(server.logged)).not.toContain('mira');
  });

  test('writes one log line for its failures, with the number of each kind', async () => {
    const server = await startScimServer();
    await server.request('POST', '/Users', { body: { userName: 'mira' } });
    const wrong = user('c', 'otto', { active: 'perhaps' });
    await bulk(server, [user('a', 'Mira'), user('b', 'MIRA'), wrong, user('d', 'zoe'), { method: 'DELETE', path: '/Users/mira' }]);
    expect(server.logged).toMatchObject([
      {
        level: 'info',
        fields: { operations: 5, failed: 4, kinds: { '409 uniqueness userName': 2, '400 invalidValue active': 1, '404': 1 } },
      },
    ]);
    expect(JSON.stringify(server.logged)).not.toMatch(/mira|otto|perhaps/i);
  });

  test('is carried out to its end when the client disconnects', async () => {
    const server = await startScimServer();
    const operations = Array.from({ length: 300 }, (_, index) =>
      user(`${index}`, `user-${index}`, index > 0 ? managedBy(`bulkId:${index - 1}`) : {}),
    );
    const request = http.request(`${server.url}/scim/Bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/scim+json' },
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ Operations: operations }));
    const count = async () => (await server.store.sources.get('default'))?.people ?? 0;
    await pollUntil('the bulk has begun', async () => (await count()) > 0);
    request.destroy();
    await pollUntil('all have arrived', async () => (await count()) === 300);
  });

  test('lets other requests run in between', async () => {
    const server = await startScimServer();
    const operations = Array.from({ length: 1000 }, () => ({ method: 'DELETE', path: '/Users/nobody' }));
    const progress = { answered: false, meanwhile: 0 };
    const long = bulk(server, operations).then((answer) => {
      progress.answered = true;
      return answer;
    });
    while (!progress.answered) {
      expect((await server.request('GET', '/Users?count=0')).status).toBe(200);
      if (!progress.answered) progress.meanwhile += 1;
    }
    expect(statusesOf(await long)).toHaveLength(1000);
    expect(progress.meanwhile).toBeGreaterThan(2);
  });
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s /Me is answered with 501 and an alternative (RFC 7644 §3.11)', async (method) => {
  const server = await startScimServer();
  const answer = await server.request(method, '/Me', method === 'GET' ? {} : { body: {} });
  expect(answer).toMatchObject({ status: 501, body: { status: '501', detail: expect.stringMatching(/Use \/Users\?filter/) as string } });
});
