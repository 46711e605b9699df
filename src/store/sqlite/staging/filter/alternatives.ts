// Groups `or` comparisons of one attribute into one SQL test.
import type { Filter } from '../../../../scim/filter/filter-tree.ts';

type Compare = Extract<Filter, { readonly is: 'compare' }>;

/**
 * Comparisons of one attribute that are joined by `or`. A value must match any of them, so the values are read once, regardless of the
 * number of comparisons.
 */
export interface Alternatives {
  readonly is: 'alternatives';
  /** The attribute as written by the client. */
  readonly attribute: string;
  /** At least two. */
  readonly terms: readonly Compare[];
}

/** Combines the terms of an `or` that compare the same attribute, including in value paths. Their order does not matter. */
export function gatherAlternatives(filters: readonly Filter[]): readonly (Filter | Alternatives)[] {
  const kinds = Map.groupBy(filters, (filter) =>
    filter.is === 'compare' || filter.is === 'values' ? `${filter.is} ${filter.attribute.toLowerCase()}` : undefined,
  );
  return [...kinds].flatMap<Filter | Alternatives>(([kind, terms]) =>
    kind === undefined || terms.length === 1 ? terms : [putTogether(terms)],
  );
}

function putTogether(filters: readonly Filter[]): Filter | Alternatives {
  const terms = filters.filter((filter) => filter.is === 'compare');
  const paths = filters.filter((filter) => filter.is === 'values');
  const attribute = [...terms, ...paths][0]?.attribute ?? '';
  if (terms.length > 0) return { is: 'alternatives', attribute, terms };
  return { is: 'values', attribute, filter: { is: 'or', filters: paths.map(({ filter }) => filter) } };
}
