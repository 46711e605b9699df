import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopN, compareRanked, type RankedRow } from '../../../../src/store/sqlite/staging/top-n.ts';

const keys = fc.oneof(fc.constantFrom('a', 'b', 'c', undefined), fc.string({ maxLength: 2 }));

it('the first rows are kept in order, equal rows in the order of arrival, without the rows that a page skips', () => {
  fc.assert(
    fc.property(fc.array(keys), fc.nat(12), fc.nat(12), fc.boolean(), (given, max, skip, descending) => {
      const rows = given.map((key, n): RankedRow => ({ n, key }));
      const best = new TopN(max, descending);
      for (const row of rows) best.add(row);
      const sorted = rows.toSorted((a, b) => compareRanked(a, b, descending));
      expect(best.takeAfter(skip)).toEqual(sorted.slice(0, max).slice(skip));
    }),
  );
});
