// Compiles one comparison of a filter.
import { compareInstants, parseDateTime } from '../date-time.ts';
import { invalidFilter, quote } from '../errors.ts';
import { compareTexts, fold } from '../case-folding.ts';
import { textBoolean } from '../lenient/entra.ts';
import { isObject } from '../resource.ts';
import type { Attribute } from '../schema/compile-schemas.ts';
import type { CompareOperator, FilterValue } from './filter-tree.ts';

/** A test of one value; undefined means absent. */
export type ValueTest = (actual: unknown) => boolean;

/** The test of `pr`: false for null, empty text, an empty array, and an object in which nothing is present (RFC 7644 §3.4.2.2, table 3). */
export function isPresent(actual: unknown): boolean {
  if (actual === undefined || actual === null || actual === '') return false;
  if (Array.isArray(actual)) return actual.some(isPresent);
  return isObject(actual) ? Object.values(actual).some(isPresent) : true;
}

/**
 * The test for a comparison with values of `attribute`. If `attribute` is undefined, the resource type does not have it, and values are
 * compared as text. An absent value equals null, differs from every other value, and matches no other comparison.
 * @throws {ScimError} invalidFilter if the attribute's type does not support this comparison (RFC 7644 §3.4.2.2), and for comparisons with
 * `meta.location` or `$ref`: these URLs differ per client and are unknown here.
 */
export function compileComparison(attribute: Attribute | undefined, operator: CompareOperator, value: FilterValue): ValueTest {
  if (value === null) return compileNull(attribute, operator);
  assertKnownValue(attribute);
  switch (attribute?.type) {
    case 'boolean':
      return compileBoolean(attribute, operator, value);
    case 'integer':
    case 'decimal':
      return compileNumber(attribute, operator, value);
    case 'dateTime':
      return isOrdering(operator) ? compileDateTime(attribute, operator, value) : compileText(operator, String(value), false);
    case 'binary':
      if (isOrdering(operator) && operator !== 'eq' && operator !== 'ne') throw unsupported(attribute, operator, 'cannot be ordered');
      return compileText(operator, String(value), true);
    case 'string':
    case 'reference':
    case 'complex':
    case undefined:
      return compileText(operator, String(value), attribute?.caseExact ?? false);
  }
}

/**
 * Attributes with a URL that each response builds for its client, and the attribute to compare instead. A filter can test only their
 * presence.
 */
const insteadOfAddress: ReadonlyMap<string, string> = new Map([
  ['meta.location', 'id'],
  ['groups.$ref', 'groups.value'],
  ['members.$ref', 'members.value'],
]);

function assertKnownValue(attribute: Attribute | undefined): void {
  const other = insteadOfAddress.get(attribute?.path ?? '');
  if (other !== undefined)
    throw invalidFilter(
      `${attribute?.path} cannot be compared because it depends on the address of this server. Compare ${other} instead.`,
    );
}

/** The operators that compare by order; the others search in text. */
export type Ordering = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** Whether an operator compares by order. */
export function isOrdering(operator: CompareOperator): operator is Ordering {
  return operator !== 'co' && operator !== 'sw' && operator !== 'ew';
}

function compileNull(attribute: Attribute | undefined, operator: CompareOperator): ValueTest {
  if (operator === 'eq') return (actual) => !isPresent(actual);
  if (operator === 'ne') return isPresent;
  throw unsupported(attribute, operator, 'can be compared with null only by eq and ne');
}

function compileBoolean(attribute: Attribute, operator: CompareOperator, value: FilterValue): ValueTest {
  const wanted = textBoolean(value);
  if (typeof wanted !== 'boolean')
    throw invalidFilter(`${attribute.path} must be compared with true or false, not ${quote(String(value))}.`);
  if (operator === 'eq') return (actual) => actual === wanted;
  if (operator === 'ne') return (actual) => actual !== wanted;
  throw unsupported(attribute, operator, 'is a Boolean and supports only eq, ne and pr');
}

function compileNumber(attribute: Attribute, operator: CompareOperator, value: FilterValue): ValueTest {
  const wanted = Number(value);
  if (!isOrdering(operator)) throw unsupported(attribute, operator, 'is a number');
  if (value === '' || !Number.isFinite(wanted))
    throw invalidFilter(`${attribute.path} must be compared with a number, not ${quote(String(value))}.`);
  return (actual) => (typeof actual === 'number' ? holds(operator, actual - wanted) : operator === 'ne');
}

function compileDateTime(attribute: Attribute, operator: Ordering, value: FilterValue): ValueTest {
  const wanted = parseDateTime(String(value));
  if (!wanted)
    throw invalidFilter(
      `${attribute.path} must be compared with a date and time such as "2026-01-31T08:30:00Z", not ${quote(String(value))}.`,
    );
  return (actual) => {
    const instant = typeof actual === 'string' ? parseDateTime(actual) : undefined;
    return instant ? holds(operator, compareInstants(instant, wanted)) : operator === 'ne';
  };
}

function compileText(operator: CompareOperator, value: string, caseExact: boolean): ValueTest {
  const toComparable = caseExact ? (text: string) => text : fold;
  const test = textTest(operator, toComparable(value));
  return (actual) => (isScalar(actual) ? test(toComparable(String(actual))) : operator === 'ne');
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function textTest(operator: CompareOperator, wanted: string): (actual: string) => boolean {
  if (operator === 'co') return (actual) => actual.includes(wanted);
  if (operator === 'sw') return (actual) => actual.startsWith(wanted);
  if (operator === 'ew') return (actual) => actual.endsWith(wanted);
  return (actual) => holds(operator, compareTexts(actual, wanted));
}

/** Whether the sign of `difference` (actual minus wanted) matches the operator. */
function holds(operator: Ordering, difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'ne':
      return difference !== 0;
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'le':
      return difference <= 0;
  }
}

function unsupported(attribute: Attribute | undefined, operator: CompareOperator, reason: string): Error {
  return invalidFilter(`Operator ${operator} cannot be used: ${attribute?.path ?? 'the attribute'} ${reason}.`);
}
