import { expect } from 'vitest';
import { startScimServer } from '../../http/support/scim-server.ts';
import { may, must, notOffered, should, type Chapter } from '../requirement.ts';
import { expectError, Scim, toList, urns, type List } from '../scim.ts';

/** All pages of a search, from the empty cursor to the page that has no next one. */
async function walk(scim: Scim, path: string, parameters: Readonly<Record<string, string | number>>): Promise<readonly List[]> {
  const pages: List[] = [];
  let cursor: unknown = '';
  while (typeof cursor === 'string' && pages.length < 20) {
    const page = await scim.list(path, { ...parameters, cursor });
    pages.push(page);
    cursor = page.body['nextCursor'];
  }
  return pages;
}

async function people(scim: Scim, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await scim.user({ userName: `u${n}` });
}

/** Pages by cursor (RFC 9865). */
export const cursors: Chapter = {
  title: 'Paging by cursor',
  file: 'cursors',
  requirements: [
    must('RFC 9865 §2', 'an empty cursor requests the first page', async (scim) => {
      await people(scim, 3);
      for (const query of ['cursor&count=2', 'cursor=&count=2'])
        expect(toList(await scim.get(`/Users?${query}`)).resources).toHaveLength(2);
    }),
    must('RFC 9865 §2', 'nextCursor is present on every page except the last', async (scim) => {
      await people(scim, 5);
      const pages = await walk(scim, '/Users', { count: 2 });
      expect(pages.map(({ body }) => typeof body['nextCursor'])).toEqual(['string', 'string', 'undefined']);
    }),
    must('RFC 9865 §2', 'nextCursor is absent on the last page even if that page is full', async (scim) => {
      await people(scim, 4);
      const pages = await walk(scim, '/Users', { count: 2 });
      expect(pages.map(({ body }) => typeof body['nextCursor'])).toEqual(['string', 'undefined']);
    }),
    must('RFC 9865 §2', 'an empty result is one page without nextCursor', async (scim) => {
      const { body } = await scim.list('/Users', { cursor: '' });
      expect(body).toMatchObject({ totalResults: 0 });
      expect(body).not.toHaveProperty('nextCursor');
    }),
    must('RFC 9865 §2', 'all pages together contain each resource once', async (scim) => {
      await people(scim, 7);
      const names = (await walk(scim, '/Users', { count: 3 })).flatMap((page) => page.names);
      expect(names.toSorted()).toEqual(['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']);
    }),
    must('RFC 9865 §2', 'with a filter, all pages together contain exactly the matches', async (scim) => {
      await people(scim, 5);
      const pages = await walk(scim, '/Users', { count: 2, filter: 'userName ne "u3"' });
      expect(pages.flatMap(({ names }) => names).toSorted()).toEqual(['u1', 'u2', 'u4', 'u5']);
    }),
    must('RFC 9865 §2', 'a page never has more than count resources', async (scim) => {
      await people(scim, 5);
      const pages = await walk(scim, '/Users', { count: 2 });
      expect(pages.map(({ resources, body }) => [resources.length, body['itemsPerPage']])).toEqual([
        [2, 2],
        [2, 2],
        [1, 1],
      ]);
    }),
    must(
      'RFC 9865 §2',
      'without a count, the server chooses the page size',
      async (scim) => {
        await people(scim, 5);
        expect((await scim.list('/Users', { cursor: '' })).resources).toHaveLength(2);
        expect((await scim.list('/Users', { cursor: '', count: 100 })).resources).toHaveLength(3);
      },
      { settings: { pageSizes: { usual: 2, most: 3 } } },
    ),
    must('RFC 9865 §2', 'a cursor contains only unreserved characters of RFC 3986', async (scim) => {
      await people(scim, 2);
      expect((await scim.list('/Users', { cursor: '', count: 1 })).body['nextCursor']).toMatch(/^[A-Za-z0-9._~-]+$/);
    }),
    should('RFC 9865 §2', 'totalResults on each page is the number of resources on all pages', async (scim) => {
      await people(scim, 5);
      expect((await walk(scim, '/Users', { count: 2 })).map(({ totalResults }) => totalResults)).toEqual([5, 5, 5]);
    }),
    must('RFC 9865 §2', 'Groups are paged in the same way', async (scim) => {
      for (const displayName of ['a', 'b', 'c']) await scim.group({ displayName });
      const pages = await walk(scim, '/Groups', { count: 2 });
      expect(pages.flatMap(({ names }) => names).toSorted()).toEqual(['a', 'b', 'c']);
    }),
    must('RFC 9865 §2', 'at the root, Users and Groups together are paged in the same way', async (scim) => {
      await people(scim, 3);
      for (const displayName of ['a', 'b']) await scim.group({ displayName });
      const pages = await walk(scim, '/', { count: 2 });
      expect(pages.flatMap(({ names }) => names).toSorted()).toEqual(['a', 'b', 'u1', 'u2', 'u3']);
    }),
    must('RFC 9865 §2', 'the attributes parameter applies to each page', async (scim) => {
      await people(scim, 3);
      const pages = await walk(scim, '/Users', { count: 2, attributes: 'userName' });
      const shown = pages.map(({ resources }) => resources.map((one) => Object.keys(one).toSorted().join(' ')));
      expect(shown).toEqual([['id schemas userName', 'id schemas userName'], ['id schemas userName']]);
    }),
    notOffered(
      may('RFC 9865 §2', 'previousCursor is a cursor for the previous page', async (scim) => {
        await people(scim, 3);
        const pages = await walk(scim, '/Users', { count: 1 });
        expect(pages).toHaveLength(3);
        for (const { body } of pages) expect(body).not.toHaveProperty('previousCursor');
      }),
      'pages can only be read forwards; previousCursor is absent',
    ),
    should('RFC 9865 §2.1', 'an unknown cursor returns 400 with invalidCursor', async (scim) => {
      for (const cursor of ['x', 'VZUTiyhEQJ94IR', '%00', 'a b']) expectError(await scim.query('/Users', { cursor }), 400, 'invalidCursor');
    }),
    should('RFC 9865 §2.1', 'a modified cursor returns 400 with invalidCursor, never another page', async (scim) => {
      await people(scim, 3);
      const cursor = (await scim.list('/Users', { cursor: '', count: 1 })).body['nextCursor'] as string;
      const changed = cursor.slice(0, -2) + (cursor.endsWith('AA') ? 'BB' : 'AA');
      const reply = await scim.query('/Users', { cursor: changed, count: 1 });
      expectError(reply, 400, 'invalidCursor');
    }),
    should(
      'RFC 9865 §2.1',
      'a cursor used with a different filter, sort order or endpoint returns 400 with invalidCursor',
      async (scim) => {
        await people(scim, 3);
        const cursor = (await scim.list('/Users', { cursor: '', count: 1 })).body['nextCursor'] as string;
        expectError(await scim.query('/Users', { cursor, count: 1, filter: 'userName pr' }), 400, 'invalidCursor');
        expectError(await scim.query('/Users', { cursor, count: 1, sortBy: 'title' }), 400, 'invalidCursor');
        expectError(await scim.query('/Groups', { cursor, count: 1 }), 400, 'invalidCursor');
      },
    ),
    should('RFC 9865 §2.1', 'a cursor of another Source returns 400', async (scim) => {
      await people(scim, 3);
      const cursor = (await scim.list('/Users', { cursor: '', count: 1 })).body['nextCursor'] as string;
      const { text } = await scim.server.tokens.create({ label: 'other', source: 'partner' });
      const reply = await scim.get(`/Users?count=1&cursor=${cursor}`, { authorization: `Bearer ${text}` });
      expectError(reply, 400, 'invalidCursor');
    }),
    should('RFC 9865 §2.1', 'a count that is not a number returns 400 with invalidCount', async (scim) => {
      for (const count of ['many', '1.5']) expectError(await scim.query('/Users', { cursor: '', count }), 400, 'invalidCount');
    }),
    should('RFC 9865 §2.1', 'a cursor from before a restart returns 400 with expiredCursor', async (scim) => {
      const earlier = new Scim(await startScimServer());
      await people(earlier, 2);
      const cursor = (await earlier.list('/Users', { cursor: '', count: 1 })).body['nextCursor'] as string;
      expectError(await scim.query('/Users', { cursor, count: 1 }), 400, 'expiredCursor');
    }),
    should('RFC 9865 §2.2', 'pages requested by cursor have the requested sort order', async (scim) => {
      for (const userName of ['d', 'B', 'a', 'C', 'e']) await scim.user({ userName });
      const up = await walk(scim, '/Users', { count: 2, sortBy: 'userName' });
      expect(up.flatMap(({ names }) => names)).toEqual(['a', 'B', 'C', 'd', 'e']);
      const down = await walk(scim, '/Users', { count: 2, sortBy: 'userName', sortOrder: 'descending' });
      expect(down.flatMap(({ names }) => names)).toEqual(['e', 'd', 'C', 'B', 'a']);
    }),
    must('RFC 9865 §2.4', 'a request that does not select a paging method gets paging by index, not an error', async (scim) => {
      await people(scim, 3);
      const { body } = await scim.list('/Users', { count: 2 });
      expect(body).toMatchObject({ totalResults: 3, startIndex: 1, itemsPerPage: 2 });
      expect(body).not.toHaveProperty('nextCursor');
    }),
    must('RFC 9865 §3', 'POST /Users/.search accepts a cursor in its body', async (scim) => {
      await people(scim, 3);
      const names: string[] = [];
      let cursor: unknown = '';
      for (let page = 0; typeof cursor === 'string' && page < 5; page += 1) {
        const list = toList(await scim.post('/Users/.search', { schemas: [urns.search], cursor, count: 2, filter: 'userName pr' }));
        names.push(...list.names);
        cursor = list.body['nextCursor'];
      }
      expect(names.toSorted()).toEqual(['u1', 'u2', 'u3']);
    }),
    should('RFC 9865 §4', 'the ServiceProviderConfig announces pagination by cursor and by index', async (scim) => {
      expect((await scim.get('/ServiceProviderConfig')).body['pagination']).toMatchObject({ cursor: true, index: true });
    }),
    may(
      'RFC 9865 §4',
      'the ServiceProviderConfig announces the correct defaultPaginationMethod, defaultPageSize and maxPageSize',
      async (scim) => {
        expect((await scim.get('/ServiceProviderConfig')).body['pagination']).toMatchObject({
          defaultPaginationMethod: 'index',
          defaultPageSize: 2,
          maxPageSize: 3,
        });
      },
      { settings: { pageSizes: { usual: 2, most: 3 } } },
    ),
  ],
};
