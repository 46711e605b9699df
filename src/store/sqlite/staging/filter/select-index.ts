// Selects the index that serves a filter.
import { equalities } from '../../../../scim/filter/equalities.ts';
import { conjuncts, type Filter } from '../../../../scim/filter/filter-tree.ts';
import type { ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';

/** Finds rows by one attribute through an index. */
export interface IndexLookUp {
  /** How many rows it finds, very roughly: of several that serve a filter the lowest is taken. */
  readonly rank: number;
  /** Numbers of the rows that have this value, in order, after a number. */
  readonly find: (value: string, after: number, limit: number) => readonly number[];
}

/** Look-ups by the attribute as `Equality` names it. */
export type IndexLookUps = ReadonlyMap<string, IndexLookUp>;

/** Look-ups that find every row which fulfils a filter. */
export interface IndexSelection {
  readonly asked: readonly { readonly lookUp: IndexLookUp; readonly value: string }[];
  /** They find nothing else. */
  readonly exact: boolean;
}

/**
 * How indexes serve a filter: by one term of an `and`, by all of an `or`. Undefined when they do not, and rows have to be looked at one by
 * one.
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

/** Whether nothing is left of a term beside what a look-up by this attribute says: `emails[type eq "work" and value eq "x"]`. */
function saysAll(attribute: string, term: Filter): boolean {
  if (term.is !== 'values') return true;
  return conjuncts(term.filter).length === (attribute.includes('[') ? 2 : 1);
}

function cheapest(all: readonly IndexSelection[]): IndexSelection | undefined {
  const rankOf = ({ asked }: IndexSelection) => asked.reduce((sum, { lookUp }) => sum + lookUp.rank, 0);
  return all.toSorted((a, b) => rankOf(a) - rankOf(b))[0];
}
