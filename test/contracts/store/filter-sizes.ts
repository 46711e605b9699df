import { expect, it } from 'vitest';
import { maxFilterLength } from '../../../src/scim/filter/lexer.ts';
import { maxFilterDepth, parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { Store } from '../../support/stores.ts';
import { aGroup, anOrigin, aUser } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

/** Filters of the maximum length: terms are joined until no more fit. */
function fill(toTerm: (index: number) => string, glue: string, room = maxFilterLength): string {
  const terms: string[] = [];
  for (let length = 0, index = 0; ; index += 1) {
    const term = toTerm(index);
    length += term.length + glue.length;
    if (length > room) return terms.join(glue);
    terms.push(term);
  }
}

const names = ['title', 'nickName', 'name.familyName', 'emails.type', 'roles', 'groups.display', 'meta.version', 'locale'];

function nest(innermost: string, open: string): string {
  return `${open.repeat(maxFilterDepth)}${innermost}${')'.repeat(maxFilterDepth)}`;
}

async function countHits(store: Store, filter: string): Promise<number> {
  return (await store.of('default').users.find({ startIndex: 1, count: 1, filter: parseFilter(filter) })).total;
}

/** Filters of the maximum length and depth of the parser. */
export function describeFilterSizes(open: OpenStore): void {
  it.each<[string, string, number]>([
    ['700 alternatives of one attribute', fill((index) => `id eq ${index}`, ' or '), 0],
    ['hundreds of alternatives that no index serves', fill((index) => `${names[index % 8]} sw ${index}`, ' or '), 0],
    ['hundreds of conditions', fill((index) => `${names[index % 8]} ne ${index}`, ' and '), 1],
    ['hundreds of conditions in a value path', `emails[${fill((index) => `type ne ${index}`, ' and ', maxFilterLength - 8)}]`, 1],
    ['nested negations', nest('title pr', 'not ('), 0],
    ['nested alternatives', nest('userName pr', '(title pr or '), 1],
    ['nested conditions', nest('title eq null', '(userName pr and '), 1],
    ['nested negated alternatives', nest('title pr', 'not (title pr or '), 0],
  ])('accepts %s', async (_, filter, expected) => {
    const { store } = await openForTest(open);
    await store.of('default').users.create(aUser(), anOrigin());
    expect(filter.length).toBeLessThanOrEqual(maxFilterLength);
    expect(await countHits(store, filter)).toBe(expected);
  });

  it('rejects a filter that would take too long to prepare', async () => {
    const { store } = await openForTest(open);
    await expect(
      countHits(
        store,
        fill(() => 'roles pr', ' and '),
      ),
    ).rejects.toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  it('accepts many conditions on members', async () => {
    const { store } = await openForTest(open);
    const { groups } = store.of('default');
    await groups.create(aGroup(), [{ value: 'a', display: 'Anna' }], anOrigin());
    const filter = parseFilter(fill((index) => `members.display ne "${index}"`, ' and ', 5_000));
    expect((await groups.find({ startIndex: 1, count: 1, filter })).total).toBe(1);
  });
}
