// Types of the syntax tree of a filter.
/** The comparison operators of RFC 7644 §3.4.2.2, table 3; `pr` is a separate node. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A literal in a filter. The attribute, not the literal, determines the type of the comparison. */
export type FilterValue = string | number | boolean | null;

/**
 * A parsed filter. `attribute` is the name as the client wrote it (any case, optionally with URN and sub-attribute); it
 * is resolved when the filter is compiled for a resource type. `and` and `or` hold two or more filters.
 */
export type Filter =
  | { readonly is: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly is: 'not'; readonly filter: Filter }
  | { readonly is: 'compare'; readonly attribute: string; readonly operator: CompareOperator; readonly value: FilterValue }
  | { readonly is: 'present'; readonly attribute: string }
  | ValuePath;

/**
 * `emails[type eq "work"]`: one element matches the whole inner filter, which names sub-attributes. `emails[type eq "work"].value eq "x"`
 * is parsed as `emails[type eq "work" and value eq "x"]`.
 */
export interface ValuePath {
  readonly is: 'values';
  readonly attribute: string;
  readonly filter: Filter;
}

/** The terms of nested `and`s as one list; for any other filter, a list with only this filter. */
export function conjuncts(filter: Filter): readonly Filter[] {
  return filter.is === 'and' ? filter.filters.flatMap(conjuncts) : [filter];
}
