import { describe } from 'vitest';
import { describeFilterSizes } from './store/filter-sizes.ts';
import { describeFilters } from './store/filters.ts';
import type { OpenStore } from './store/harness.ts';

/** The slowest part of the store contract: filters. `open` returns a new, empty store on each call. */
export function describeFiltersOfStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe('with filters', () => describeFilters(open));
    describe('with large filters', () => describeFilterSizes(open));
  });
}
