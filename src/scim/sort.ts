// Sorts resources by an attribute.
import { compareInstants, parseDateTime, type Instant } from './date-time.ts';
import { readAttribute } from './document-attributes.ts';
import { invalidValue, quote } from './errors.ts';
import { comparedPart } from './filter/equalities.ts';
import { compareTexts, fold } from './case-folding.ts';
import { isObject, type JsonObject } from './resource.ts';
import { findName, type Attribute, type AttributeName, type ResourceSchema } from './schema/compile-schemas.ts';
import { isPrimary } from './parse-value.ts';

/** The sort key of a resource: a number, a point in time, or a folded text; undefined if the attribute has no value. */
export type SortKey = number | Instant | string | undefined;

/** A way to order resources of one type. */
export interface SortBy {
  /** The attribute that a resource passed to `keyOf` must contain if it has a value. */
  readonly name: AttributeName;
  /** The sort key of a resource. If the attribute has several values, the primary value decides, otherwise the first. */
  readonly keyOf: (resource: JsonObject) => SortKey;
}

/**
 * Prepares an order by an attribute (RFC 7644 §3.4.2.3).
 * @throws {ScimError} invalidValue if `sortBy` names no attribute that can be sorted by.
 */
export function compileSortBy(sortBy: string, type: ResourceSchema): SortBy {
  const name = findName(type, sortBy);
  const attribute = name?.is === 'attribute' ? (name.sub ?? comparedPart(name.attribute)) : undefined;
  if (name?.is !== 'attribute' || !attribute) {
    throw invalidValue('sortBy', `must name a simple attribute, not ${quote(sortBy)}`);
  }
  return { name, keyOf: (resource) => toSortKey(attribute, readSortValue(resource, name, attribute)) };
}

/**
 * Negative if `a` comes before `b`, 0 if they are equal. Numbers come before points in time, then strings, then absent values. Descending
 * reverses this order.
 */
export function compareSortKeys(a: SortKey, b: SortKey, descending = false): number {
  const difference = toKind(a) - toKind(b) || compareWithinKind(a, b);
  return descending ? -difference : difference;
}

/** A comparison of rendered resources for `Array.prototype.toSorted`. Throws as `compileSortBy` does. */
export function compileOrder(
  sortBy: string,
  sortOrder: 'ascending' | 'descending',
  type: ResourceSchema,
): (a: JsonObject, b: JsonObject) => number {
  const { keyOf } = compileSortBy(sortBy, type);
  return (a, b) => compareSortKeys(keyOf(a), keyOf(b), sortOrder === 'descending');
}

function readSortValue(resource: JsonObject, name: AttributeName, part: Attribute): unknown {
  const value = readAttribute(resource, name);
  const one: unknown = Array.isArray(value) ? (value.find(isPrimary) ?? value[0]) : value;
  return isObject(one) ? one[part.name] : one;
}

function toSortKey(attribute: Attribute, value: unknown): SortKey {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const instant = attribute.type === 'dateTime' ? parseDateTime(value) : undefined;
  return instant ?? (attribute.caseExact ? value : fold(value));
}

/** The position of a key's type in the order. Keys of different types cannot be compared by value, and the order must be transitive. */
function toKind(key: SortKey): number {
  return ['number', 'object', 'string', 'undefined'].indexOf(typeof key);
}

function compareWithinKind(a: SortKey, b: SortKey): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return typeof a === 'object' && typeof b === 'object' ? compareInstants(a, b) : 0;
}
