// Simplifies a filter for one resource type.
import { findName, type ResourceSchema } from '../schema/compile-schemas.ts';
import { compileFilter } from './compile-filter.ts';
import type { Filter } from './filter-tree.ts';

/**
 * Simplifies a filter for resources of one type. `meta.resourceType` is the same for all of them, and attributes of other types are absent
 * (RFC 7644 §3.4.2.1): `userName eq "x" and displayName pr` is false for every Group. Returns true or false if no condition remains. The
 * filter matches the same resources as before.
 * @throws {ScimError} invalidFilter for an unsupported comparison, see `compileFilter`.
 */
export function filterForType(filter: Filter, type: ResourceSchema): Filter | boolean {
  switch (filter.is) {
    case 'and':
    case 'or':
      return join(filter.is, filter.filters, type);
    case 'not': {
      const inner = filterForType(filter.filter, type);
      return typeof inner === 'boolean' ? !inner : { is: 'not', filter: inner };
    }
    case 'compare':
    case 'present':
    case 'values':
      return isDecided(filter.attribute, type) ? compileFilter(filter, type)({ meta: { resourceType: type.name } }) : filter;
  }
}

function join(is: 'and' | 'or', filters: readonly Filter[], type: ResourceSchema): Filter | boolean {
  const decisive = is === 'or';
  const parts = filters.map((one) => filterForType(one, type));
  if (parts.includes(decisive)) return decisive;
  const open = parts.filter((part) => typeof part !== 'boolean');
  const [only] = open;
  if (only === undefined) return !decisive;
  return open.length === 1 ? only : { is, filters: open };
}

/** Whether a condition on this attribute is the same for all resources of the type. */
function isDecided(name: string, type: ResourceSchema): boolean {
  const named = findName(type, name);
  return named === undefined || (named.is === 'attribute' && named.attribute.path === 'meta' && named.sub?.name === 'resourceType');
}
