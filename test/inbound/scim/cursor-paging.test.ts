import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CursorCipher, type CursorScope } from '../../../src/inbound/scim/cursor-cipher.ts';
import { parseQuery } from '../../../src/scim/messages.ts';
import type { Answer } from '../../http/support/exchange.ts';
import { startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

interface List {
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly Resources: readonly { readonly id: string; readonly userName?: string; readonly displayName?: string }[];
}

async function create(server: ScimServer, path: string, body: object): Promise<string> {
  const answer = await server.request('POST', path, { body });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { id: string }).id;
}

function listOf(answer: Answer): List {
  expect(answer.status, answer.text).toBe(200);
  return answer.body as List;
}

function nameOf({ userName, displayName }: List['Resources'][number]): string {
  return userName ?? displayName ?? '';
}

/** Reads all pages of a query by cursor. `between` is called after each page. */
async function readAll(server: ScimServer, query: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<List[]> {
  const pages: List[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = listOf(await server.request('GET', `${query}&cursor=${cursor}`));
    pages.push(page);
    cursor = page.nextCursor;
    await between();
  }
  return pages;
}

function expectRefused(answer: Answer, scimType: string): void {
  expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType } });
}

describe('pages by cursor (RFC 9865)', () => {
  test('start with an empty cursor and return every resource once', async () => {
    const server = await startScimServer();
    for (let number = 1; number <= 7; number += 1) await create(server, '/Users', { userName: `user-${number}` });
    const pages = await readAll(server, '/Users?count=3');
    expect(pages.map(({ Resources }) => Resources.map(nameOf))).toEqual([
      ['user-1', 'user-2', 'user-3'],
      ['user-4', 'user-5', 'user-6'],
      ['user-7'],
    ]);
    for (const page of pages) expect(page).toMatchObject({ totalResults: 7, itemsPerPage: page.Resources.length });
    for (const page of pages) expect(page).not.toHaveProperty('startIndex');
    expect(pages[0]?.nextCursor).toMatch(/^[\w.~-]+$/);
    // In the form of the RFC, without an equals sign.
    expect(listOf(await server.request('GET', '/Users?count=3&cursor')).nextCursor).toBeDefined();
  });

  test('have no next cursor when the last page is exactly full, and when nothing matches', async () => {
    const server = await startScimServer();
    expect(listOf(await server.request('GET', '/Users?cursor='))).toMatchObject({ totalResults: 0, Resources: [] });
    await create(server, '/Users', { userName: 'a' });
    await create(server, '/Users', { userName: 'b' });
    const page = listOf(await server.request('GET', '/Users?count=2&cursor='));
    expect(page.Resources).toHaveLength(2);
    expect(page).not.toHaveProperty('nextCursor');
  });

  test('are not used without a cursor parameter: the default is an index', async () => {
    const server = await startScimServer();
    for (const userName of ['a', 'b', 'c']) await create(server, '/Users', { userName });
    const page = listOf(await server.request('GET', '/Users?count=2'));
    expect(page).toMatchObject({ totalResults: 3, startIndex: 1, itemsPerPage: 2 });
    expect(page).not.toHaveProperty('nextCursor');
  });

  test('miss no resource and repeat none while others are added and removed', async () => {
    const server = await startScimServer();
    const ids: string[] = [];
    for (let number = 10; number < 30; number += 1) ids.push(await create(server, '/Users', { userName: `user-${number}` }));
    for (const query of [
      '/Users?count=4',
      '/Users?count=4&sortBy=userName&sortOrder=descending',
      '/Users?count=4&filter=userName+sw+%22user%22',
    ]) {
      let round = 0;
      const pages = await readAll(server, query, async () => {
        round += 1;
        await create(server, '/Users', { userName: `zz-${query.length}-${round}` });
        const gone = ids.shift();
        await server.request('DELETE', `/Users/${gone ?? ''}`);
      });
      const seen = pages.flatMap(({ Resources }) => Resources.map(({ id }) => id));
      expect(new Set(seen).size).toBe(seen.length);
      for (const id of ids) expect(seen).toContain(id);
      const names = pages.flatMap(({ Resources }) => Resources.map(nameOf));
      if (query.includes('descending')) expect(names).toEqual(names.toSorted().toReversed());
    }
  });

  test('work for /Groups and in the body of a search', async () => {
    const server = await startScimServer();
    for (const displayName of ['A', 'B', 'C']) await create(server, '/Groups', { displayName });
    expect((await readAll(server, '/Groups?count=2')).map(({ Resources }) => Resources.map(nameOf))).toEqual([['A', 'B'], ['C']]);
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: 2, filter: 'displayName pr' };
    const first = listOf(await server.request('POST', '/Groups/.search', { body: { ...body, cursor: '' } }));
    const second = listOf(await server.request('POST', '/Groups/.search', { body: { ...body, cursor: first.nextCursor } }));
    expect([first, second].map(({ Resources }) => Resources.map(nameOf))).toEqual([['A', 'B'], ['C']]);
    expect(second).not.toHaveProperty('nextCursor');
  });

  test('return only the total with count 0, and limit a count that is too large', async () => {
    const server = await startScimServer({ settings: { pageSizes: { usual: 1, most: 2 } } });
    for (const userName of ['a', 'b', 'c']) await create(server, '/Users', { userName });
    expect(listOf(await server.request('GET', '/Users?count=0&cursor='))).toMatchObject({
      totalResults: 3,
      itemsPerPage: 0,
      Resources: [],
    });
    expect(listOf(await server.request('GET', '/Users?count=9&cursor=')).Resources).toHaveLength(2);
    expect(listOf(await server.request('GET', '/Users?cursor=')).Resources).toHaveLength(1);
    const config = (await server.request('GET', '/ServiceProviderConfig')).body;
    expect(config).toMatchObject({
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 1, maxPageSize: 2 },
    });
  });
});

describe('an invalid cursor', () => {
  test.each([
    ['unknown text', () => 'abc', 'invalidCursor'],
    ['not base64url', () => 'a b+/=', 'invalidCursor'],
    ['changed at its end', (cursor: string) => cursor.slice(0, -4) + (cursor.endsWith('AAAA') ? 'BBBB' : 'AAAA'), 'invalidCursor'],
    ['cut', (cursor: string) => cursor.slice(0, -4), 'invalidCursor'],
  ])('is refused when it is %s', async (_, change, scimType) => {
    const server = await startScimServer();
    for (const userName of ['a', 'b']) await create(server, '/Users', { userName });
    const { nextCursor = '' } = listOf(await server.request('GET', '/Users?count=1&cursor='));
    expectRefused(await server.request('GET', `/Users?count=1&cursor=${encodeURIComponent(change(nextCursor))}`), scimType);
  });

  test('is refused when it is of another search, endpoint or Source', async () => {
    const server = await startScimServer();
    const { text: foreign } = await server.tokens.create({ label: 'other', source: 'other' });
    for (const userName of ['a', 'b']) await create(server, '/Users', { userName });
    const query = 'count=1&filter=userName+pr&sortBy=userName';
    const { nextCursor = '' } = listOf(await server.request('GET', `/Users?${query}&cursor=`));
    const other = [
      `/Users?count=1&filter=id+pr&sortBy=userName`,
      '/Users?count=1&sortBy=userName',
      '/Users?count=1&filter=userName+pr',
      `/Users?${query}&sortOrder=descending`,
      `/Groups?${query}`,
      `/?${query}`,
    ];
    for (const path of other) expectRefused(await server.request('GET', `${path}&cursor=${nextCursor}`), 'invalidCursor');
    const headers = { authorization: `Bearer ${foreign}` };
    expectRefused(await server.request('GET', `/Users?${query}&cursor=${nextCursor}`, { headers }), 'invalidCursor');
    expect(listOf(await server.request('GET', `/Users?${query}&cursor=${nextCursor}`)).Resources.map(nameOf)).toEqual(['b']);
  });

  test('has expired when it is of an earlier run of the service', async () => {
    const [before, after] = [await startScimServer(), await startScimServer()];
    for (const userName of ['a', 'b']) await create(before, '/Users', { userName });
    const { nextCursor = '' } = listOf(await before.request('GET', '/Users?count=1&cursor='));
    expectRefused(await after.request('GET', `/Users?count=1&cursor=${nextCursor}`), 'expiredCursor');
  });

  test('is refused together with a startIndex, or with an invalid count', async () => {
    const server = await startScimServer();
    expectRefused(await server.request('GET', '/Users?cursor=&startIndex=1'), 'invalidValue');
    expectRefused(await server.request('GET', '/Users?cursor=&count=many'), 'invalidCount');
    expectRefused(await server.request('GET', '/Users?count=many'), 'invalidValue');
    expectRefused(await server.request('POST', '/Users/.search', { body: { cursor: 7 } }), 'invalidCursor');
  });

  test('is never written to the log', async () => {
    const server = await startScimServer();
    await server.request('GET', '/Users?cursor=abcdefgh');
    expect(JSON.stringify(server.logged)).not.toContain('abcdefgh');
  });
});

test('a cursor reveals neither the position nor the filter nor the Source, and no two are equal', () => {
  const cursors = new CursorCipher(randomBytes);
  const parameters = parseQuery({ filter: 'userName eq "mira"', sortBy: 'userName' });
  const scope: CursorScope = { source: 'contoso', endpoint: '/Users', parameters };
  const [one, another] = [cursors.encrypt('4711', scope), cursors.encrypt('4711', scope)];
  expect(one).not.toBe(another);
  for (const secret of ['4711', 'contoso', 'mira', 'Users']) expect(Buffer.from(one, 'base64url').includes(secret)).toBe(false);
  expect(cursors.decrypt(one, scope)).toBe('4711');
  expect(cursors.decrypt('', scope)).toBe('start');
});

test('any text in place of a cursor is refused as an invalid cursor, without other effects', () => {
  const cursors = new CursorCipher(randomBytes);
  const scope: CursorScope = { source: 'contoso', endpoint: '/Users', parameters: parseQuery({}) };
  const bytes = fc.uint8Array({ maxLength: 80 }).map((all) => Buffer.from(all).toString('base64url'));
  const flipped = fc.tuple(fc.nat(70), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
    const sealed = Buffer.from(cursors.encrypt('4711', scope), 'base64url');
    sealed[at % sealed.length] = (sealed[at % sealed.length] ?? 0) ^ by;
    return sealed.toString('base64url');
  });
  fc.assert(
    fc.property(fc.oneof(fc.string({ minLength: 1 }), bytes.filter(Boolean), flipped), (text) => {
      expect(() => cursors.decrypt(text, scope)).toThrow(
        expect.objectContaining({ status: 400, scimType: expect.stringMatching(/Cursor$/) as string }) as Error,
      );
    }),
  );
});
