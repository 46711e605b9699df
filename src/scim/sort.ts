import { compareInstants, parseDateTime } from './date-time.ts';
import { readAttribute } from './document.ts';
import { invalidValue } from './errors.ts';
import { comparedPart } from './filter/equalities.ts';
import { isObject } from './resource.ts';
import type { JsonObject } from './resource.ts';
import { findName } from './schema/compile.ts';
import type { Attribute, AttributeName, ResourceSchema } from './schema/compile.ts';
import { isPrimary } from './value.ts';

/**
 * An order of rendered resources for `Array.prototype.toSorted` (RFC 7644 §3.4.2.3): of several values the primary or
 * else the first, letter case only where the attribute is case-exact, absent ones last, or first when descending.
 * @throws {ScimError} invalidValue when `sortBy` names nothing that has an order.
 */
export function compileOrder(
  sortBy: string,
  sortOrder: 'ascending' | 'descending',
  type: ResourceSchema,
): (a: JsonObject, b: JsonObject) => number {
  const name = findName(type, sortBy);
  const attribute = name?.is === 'attribute' ? (name.sub ?? comparedPart(name.attribute)) : undefined;
  if (name?.is !== 'attribute' || !attribute) throw invalidValue('sortBy', 'must name an attribute with a value of its own');
  const sign = sortOrder === 'ascending' ? 1 : -1;
  return (a, b) => sign * compareValues(attribute, readSortValue(a, name, attribute), readSortValue(b, name, attribute));
}

type Sortable = string | number | boolean;

function readSortValue(resource: JsonObject, name: AttributeName, part: Attribute): Sortable | undefined {
  const value = readAttribute(resource, name);
  const one: unknown = Array.isArray(value) ? (value.find(isPrimary) ?? value[0]) : value;
  const scalar = isObject(one) ? one[part.name] : one;
  return typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean' ? scalar : undefined;
}

function compareValues(attribute: Attribute, a: Sortable | undefined, b: Sortable | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const textA = String(a);
  const textB = String(b);
  if (attribute.type === 'dateTime') {
    const instantA = parseDateTime(textA);
    const instantB = parseDateTime(textB);
    if (instantA && instantB) return compareInstants(instantA, instantB);
  }
  return attribute.caseExact ? compareTexts(textA, textB) : compareTexts(textA.toLowerCase(), textB.toLowerCase());
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
