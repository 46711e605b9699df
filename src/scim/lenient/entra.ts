// Deviations from SCIM that Entra ID needs.
import { conjuncts, type Filter, type FilterValue } from '../filter/filter-tree.ts';
import { isObject, type JsonObject } from '../resource.ts';
import type { Attribute } from '../schema/compile-schemas.ts';

// What Entra ID and Microsoft's test suites send beyond the RFCs; docs/entra-facts.md has the sources. The other spellings of names
// (`User.manager`, bare `manager`) are in `schema/compile.ts`, where they cost nothing per request.

/** `Add`, `Replace`, `Remove`: capitalised unless the flag aadOptscim062020 is set (docs/entra-facts.md#patch-by-default). */
export function lowerOp(op: string): string {
  return op.toLowerCase();
}

/** `"True"` and `"False"`, in any case, for booleans (docs/entra-facts.md#booleans-as-text); anything else is returned unchanged. */
export function textBoolean(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : value;
}

/**
 * `""` clears an attribute (docs/entra-facts.md#clearing-with-empty-text), as null and the empty array do (RFC 7643 §2.5). The same holds
 * for POST and PUT, so that a value is absent in one way only.
 */
export function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A string in place of an object: the id of a manager or member, an e-mail address (docs/entra-facts.md#changing-members). */
export function plainElement(value: unknown): unknown {
  return typeof value === 'string' ? { value } : value;
}

/** An array around a single value: `manager` (docs/entra-facts.md#manager). */
export function onlyElement(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * `roles` whose `value` is a JSON text with `value` and `displayName` (docs/entra-facts.md#app-roles). Anything else is returned unchanged;
 * text of more than 4096 characters is not parsed.
 */
export function stringifiedRole(attribute: Attribute, element: JsonObject): JsonObject {
  const { value } = element;
  if (attribute.path !== 'roles' || typeof value !== 'string' || !value.startsWith('{') || value.length > 4096) return element;
  const role = parseJson(value);
  if (!isObject(role) || typeof role['value'] !== 'string') return element;
  return { display: role['displayName'], ...element, value: role['value'] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Accepts `displayName` for `display` in roles and members (docs/entra-facts.md#app-roles). */
export function displayNameAsDisplay(attribute: Attribute, lowerName: string): string {
  return lowerName === 'displayname' && !attribute.subs.has('displayname') ? 'display' : lowerName;
}

/**
 * GUIDs, words and dates without quotes (docs/entra-facts.md#values-without-quotation-marks). A number stays text unless it has its
 * canonical spelling: `0815` is an employee number.
 */
export function unquotedLiteral(word: string): FilterValue {
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  return String(Number(word)) === word && Number.isFinite(Number(word)) ? Number(word) : word;
}

/**
 * The element that `emails[type eq "work"].value` is to create when none matches (docs/entra-facts.md#patch-creates-elements; the RFC would
 * have noTarget): one raw entry per `eq` term. Undefined if the filter does not determine the element.
 */
export function elementFromFilter(filter: Filter): JsonObject | undefined {
  const entries: [string, FilterValue][] = [];
  for (const term of conjuncts(filter)) {
    if (term.is !== 'compare' || term.operator !== 'eq') return undefined;
    entries.push([term.attribute, term.value]);
  }
  return Object.fromEntries(entries);
}

/**
 * The elements that a `remove` with a value removes: only these. The RFC defines no value for remove, and a server that follows only the
 * path empties the group (docs/entra-facts.md#removing-members). Undefined without a value: all elements.
 */
export function listedForRemoval(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : [value];
}
