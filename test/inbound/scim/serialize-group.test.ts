import * as http from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Member } from '../../../src/domain/person.ts';
import type { Groups } from '../../../src/store/staging.ts';
import type { Store } from '../../support/stores.ts';
import { pollUntil } from '../../support/poll.ts';
import { startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

const by = { at: new Date('2026-11-21T12:00:00Z'), request: 'test' };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `member-${String(index).padStart(6, '0')}${'x'.repeat(80)}`);

async function addGroup(server: ScimServer, displayName: string, members: readonly string[]): Promise<string> {
  const refs = members.map((value) => ({ value }));
  return (await server.store.of('default').groups.create({ displayName }, refs, by)).id;
}

/** A store that passes its pages of members through `page`. */
function wrapMembers(
  page: (store: Store, real: Groups['members'], ...asked: Parameters<Groups['members']>) => ReturnType<Groups['members']>,
) {
  return (store: Store): Pick<Store, 'of'> => ({
    of: (source) => {
      const real = store.of(source);
      const { groups } = real;
      const members: Groups['members'] = (...asked) => page(store, groups.members.bind(groups), ...asked);
      const wrapped = new Proxy(groups, {
        get: (target, name) => {
          if (name === 'members') return members;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      return new Proxy(real, { get: (target, name) => (name === 'groups' ? wrapped : (Reflect.get(target, name) as unknown)) });
    },
  });
}

/** Begins a GET and does not read the response. */
async function begin(server: ScimServer, path: string): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const request = http.get({ port: server.port, path: `/scim${path}`, headers: { authorization: `Bearer ${server.token}` } }, resolve);
  request.on('error', reject);
  onTestFinished(() => void request.destroy());
  return promise;
}

test('a large Group is returned completely, with its ETag, and as part of a list', async () => {
  const server = await startScimServer();
  const members = ids(12_345);
  const id = await addGroup(server, 'Everybody', members);
  await addGroup(server, 'Nobody', []);
  const answer = await server.request('GET', `/Groups/${id}`);
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ etag: 'W/"1"', 'content-type': 'application/scim+json', 'transfer-encoding': 'chunked' });
  const group = answer.body as { displayName: string; meta: { location: string }; members: { value: string }[] };
  expect(group).toMatchObject({ id, displayName: 'Everybody', meta: { resourceType: 'Group', version: 'W/"1"' } });
  expect(group.members.map(({ value }) => value)).toEqual(members);
  const list = (await server.request('GET', '/Groups?sortBy=displayName')).body;
  expect(list).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 2,
    startIndex: 1,
    itemsPerPage: 2,
    Resources: [group, expect.not.objectContaining({ members: expect.anything() as unknown }) as unknown],
  });
});

test('HEAD of a large Group has the headers of GET and reads only the beginning of the members', async () => {
  let pages = 0;
  const server = await startScimServer({ wrapStore: wrapMembers((_, real, ...asked) => ((pages += 1), real(...asked))) });
  const id = await addGroup(server, 'Everybody', ids(12_000));
  const answer = await server.request('HEAD', `/Groups/${id}`);
  expect(answer).toMatchObject({ status: 200, text: '', headers: { etag: 'W/"1"', 'content-type': 'application/scim+json' } });
  expect(pages).toBeLessThan(6);
});

test.each([
  ['without its members', 'excludedAttributes=members', undefined],
  ['with a part of each', 'attributes=members.value', 6_000],
  ['with the members that a filter picks', 'attributes=members%5Bvalue+sw+%22member-0050%22%5D', 100],
  ['with none that a filter picks', 'attributes=members%5Bvalue+eq+%22nobody%22%5D', undefined],
])('a large Group is returned %s on request', async (_, query, count) => {
  const server = await startScimServer();
  const id = await addGroup(server, 'Everybody', ids(6_000));
  const { members } = (await server.request('GET', `/Groups/${id}?${query}`)).body as { members?: object[] };
  expect(members?.length).toBe(count);
  if (members) expect(Object.keys(members[0] ?? {})).toEqual(['value']);
});

test('a small Group has a Content-Length, and a failure while reading it causes an error response', async () => {
  let failing = false;
  const page = wrapMembers((_, real, ...asked) => (failing ? Promise.reject(new Error('no such page')) : real(...asked)));
  const server = await startScimServer({ wrapStore: page });
  const id = await addGroup(server, 'Few', ids(10));
  const answer = await server.request('GET', `/Groups/${id}`);
  expect(Number(answer.headers['content-length'])).toBe(answer.text.length);
  failing = true;
  expect(await server.request('GET', `/Groups/${id}`)).toMatchObject({ status: 500, body: { status: '500' } });
});

test.each([
  ['the store fails', (_store: Store, _id: string) => Promise.reject(new Error('no such page'))],
  ['the Group is deleted', (store: Store, id: string) => store.of('default').groups.remove(id, by)],
])('the connection is closed when %s in the middle of a response', async (_, interrupt) => {
  let page = 0;
  const server = await startScimServer({
    wrapStore: wrapMembers(async (store, real, ...asked) => {
      page += 1;
      if (page === 10) await interrupt(store, asked[0]);
      return real(...asked);
    }),
  });
  const id = await addGroup(server, 'Everybody', ids(20_000));
  await expect(server.request('GET', `/Groups/${id}`)).rejects.toThrow('aborted');
  expect((await server.request('GET', '/Users')).status).toBe(200);
  expect(new Set(server.logged.map(({ level }) => level))).toEqual(new Set(['warn']));
});

test('a client that aborts a download causes no warning', async () => {
  const server = await startScimServer();
  const id = await addGroup(server, 'Everybody', ids(40_000));
  (await begin(server, `/Groups/${id}`)).destroy();
  await pollUntil('it was noticed', () => Promise.resolve(server.logged.length > 0));
  expect(new Set(server.logged.map(({ level }) => level))).toEqual(new Set(['debug']));
});

test('a Group that is deleted after the search found it is omitted from the list', async () => {
  let asked = 0;
  const server = await startScimServer({
    wrapStore: wrapMembers(async (store, real, ...page) => {
      asked += 1;
      if (asked === 1) await store.of('default').groups.remove(second, by);
      return real(...page);
    }),
  });
  const first = await addGroup(server, 'First', ['a']);
  const second = await addGroup(server, 'Second', ['b']);
  const third = await addGroup(server, 'Third', ['c']);
  const list = (await server.request('GET', '/Groups')).body;
  expect(list).toMatchObject({
    itemsPerPage: 2,
    Resources: [
      { id: first, members: [{ value: 'a' }] },
      { id: third, members: [{ value: 'c' }] },
    ],
  });
});

test('a Group that is deleted before its response begins gets 404', async () => {
  const server = await startScimServer({
    wrapStore: wrapMembers(async (store, real, ...asked) => {
      if (asked[1] !== undefined) await store.of('default').groups.remove(asked[0], by);
      return real(...asked);
    }),
  });
  const id = await addGroup(server, 'Everybody', ids(1_500));
  expect(await server.request('GET', `/Groups/${id}`)).toMatchObject({ status: 404, body: { status: '404' } });
});

test('members are read only as fast as the client reads them, and other requests run in between', async () => {
  const pages = 400;
  let asked = 0;
  let turns = 0;
  const server = await startScimServer({
    wrapStore: wrapMembers((_store, _real, _id, after) => {
      asked += 1;
      setImmediate(() => (turns += 1));
      const from = after === undefined ? 0 : Number(after) + 1;
      const members = Array.from({ length: from < pages * 1000 ? 1000 : 0 }, (_, index): Member => ({
        id: String(from + index).padStart(60, '0'),
      }));
      return Promise.resolve(members);
    }),
  });
  const id = await addGroup(server, 'Everybody', []);
  const response = await begin(server, `/Groups/${id}`);
  let before = -1;
  await pollUntil('nothing more is read', async () => {
    const still = asked === before;
    before = asked;
    // After several other responses, a page in progress has been read.
    for (let one = 0; one < 20; one += 1) await server.request('GET', '/ServiceProviderConfig');
    return still;
  });
  expect(asked).toBeLessThan(pages / 2);
  expect(turns).toBeGreaterThanOrEqual(asked - 1);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  expect((JSON.parse(text) as { members: unknown[] }).members).toHaveLength(pages * 1000);
});
