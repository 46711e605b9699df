// Validates the value of an attribute against its schema.
import { parseDateTime } from './date-time.ts';
import { invalidValue } from './errors.ts';
import { displayNameAsDisplay, isUnassigned, onlyElement, plainElement, stringifiedRole, textBoolean } from './lenient/entra.ts';
import { numericText } from './lenient/any-client.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { Attribute } from './schema/compile-schemas.ts';
import { assertShortEnough, isBase64, parseText } from './parse-text.ts';

/**
 * Parses the value of an attribute: checks types, uses the schema's spelling of names, drops unknown, read-only and unassigned parts, and
 * keeps text exactly as sent. Undefined if nothing remains. The result shares no object with `raw`.
 * @throws {ScimError} invalidValue, naming the attribute.
 */
export function parseValue(attribute: Attribute, raw: unknown): unknown {
  if (isUnassigned(raw)) return undefined;
  if (!attribute.multiValued) return parseOne(attribute, raw);
  const given: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  assertFewEnough(attribute, given);
  const elements = withoutDuplicates(given.map((one) => parseOne(attribute, one)).filter((one) => one !== undefined));
  assertOnePrimary(attribute, elements);
  return elements.length > 0 ? elements : undefined;
}

/** RFC 7643 §2.4: removes duplicate elements, regardless of the order of their parts. */
export function withoutDuplicates(elements: readonly unknown[]): readonly unknown[] {
  // Compares the values first, because serializing all elements takes ten times as long.
  const values = new Set(elements.map((one) => (isObject(one) ? one['value'] : one)));
  if (values.size === elements.length) return elements;
  const toText = (one: unknown) => (isObject(one) ? JSON.stringify(one, Object.keys(one).toSorted()) : JSON.stringify(one));
  return [...new Map(elements.map((one) => [toText(one), one])).values()];
}

/** Parses one element of a multi-valued attribute, or the value of a single-valued attribute; otherwise like `parseValue`. */
export function parseOne(attribute: Attribute, raw: unknown): unknown {
  const value = onlyElement(raw);
  if (isUnassigned(value)) return undefined;
  if (attribute.type !== 'complex') return parseSimple(attribute, value);
  const entries = Object.entries(parseParts(attribute, value)).filter(([, part]) => part !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/**
 * Parses the parts of a complex value. A part that was sent as unassigned is undefined in the result, so that a merge clears it.
 * @throws {ScimError} invalidValue, naming the attribute.
 */
export function parseParts(attribute: Attribute, raw: unknown): JsonObject {
  const object = attribute.subs.has('value') ? plainElement(raw) : raw;
  if (!isObject(object)) throw invalidValue(attribute.path, `must be an object, not ${describe(raw)}`);
  const parts: Record<string, unknown> = {};
  const source = stringifiedRole(attribute, object);
  for (const key of Object.keys(source)) {
    const sub = attribute.subs.get(displayNameAsDisplay(attribute, key.toLowerCase()));
    if (sub && sub.mutability !== 'readOnly') parts[sub.name] = parseValue(sub, source[key]);
  }
  return parts;
}

/**
 * Enforces RFC 7643 §2.4: `primary` is true for at most one element.
 * @throws {ScimError} invalidValue if several elements are primary.
 */
export function assertOnePrimary(attribute: Attribute, elements: readonly unknown[]): void {
  if (elements.filter(isPrimary).length > 1)
    throw invalidValue(attribute.path, 'has several elements with primary: true. At most one is allowed');
}

/** @throws {ScimError} invalidValue if there are more elements than the attribute allows. */
export function assertFewEnough({ path, maxElements }: Attribute, elements: readonly unknown[]): void {
  if (elements.length > maxElements) throw invalidValue(path, `has more than ${maxElements} values`);
}

/** Whether an element has `primary: true`. */
export function isPrimary(element: unknown): boolean {
  return isObject(element) && element['primary'] === true;
}

function parseSimple(attribute: Attribute, raw: unknown): unknown {
  if (typeof raw === 'string') assertShortEnough(attribute, raw);
  switch (attribute.type) {
    case 'boolean': {
      const value = textBoolean(raw);
      return typeof value === 'boolean' ? value : refuse(attribute, 'true or false', raw);
    }
    case 'integer': {
      const value = numericText(raw);
      return Number.isSafeInteger(value) ? value : refuse(attribute, `a whole number ${safeRange}`, raw);
    }
    case 'decimal': {
      const value = numericText(raw);
      // JSON parsing may already have lost digits of larger numbers.
      return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER
        ? value
        : refuse(attribute, `a number ${safeRange}`, raw);
    }
    case 'dateTime':
      return typeof raw === 'string' && parseDateTime(raw)
        ? raw
        : refuse(attribute, 'a date such as 2026-01-31, or a date and time such as 2026-01-31T08:30:00Z', raw);
    case 'binary':
      return typeof raw === 'string' && isBase64(raw) ? raw : refuse(attribute, 'a base64 string', raw);
    case 'string':
    // Any text is valid: the SCIM Validator sends random letters for profileUrl (docs/entra-facts.md#scim-validator), and Entra sends null
    // for `$ref`.
    case 'reference':
      return typeof raw === 'string' ? parseText(attribute, raw) : refuse(attribute, 'a string', raw);
    case 'complex':
      throw new TypeError(`Internal error: expected a simple attribute, found the complex attribute ${attribute.path}`);
  }
}

const safeRange = `between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`;

function refuse(attribute: Attribute, expected: string, raw: unknown): never {
  throw invalidValue(attribute.path, `must be ${expected}, not ${describeFor(attribute, raw)}`);
}

/** Describes why the value is invalid: its format for a string, its size or fraction for a number, otherwise its type. */
function describeFor({ type }: Attribute, raw: unknown): string {
  if (typeof raw === 'string') return 'a string in another format';
  return typeof raw === 'number' && (type === 'integer' || type === 'decimal') ? describeNumber(raw) : describe(raw);
}

/** Names only the type of a value: values are personal data, and `detail` ends up in the client's log. */
function describe(raw: unknown): string {
  if (Array.isArray(raw)) return raw.length === 1 ? 'an array' : 'several values';
  return typeof raw === 'string' ? 'a string' : typeof raw === 'object' ? 'an object' : `a ${typeof raw}`;
}

/** A number is rejected because of its size or its fraction. JSON can contain numbers outside the range of a double (`1e400`). */
function describeNumber(raw: number): string {
  return Number.isInteger(raw) || !Number.isFinite(raw) ? 'a number out of range' : 'a number with a fractional part';
}
