import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedChunks } from '../../../../src/store/sqlite/staging/sorted-chunks.ts';

it('the ids of all chunks are returned sorted, each once, in pages of any size', () => {
  const portions = fc.array(fc.array(fc.string({ maxLength: 3 })), { maxLength: 12 });
  fc.assert(
    fc.property(portions, fc.integer({ min: 1, max: 9 }), (added, limit) => {
      const runs = new SortedChunks();
      for (const portion of added) runs.add(portion);
      const read: string[] = [];
      for (let page = runs.page(undefined, limit); page.length > 0; page = runs.page(page.at(-1), limit)) {
        expect(page.length).toBeLessThanOrEqual(limit);
        read.push(...page);
      }
      expect(read).toEqual([...new Set(added.flat())].sort());
    }),
  );
});
