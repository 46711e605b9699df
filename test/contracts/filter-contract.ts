import { describe } from 'vitest';
import { describeFilterSizes } from './store/filter-sizes.ts';
import { describeFilters } from './store/filters.ts';
import type { OpenStore } from './store/harness.ts';

/** The part of the store contract that takes longest: what filters mean. `open` gives a fresh, empty store each time. */
export function describeFiltersOfStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describe('with filters', () => describeFilters(open));
    describe('with large filters', () => describeFilterSizes(open));
  });
}
