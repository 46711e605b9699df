// Selects the index with which a filter can be evaluated.
import { equalities } from '../../../../scim/filter/equalities.ts';
import { conjuncts, type Filter } from '../../../../scim/filter/filter-tree.ts';
import type { ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';

/** Finds rows by one attribute through an index. */
export interface IndexLookUp {
  /** A rough estimate of the number of rows found. If several indexes can be used, the one with the lowest rank is used. */
  readonly rank: number;
  /** Numbers of the rows that have this value, in order, after the given number. */
  readonly find: (value: string, after: number, limit: number) => readonly number[];
}

/** Look-ups by attribute, with the names that `Equality` uses. */
export type IndexLookUps = ReadonlyMap<string, IndexLookUp>;

/** Look-ups that together find every row that matches a filter. */
export interface IndexSelection {
  readonly asked: readonly { readonly lookUp: IndexLookUp; readonly value: string }[];
  /** True if they find only matching rows. */
  readonly exact: boolean;
}

/**
 * The index look-ups for a filter: of one term of an `and`, or of all terms of an `or`. Undefined if no index can be used, so that rows
 * must be checked one by one.
 */
export function selectIndex(filter: Filter, type: ResourceSchema, lookUps: IndexLookUps): IndexSelection | undefined {
  switch (filter.is) {
    case 'and': {
      const best = cheapest(filter.filters.map((one) => selectIndex(one, type, lookUps)).filter((one) => one !== undefined));
      return best && { asked: best.asked, exact: false };
    }
    case 'or': {
      const parts = filter.filters.map((one) => selectIndex(one, type, lookUps)).filter((one) => one !== undefined);
      if (parts.length < filter.filters.length) return undefined;
      return { asked: parts.flatMap(({ asked }) => asked), exact: parts.every(({ exact }) => exact) };
    }
    case 'compare':
    case 'values':
      return cheapest(
        equalities(filter, type).flatMap(({ attribute, value }) => {
          const lookUp = lookUps.get(attribute);
          return lookUp === undefined ? [] : [{ asked: [{ lookUp, value: String(value) }], exact: saysAll(attribute, filter) }];
        }),
      );
    case 'not':
    case 'present':
      return undefined;
  }
}

/** True if a look-up by this attribute covers the whole term: `emails[type eq "work" and value eq "x"]`. */
function saysAll(attribute: string, term: Filter): boolean {
  if (term.is !== 'values') return true;
  return conjuncts(term.filter).length === (attribute.includes('[') ? 2 : 1);
}

function cheapest(all: readonly IndexSelection[]): IndexSelection | undefined {
  const rankOf = ({ asked }: IndexSelection) => asked.reduce((sum, { lookUp }) => sum + lookUp.rank, 0);
  return all.toSorted((a, b) => rankOf(a) - rankOf(b))[0];
}
