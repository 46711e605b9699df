import { describe, expect, test } from 'vitest';
import type { Answer } from '../../http/support/exchange.ts';
import { startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

interface List {
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly Resources: readonly Record<string, unknown>[];
}

async function create(server: ScimServer, path: string, body: object): Promise<string> {
  const answer = await server.request('POST', path, { body });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { id: string }).id;
}

/** Anna, Bert and Carla; the Groups Admins, with Anna, and Bees. */
async function startWithPeople(): Promise<{ readonly server: ScimServer; readonly anna: string; readonly admins: string }> {
  const server = await startScimServer();
  const anna = await create(server, '/Users', { userName: 'anna', displayName: 'Anna', title: 'T' });
  await create(server, '/Users', { userName: 'bert', displayName: 'Bert' });
  await create(server, '/Users', { userName: 'carla', displayName: 'Carla' });
  const admins = await create(server, '/Groups', { displayName: 'admins', members: [{ value: anna }] });
  await create(server, '/Groups', { displayName: 'Bees' });
  return { server, anna, admins };
}

function listOf(answer: Answer): List {
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers['content-type']).toBe('application/scim+json');
  return answer.body as List;
}

function namesOf({ Resources }: List): readonly unknown[] {
  return Resources.map(({ displayName }) => displayName);
}

const query = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

describe('a search among all resources (RFC 7644 §3.4.2.1)', () => {
  test('returns Users and Groups as their own endpoints do', async () => {
    const { server, anna, admins } = await startWithPeople();
    const list = listOf(await server.request('GET', '/'));
    expect(list).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 5,
      startIndex: 1,
      itemsPerPage: 5,
    });
    expect(namesOf(list)).toEqual(['Anna', 'Bert', 'Carla', 'admins', 'Bees']);
    expect(list.Resources[0]).toEqual((await server.request('GET', `/Users/${anna}`)).body);
    expect(list.Resources[0]).toMatchObject({ groups: [{ value: admins }] });
    expect(list.Resources[3]).toEqual((await server.request('GET', `/Groups/${admins}`)).body);
    expect(list.Resources[3]).toMatchObject({ members: [{ value: anna }] });
  });

  test.each(['', '/', '/v2', '/v2/', '//'])('is reached at the base address written as "%s"', async (path) => {
    const { server } = await startWithPeople();
    expect(listOf(await server.request('GET', `${path}?count=0`))).toMatchObject({ totalResults: 5, Resources: [] });
  });

  test.each([
    ['meta.resourceType eq "Group"', ['admins', 'Bees']],
    ['userName sw "a" or displayName eq "bees"', ['Anna', 'Bees']],
    ['displayName sw "a"', ['Anna', 'admins']],
    ['not (userName pr)', ['admins', 'Bees']],
    ['userName eq "anna" and members pr', []],
  ])('returns matches of %s, where attributes of the other type are absent', async (filter, names) => {
    const { server } = await startWithPeople();
    const found = listOf(await server.request('GET', `/?filter=${query(filter)}`));
    expect(found.totalResults).toBe(names.length);
    expect(namesOf(found)).toEqual(names);
    expect(namesOf(listOf(await server.request('POST', '/.search', { body: { filter } })))).toEqual(names);
  });

  test('is sorted across both types and divided into pages across both, by index and by cursor', async () => {
    const { server } = await startWithPeople();
    const sorted = ['admins', 'Anna', 'Bees', 'Bert', 'Carla'];
    const byIndex: unknown[] = [];
    for (const startIndex of [1, 3, 5]) {
      const page = listOf(await server.request('GET', `/?sortBy=displayName&count=2&startIndex=${startIndex}`));
      expect(page).toMatchObject({ totalResults: 5, startIndex });
      byIndex.push(...namesOf(page));
    }
    expect(byIndex).toEqual(sorted);
    for (const [body, names] of [
      [{ sortBy: 'displayName', sortOrder: 'descending' }, sorted.toReversed()],
      [{}, ['Anna', 'Bert', 'Carla', 'admins', 'Bees']],
    ] as const) {
      const byCursor: unknown[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const page = listOf(await server.request('POST', '/.search', { body: { ...body, count: 2, cursor } }));
        expect(page.totalResults).toBe(5);
        byCursor.push(...namesOf(page));
        cursor = page.nextCursor;
      }
      expect(byCursor).toEqual(names);
    }
  });

  test('returns the selected attributes of each type with attributes and excludedAttributes', async () => {
    const { server, anna, admins } = await startWithPeople();
    const only = listOf(await server.request('GET', '/?attributes=userName,members.value&filter=displayName+sw+%22a%22')).Resources;
    expect(only).toEqual([
      { schemas: expect.any(Array) as unknown, id: anna, userName: 'anna' },
      { schemas: expect.any(Array) as unknown, id: admins, members: [{ value: anna }] },
    ]);
    const without = listOf(
      await server.request('POST', '/.search', { body: { excludedAttributes: ['members', 'title', 'groups'] } }),
    ).Resources;
    for (const resource of without) for (const name of ['members', 'title', 'groups']) expect(resource).not.toHaveProperty(name);
  });

  test('returns nothing of another Source', async () => {
    const { server } = await startWithPeople();
    const { text: foreign } = await server.tokens.create({ label: 'other', source: 'other' });
    const headers = { authorization: `Bearer ${foreign}` };
    expect(listOf(await server.request('GET', '/', { headers }))).toMatchObject({ totalResults: 0, Resources: [] });
    expect(listOf(await server.request('POST', '/.search', { headers, body: { sortBy: 'displayName', cursor: '' } }))).toMatchObject({
      totalResults: 0,
    });
  });

  test.each([
    ['/?filter=userName+xx+1', 'invalidFilter'],
    ['/?filter=active+gt+true', 'invalidFilter'],
    ['/?sortBy=nothing', 'invalidValue'],
    ['/?attributes=id&excludedAttributes=id', 'invalidValue'],
    ['/?cursor=abc', 'invalidCursor'],
  ])('%s is refused with %s', async (path, scimType) => {
    const { server } = await startWithPeople();
    expect(await server.request('GET', path)).toMatchObject({ status: 400, body: { status: '400', scimType } });
  });

  test('requires a token, and refuses writes', async () => {
    const { server } = await startWithPeople();
    expect((await server.request('GET', '/', { headers: { authorization: '' } })).status).toBe(401);
    expect((await server.request('POST', '/', { body: {} })).status).toBe(405);
    expect((await server.request('GET', '/.search')).status).toBe(405);
  });
});
