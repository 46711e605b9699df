import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personSubject } from '../../../src/domain/ids.ts';
import type { EngineDeps } from '../../../src/outbound/engine/deps.ts';
import { pageSize, affectedSubjects, type SelectedSubject } from '../../../src/outbound/engine/planning/select-subjects.ts';
import { noon } from './inputs.ts';

type Ask = readonly string[];

/** A store with changed people and people with a due recheck, both in the order of their ids. */
function storeWith(changed: Ask, rechecked: Ask): Pick<EngineDeps, 'store' | 'staging'> {
  const after = (ids: Ask, last: string | undefined, limit: number) => ids.filter((id) => last === undefined || id > last).slice(0, limit);
  const store = {
    changes: { affected: async (_after: number, _upTo: number, last: string | undefined, limit: number) => after(changed, last, limit) },
    rechecks: {
      due: async (_target: string, _now: Date, _upTo: number, last: string | undefined, limit: number) =>
        after(rechecked, last, limit).map((id) => ({ subject: personSubject(id), at: noon, cause: 'clock' })),
    },
  };
  return { store, staging: store } as unknown as Pick<EngineDeps, 'store' | 'staging'>;
}

async function collect(changed: Ask, rechecked: Ask): Promise<readonly (readonly SelectedSubject[])[]> {
  const pages: (readonly SelectedSubject[])[] = [];
  for await (const page of affectedSubjects(storeWith(changed, rechecked), 'front-desk', {
    after: 0,
    upTo: 9,
    rechecksUpTo: 9,
    now: noon,
  })) {
    pages.push(page);
  }
  return pages;
}

describe('affected people', () => {
  it.each<[string, Ask, Ask, readonly string[]]>([
    ['none', [], [], []],
    ['changed ones only', ['a', 'b'], [], ['a change', 'b change']],
    ['rechecked ones only', [], ['a', 'b'], ['a clock rechecked', 'b clock rechecked']],
    ['both, in the order of their ids', ['a', 'c'], ['b', 'd'], ['a change', 'b clock rechecked', 'c change', 'd clock rechecked']],
    ['one that is both once, as a change, and its recheck is deleted', ['a'], ['a'], ['a change rechecked']],
  ])('are selected: %s', async (_, changed, rechecked, expected) => {
    const found = (await collect(changed, rechecked)).flat();
    expect(found.map((one) => `${one.subject.id} ${one.cause}${one.isRecheck ? ' rechecked' : ''}`)).toEqual(expected);
  });

  it('are returned in pages of a fixed size', async () => {
    const changed = Array.from({ length: 2 * pageSize + 200 }, (_, index) => String(index).padStart(5, '0'));
    expect((await collect(changed, changed.slice(0, 700))).map((page) => page.length)).toEqual([pageSize, pageSize, 200]);
  });

  it('are returned once, sorted, in full pages', async () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 5_000 }), { maxLength: 1_200 });
    const toIds = (numbers: readonly number[]) => numbers.map((one) => String(one).padStart(5, '0')).toSorted();
    await fc.assert(
      fc.asyncProperty(ids, ids, async (one, two) => {
        const [changed, rechecked] = [toIds(one), toIds(two)];
        const pages = await collect(changed, rechecked);
        const found = pages.flat();
        expect(found.map((look) => look.subject.id)).toEqual([...new Set([...changed, ...rechecked])].toSorted());
        expect(found.filter((look) => look.isRecheck)).toHaveLength(rechecked.length);
        expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
