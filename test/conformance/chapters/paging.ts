import { expect } from 'vitest';
import { may, must, type Chapter, type Requirement } from '../requirement.ts';
import { expectError } from '../scim.ts';

/** A row about the order of a list of people who differ in one attribute. */
function sorts(text: string, people: readonly object[], query: Readonly<Record<string, string>>, names: readonly string[]): Requirement {
  return must('RFC 7644 §3.4.2.3', text, async (scim) => {
    for (const person of people) await scim.user({ ...person });
    expect((await scim.list('/Users', query)).names).toEqual(names);
  });
}

const titles = [
  { userName: 'one', title: 'beta' },
  { userName: 'two', title: 'Alpha' },
  { userName: 'three' },
  { userName: 'four', title: 'gamma' },
];

/** Order and pages by index (RFC 7644 §3.4.2.3 and §3.4.2.4). */
export const paging: Chapter = {
  title: 'Sorting and paging',
  file: 'paging',
  requirements: [
    sorts('without sortOrder, the order is ascending, with absent values last', titles, { sortBy: 'title' }, [
      'two',
      'one',
      'four',
      'three',
    ]),
    sorts('sortOrder accepts ascending', titles, { sortBy: 'title', sortOrder: 'ascending' }, ['two', 'one', 'four', 'three']),
    sorts('sortOrder descending reverses the order, with absent values first', titles, { sortBy: 'title', sortOrder: 'descending' }, [
      'three',
      'four',
      'one',
      'two',
    ]),
    sorts(
      'strings are sorted regardless of case unless the attribute is case-exact',
      ['b', 'C', 'a', 'D'].map((userName) => ({ userName })),
      { sortBy: 'userName' },
      ['a', 'b', 'C', 'D'],
    ),
    sorts(
      'strings of case-exact attributes are sorted case-sensitively',
      ['b', 'C', 'a'].map((externalId) => ({ userName: `u-${externalId}`, externalId })),
      { sortBy: 'externalId' },
      ['u-C', 'u-a', 'u-b'],
    ),
    sorts(
      'sortBy accepts sub-attributes in dot notation',
      ['Sand', 'Oh'].map((familyName) => ({ userName: familyName, name: { familyName } })),
      { sortBy: 'name.familyName' },
      ['Oh', 'Sand'],
    ),
    sorts(
      'a multi-valued attribute is sorted by its primary value, otherwise by its first value',
      [
        { userName: 'one', emails: [{ value: 'a@x.test' }, { value: 'z@x.test', primary: true }] },
        { userName: 'two', emails: [{ value: 'c@x.test' }, { value: 'b@x.test' }] },
      ],
      { sortBy: 'emails' },
      ['two', 'one'],
    ),
    must('RFC 7644 §3.4.2.3', 'dates are sorted chronologically', async (scim) => {
      for (const userName of ['one', 'two', 'three']) {
        await scim.user({ userName });
        scim.server.clock.advance(60_000);
      }
      expect((await scim.list('/Users', { sortBy: 'meta.created', sortOrder: 'descending' })).names).toEqual(['three', 'two', 'one']);
    }),
    must('RFC 7644 §3.4.2.3', 'the order applies to the whole result, not to each page separately', async (scim) => {
      for (const userName of ['d', 'b', 'a', 'c']) await scim.user({ userName });
      const query = { sortBy: 'userName', count: 2 };
      const pages = [await scim.list('/Users', query), await scim.list('/Users', { ...query, startIndex: 3 })];
      expect(pages.map(({ names }) => names)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
    }),
    may('RFC 7644 §3.4.2.3', 'Groups can also be sorted', async (scim) => {
      for (const displayName of ['b', 'C', 'a']) await scim.group({ displayName });
      expect((await scim.list('/Groups', { sortBy: 'displayName' })).names).toEqual(['a', 'b', 'C']);
    }),
    must('RFC 7644 §3.4.2.4', 'startIndex counts from 1 and defaults to 1', async (scim) => {
      for (const userName of ['a', 'b', 'c']) await scim.user({ userName });
      const all = await scim.list('/Users', { sortBy: 'userName' });
      expect(all.body['startIndex']).toBe(1);
      expect((await scim.list('/Users', { sortBy: 'userName', startIndex: 2 })).names).toEqual(['b', 'c']);
    }),
    must('RFC 7644 §3.4.2.4', 'a startIndex below 1 is treated as 1', async (scim) => {
      for (const userName of ['a', 'b']) await scim.user({ userName });
      for (const startIndex of [0, -5])
        expect((await scim.list('/Users', { startIndex })).body).toMatchObject({ startIndex: 1, itemsPerPage: 2 });
    }),
    must('RFC 7644 §3.4.2.4', 'a startIndex beyond the end returns an empty page with the correct totalResults', async (scim) => {
      await scim.user();
      expect((await scim.list('/Users', { startIndex: 5 })).body).toMatchObject({ totalResults: 1, Resources: [] });
    }),
    must('RFC 7644 §3.4.2.4', 'a negative count is treated as 0', async (scim) => {
      await scim.user();
      expect((await scim.list('/Users', { count: -1 })).body).toMatchObject({ totalResults: 1, Resources: [] });
    }),
    must('RFC 7644 §3.4.2.4', 'a count of 0 returns only totalResults', async (scim) => {
      await scim.user();
      expect((await scim.list('/Users', { count: 0 })).body).toMatchObject({ totalResults: 1, itemsPerPage: 0, Resources: [] });
    }),
    must('RFC 7644 §3.4.2.4', 'a page never has more than count resources', async (scim) => {
      for (let n = 0; n < 4; n += 1) await scim.user();
      expect((await scim.list('/Users', { count: 3 })).resources).toHaveLength(3);
    }),
    must(
      'RFC 7644 §3.4.2.4',
      'without a count, or with a count above the limit, the server chooses the page size and returns it as itemsPerPage',
      async (scim) => {
        for (let n = 0; n < 5; n += 1) await scim.user();
        expect((await scim.list('/Users')).body).toMatchObject({ itemsPerPage: 2, totalResults: 5 });
        expect((await scim.list('/Users', { count: 1000 })).body).toMatchObject({ itemsPerPage: 3, totalResults: 5 });
      },
      { settings: { pageSizes: { usual: 2, most: 3 } } },
    ),
    must('RFC 7644 §3.4.2.4', 'consecutive pages together contain each resource once', async (scim) => {
      for (let n = 0; n < 11; n += 1) await scim.user();
      const pages = [];
      for (const startIndex of [1, 6, 11]) pages.push(await scim.list('/Users', { startIndex, count: 5 }));
      expect(pages.map(({ body }) => body['startIndex'])).toEqual([1, 6, 11]);
      expect(new Set(pages.flatMap(({ names }) => names)).size).toBe(11);
    }),
    must('RFC 7644 §3.4.2.4', 'a startIndex or count that is not a number is rejected', async (scim) => {
      expectError(await scim.get('/Users?startIndex=first'), 400, 'invalidValue');
      expect((await scim.get('/Users?count=many')).status).toBe(400);
    }),
  ],
};
