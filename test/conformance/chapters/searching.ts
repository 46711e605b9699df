import { expect } from 'vitest';
import { may, must, type Chapter } from '../requirement.ts';
import { expectError, toList, urns, type Scim } from '../scim.ts';

/** Searches with POST; the answer must be a ListResponse. */
async function search(scim: Scim, path: string, parameters: object) {
  const reply = await scim.post(`${path}/.search`, { schemas: [urns.search], ...parameters });
  expect(reply.status, reply.text).toBe(200);
  return toList(reply);
}

/** Searches by POST, and over all resource types at the root (RFC 7644 §3.4.2.1 and §3.4.3). */
export const searching: Chapter = {
  title: 'Searching with POST and at the root',
  file: 'searching',
  requirements: [
    must('RFC 7644 §3.4.3', 'a POST to /Users/.search returns 200 with a ListResponse', async (scim) => {
      await scim.user({ userName: 'mira' });
      expect((await search(scim, '/Users', {})).names).toEqual(['mira']);
    }),
    must('RFC 7644 §3.4.3', 'a POST to /Groups/.search returns 200 with a ListResponse', async (scim) => {
      await scim.group({ displayName: 'Lab' });
      expect((await search(scim, '/Groups', {})).names).toEqual(['Lab']);
    }),
    must('RFC 7644 §3.4.3', 'filter, sortBy, sortOrder, startIndex and count have the same meaning as in a GET', async (scim) => {
      for (const userName of ['a1', 'a2', 'a3', 'b']) await scim.user({ userName });
      const parameters = { filter: 'userName sw "A"', sortBy: 'userName', sortOrder: 'descending', startIndex: 2, count: 1 };
      const { names, body } = await search(scim, '/Users', parameters);
      expect(names).toEqual(['a2']);
      expect(body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    }),
    must('RFC 7644 §3.4.3', 'attributes and excludedAttributes are arrays of names', async (scim) => {
      await scim.user({ userName: 'mira', title: 'Guard', nickName: 'M' });
      const [only] = (await search(scim, '/Users', { attributes: ['title'] })).resources;
      expect(Object.keys(only ?? {}).toSorted()).toEqual(['id', 'schemas', 'title']);
      const [but] = (await search(scim, '/Users', { excludedAttributes: ['title', 'meta'] })).resources;
      expect(Object.keys(but ?? {}).toSorted()).toEqual(['id', 'nickName', 'schemas', 'userName']);
    }),
    must('RFC 7644 §3.4.3', 'an invalid filter returns 400 with invalidFilter', async (scim) => {
      expectError(await scim.post('/Users/.search', { schemas: [urns.search], filter: 'userName' }), 400, 'invalidFilter');
    }),
    must('RFC 7644 §3.4.3', 'a body that is not an object returns 400 with invalidSyntax', async (scim) => {
      expectError(await scim.post('/Users/.search', '[]'), 400, 'invalidSyntax');
    }),
    may('RFC 7644 §3.4.3', 'a POST to /.search at the root searches Users and Groups', async (scim) => {
      await scim.user({ userName: 'smith', displayName: 'Smith' });
      await scim.group({ displayName: 'Smith family' });
      await scim.group({ displayName: 'Other' });
      const { resources, totalResults } = await search(scim, '', { filter: 'displayName sw "smith"' });
      expect(totalResults).toBe(2);
      expect(new Set(resources.map(({ meta }) => meta.resourceType))).toEqual(new Set(['User', 'Group']));
    }),
    may('RFC 7644 §3.4.2.1', 'a GET of the root searches Users and Groups', async (scim) => {
      await scim.user({ userName: 'mira', externalId: 'x' });
      await scim.group({ displayName: 'Lab', externalId: 'x' });
      await scim.group({ displayName: 'Other' });
      const { totalResults, names } = await scim.list('/', { filter: 'externalId eq "x"' });
      expect([totalResults, new Set(names)]).toEqual([2, new Set(['mira', 'Lab'])]);
    }),
    must('RFC 7644 §3.4.2.1', 'at the root, meta.resourceType distinguishes the types', async (scim) => {
      await scim.user({ userName: 'mira' });
      await scim.group({ displayName: 'Lab' });
      expect((await scim.list('/', { filter: 'meta.resourceType eq "Group"' })).names).toEqual(['Lab']);
      const both = 'meta.resourceType eq "User" or meta.resourceType eq "Group"';
      expect((await scim.list('/', { filter: both })).totalResults).toBe(2);
    }),
    must('RFC 7644 §3.4.2.1', 'at the root, an attribute that a type does not have counts as absent', async (scim) => {
      await scim.user({ userName: 'mira' });
      await scim.group({ displayName: 'Lab' });
      expect((await scim.list('/', { filter: 'userName eq "mira"' })).names).toEqual(['mira']);
      expect((await scim.list('/', { filter: 'not (userName pr)' })).names).toEqual(['Lab']);
    }),
    must('RFC 7644 §3.4.2.4', 'at the root, consecutive pages together contain the resources of all types, each once', async (scim) => {
      for (const name of ['a', 'b', 'c']) {
        await scim.user({ userName: `user-${name}` });
        await scim.group({ displayName: `group-${name}` });
      }
      const pages = [];
      for (const startIndex of [1, 3, 5]) pages.push(await scim.list('/', { startIndex, count: 2 }));
      for (const { totalResults, names } of pages) expect([totalResults, names.length]).toEqual([6, 2]);
      expect(new Set(pages.flatMap(({ resources }) => resources.map(({ id }) => id))).size).toBe(6);
    }),
    may('RFC 7644 §3.4.2.5', 'at the root, the attributes parameter selects attributes of all types', async (scim) => {
      await scim.user({ userName: 'mira', title: 'Guard' });
      await scim.group({ displayName: 'Lab' });
      const { resources } = await scim.list('/', { attributes: 'displayName,title' });
      const shown = resources.map((one) => Object.keys(one).toSorted().join(' '));
      expect(shown.toSorted()).toEqual(['displayName id schemas', 'id schemas title']);
    }),
  ],
};
