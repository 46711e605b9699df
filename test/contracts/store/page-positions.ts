import { expect, it } from 'vitest';
import type { ResourceId } from '../../../src/domain/ids.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { Query } from '../../../src/store/staging.ts';
import type { Store } from '../../support/stores.ts';
import { anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

const queries: readonly (readonly [string, Partial<Query>])[] = [
  ['of everyone', {}],
  ['of a filter that no index serves', { filter: parseFilter('title pr') }],
  ['of a filter that an index serves', { filter: parseFilter('displayName eq "ANNA BERG"') }],
  ['in ascending order', { sort: { by: 'title', descending: false } }],
  ['in descending order', { sort: { by: 'title', descending: true } }],
  ['of a filter in descending order', { filter: parseFilter('displayName eq "anna berg"'), sort: { by: 'title', descending: true } }],
  ['in an order in which all values are equal', { sort: { by: 'displayName', descending: true } }],
];

async function createPeople(store: Store, names: readonly string[]): Promise<readonly ResourceId[]> {
  const people = await Promise.all(
    names.map((name) => store.of('default').users.create(aUser({ userName: name, title: name }), anOrigin())),
  );
  return people.map(({ id }) => id);
}

/** Reads all pages by page position; `between` can make changes after each page. @returns the found names, in order. */
async function walk(store: Store, query: Partial<Query>, between: (names: readonly string[]) => Promise<void>): Promise<readonly string[]> {
  const walked: string[] = [];
  for (let after: Query['after'] = 'start'; after !== undefined;) {
    // startIndex is ignored.
    const page = await store.of('default').users.find({ ...query, startIndex: 5, count: 2, after });
    const names = page.items.map(({ person }) => person.user.userName);
    walked.push(...names);
    expect(JSON.parse(JSON.stringify(page.next ?? null))).toBe(page.next ?? null);
    await between(names);
    after = page.next;
  }
  return walked;
}

/** Pages by position. */
export function describePagePositions(open: OpenStore): void {
  it.each(queries)('returns each resource once in the pages %s', async (_, query) => {
    const { store } = await openForTest(open);
    await createPeople(store, ['d', 'b', 'g', 'a', 'f', 'c', 'e']);
    const plain = await store.of('default').users.find({ ...query, startIndex: 1, count: 100 });
    expect(plain.next).toBeUndefined();
    expect(plain.total).toBe(7);
    expect(await walk(store, query, () => Promise.resolve())).toEqual(plain.items.map(({ person }) => person.user.userName));
  });

  it.each(queries)('returns the pages %s while resources are added and removed, including those at a page position', async (_, query) => {
    const { store } = await openForTest(open);
    const names = ['d', 'b', 'g', 'a', 'f', 'c', 'e', 'i', 'h'];
    const ids = await createPeople(store, names);
    const { users } = store.of('default');
    let round = 0;
    const gone = new Set<string>();
    const walked = await walk(store, query, async (page) => {
      const last = page.at(-1) ?? '';
      if (names.includes(last)) gone.add(last);
      await users.remove(ids[names.indexOf(last)] ?? (await idOf(store, last)), anOrigin());
      if (round < 4) await createPeople(store, [`a${round}`, `z${round}`]);
      round += 1;
    });
    const stayed = names.filter((name) => !gone.has(name));
    expect(walked.filter((name) => stayed.includes(name)).toSorted((a, b) => a.localeCompare(b))).toEqual(
      stayed.toSorted((a, b) => a.localeCompare(b)),
    );
    expect(new Set(walked).size).toBe(walked.length);
  });

  it('continues sorted pages at their position when the resource there has another value now', async () => {
    const { store } = await openForTest(open);
    const ids = await createPeople(store, ['a', 'b', 'c', 'd', 'e']);
    const walked = await walk(store, { sort: { by: 'title', descending: false } }, async (page) => {
      if (page.includes('b')) await store.of('default').users.update(ids[1] ?? '', (user) => ({ ...user, title: 'z' }), anOrigin());
    });
    // Only the changed resource is returned again, at its new position.
    expect(walked).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
  });

  it('returns no position after the last page, and the total on each page', async () => {
    const { store } = await openForTest(open);
    await createPeople(store, ['a', 'b', 'c', 'd']);
    const { users } = store.of('default');
    const first = await users.find({ startIndex: 1, count: 2, after: 'start', filter: parseFilter('title pr') });
    expect([first.total, first.items.length]).toEqual([4, 2]);
    const second = await users.find({ startIndex: 1, count: 2, after: first.next ?? '', filter: parseFilter('title pr') });
    expect([second.total, second.items.length, second.next]).toEqual([4, 2, undefined]);
    expect(await store.of('nobody').users.find({ startIndex: 1, count: 2, after: 'start' })).toEqual({ total: 0, items: [] });
  });

  it('reports that neither the sort value of a position nor its resource is known any more', async () => {
    const { store } = await openForTest(open);
    await expect(
      store.of('default').users.find({ startIndex: 1, count: 2, after: '4711.1', sort: { by: 'title', descending: false } }),
    ).rejects.toMatchObject({ status: 400, scimType: 'expiredCursor' });
  });

  it('continues sorted pages from the resource at the position after a restart', async () => {
    const under = await openForTest(open);
    const { store } = under;
    await createPeople(store, ['c', 'a', 'b']);
    const query = { startIndex: 1, count: 2, sort: { by: 'title', descending: false } };
    const { next } = await store.of('default').users.find({ ...query, after: 'start' });
    const again = await under.reopen();
    const page = await again.store.of('default').users.find({ ...query, after: next ?? '' });
    await again.store.close();
    expect(page.items.map(({ person }) => person.user.userName)).toEqual(['c']);
  });
}

async function idOf(store: Store, userName: string): Promise<ResourceId> {
  const { items } = await store.of('default').users.find({ startIndex: 1, count: 1, filter: parseFilter(`userName eq "${userName}"`) });
  return items[0]?.person.id ?? '';
}
