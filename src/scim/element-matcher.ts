// Compiles a filter for the elements of a multi-valued attribute.
import { compileElementFilter } from './filter/compile-filter.ts';
import type { Filter } from './filter/filter-tree.ts';
import { isObject } from './resource.ts';
import type { Attribute } from './schema/compile-schemas.ts';

/**
 * Compiles the filter in the brackets of a path, for elements of an attribute. In the filter, `value` is the name of an element of a simple
 * type, as in `urn:…:tags[value eq "A"]` (RFC 7643 §2.4, RFC 7644 §3.5.2.2).
 * @throws {ScimError} invalidFilter for a comparison that the type does not support.
 */
export function compileElementMatcher(filter: Filter, attribute: Attribute): (element: unknown) => boolean {
  if (attribute.type === 'complex') {
    const matches = compileElementFilter(filter, attribute);
    return (element) => isObject(element) && matches(element);
  }
  const value: Attribute = { ...attribute, name: 'value', path: `${attribute.path}.value`, multiValued: false };
  const matches = compileElementFilter(filter, { ...attribute, subs: new Map([['value', value]]) });
  return (element) => matches({ value: element });
}
