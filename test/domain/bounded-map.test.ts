import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedMap } from '../../src/domain/bounded-map.ts';

it('keeps the entries that were set last, up to its limit', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat())), fc.integer({ min: 1, max: 6 }), (entries, max) => {
      const map = new BoundedMap<number, number>(max);
      for (const [key, value] of entries) map.set(key, value);
      const latest = new Map(entries);
      const kept = [...new Set(entries.map(([key]) => key).toReversed())].slice(0, max);
      expect(map.size).toBe(kept.length);
      for (let key = 0; key <= 9; key++) {
        expect([map.has(key), map.get(key)]).toEqual(kept.includes(key) ? [true, latest.get(key)] : [false, undefined]);
      }
    }),
  );
});

it('does not count reading as use, and finds an entry whose value is undefined', () => {
  const map = new BoundedMap<string, number | undefined>(2);
  map.set('a', 1);
  map.set('b', undefined);
  expect([map.get('a'), map.has('b')]).toEqual([1, true]);
  map.set('c', 3);
  expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([false, true, true]);
});

it('deletes one entry or all', () => {
  const map = new BoundedMap<string, number>(3);
  map.set('a', 1);
  map.set('b', 2);
  map.delete('a');
  map.delete('x');
  expect([map.has('a'), map.size]).toEqual([false, 1]);
  map.clear();
  expect(map.size).toBe(0);
});
