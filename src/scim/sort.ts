// Sorts resources by an attribute.
import { compareInstants, parseDateTime, type Instant } from './date-time.ts';
import { readAttribute } from './document-attributes.ts';
import { invalidValue, quote } from './errors.ts';
import { comparedPart } from './filter/equalities.ts';
import { compareTexts, fold } from './case-folding.ts';
import { isObject, type JsonObject } from './resource.ts';
import { findName, type Attribute, type AttributeName, type ResourceSchema } from './schema/compile-schemas.ts';
import { isPrimary } from './parse-value.ts';

/** The sort key of a resource: a number, a point in time, or a text made comparable; undefined where it has no value. */
export type SortKey = number | Instant | string | undefined;

/** A way to order resources of one type. */
export interface SortBy {
  /** The attribute whose value has to be there in a resource given to `keyOf`. */
  readonly name: AttributeName;
  /** Of several values that of the primary or else the first. */
  readonly keyOf: (resource: JsonObject) => SortKey;
}

/**
 * Prepares an order by an attribute (RFC 7644 §3.4.2.3).
 * @throws {ScimError} invalidValue when `sortBy` names nothing that has an order.
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
 * Negative when `a` comes before `b`: numbers, then points in time, then texts, each in their order, and absent values last; the other
 * way round when descending. 0 for equals.
 */
export function compareSortKeys(a: SortKey, b: SortKey, descending = false): number {
  const difference = toKind(a) - toKind(b) || compareWithinKind(a, b);
  return descending ? -difference : difference;
}

/** An order of rendered resources for `Array.prototype.toSorted`. Throws as `compileSortBy` does. */
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

/** What cannot be compared with each other stands apart, so that the order has no circles. */
function toKind(key: SortKey): number {
  return ['number', 'object', 'string', 'undefined'].indexOf(typeof key);
}

function compareWithinKind(a: SortKey, b: SortKey): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return typeof a === 'object' && typeof b === 'object' ? compareInstants(a, b) : 0;
}
