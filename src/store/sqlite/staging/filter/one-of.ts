import type { Filter, FilterValue } from '../../../../scim/filter/tree.ts';

/** Several `eq` terms on one attribute that are joined by `or`: the value is looked at once, however many ids a client asks for. */
export interface OneOf {
  readonly is: 'oneOf';
  /** As the client wrote it. */
  readonly attribute: string;
  /** At least two, none of them null. */
  readonly values: readonly FilterValue[];
}

/** The terms of an `or` with such terms put together. The others stay as they are; the order does not count. */
export function gatherEqualities(filters: readonly Filter[]): readonly (Filter | OneOf)[] {
  const byName = Map.groupBy(filters, (filter) => (isEquality(filter) ? filter.attribute.toLowerCase() : undefined));
  return [...byName].flatMap<Filter | OneOf>(([name, terms]) =>
    name === undefined || terms.length === 1 ? terms : [toOneOf(terms.filter(isEquality))],
  );
}

type Equality = Extract<Filter, { readonly is: 'compare' }>;

function isEquality(filter: Filter): filter is Equality {
  return filter.is === 'compare' && filter.operator === 'eq' && filter.value !== null;
}

function toOneOf(terms: readonly Equality[]): OneOf {
  return { is: 'oneOf', attribute: terms[0]?.attribute ?? '', values: terms.map(({ value }) => value) };
}
