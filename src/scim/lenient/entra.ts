// Deviations from SCIM that are accepted from Entra ID.
import { conjuncts, type Filter, type FilterValue } from '../filter/filter-tree.ts';
import { isObject, type JsonObject } from '../resource.ts';
import type { Attribute } from '../schema/compile-schemas.ts';

// These functions accept deviations of Entra ID and of Microsoft's test suites; docs/entra-facts.md has the sources. Other spellings of
// names (`User.manager`, `manager` without a URN) are handled in `schema/compile-schemas.ts`, where they cost nothing per request.

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
 * `""` clears an attribute (docs/entra-facts.md#clearing-with-empty-text), as null and the empty array do (RFC 7643 §2.5). The same applies
 * to POST and PUT, so that stored documents never contain empty text.
 */
export function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Accepts a string in place of an object: the id of a manager or member, an e-mail address (docs/entra-facts.md#changing-members). */
export function plainElement(value: unknown): unknown {
  return typeof value === 'string' ? { value } : value;
}

/** Accepts an array around a single value: `manager` (docs/entra-facts.md#manager). */
export function onlyElement(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * Parses a role whose `value` is JSON text with `value` and `displayName` (docs/entra-facts.md#app-roles), in any letter case of the name and
 * also if that `value` is such text again. Returns anything else unchanged, including text of more than 4096 characters.
 */
export function stringifiedRole(attribute: Attribute, element: JsonObject): JsonObject {
  if (attribute.path !== 'roles') return element;
  // If a name occurs in several letter cases, the last one counts.
  const key = Object.keys(element).findLast((name) => name.toLowerCase() === 'value') ?? 'value';
  const text = element[key];
  if (typeof text !== 'string' || !text.startsWith('{') || text.length > 4096) return element;
  const role = parseJson(text);
  if (!isObject(role) || typeof role['value'] !== 'string') return element;
  const display = role['displayName'] === undefined ? {} : { display: role['displayName'] };
  return stringifiedRole(attribute, { ...display, ...element, [key]: role['value'] });
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
 * Accepts GUIDs, words and dates without quotes (docs/entra-facts.md#values-without-quotation-marks). A number stays text unless it has its
 * canonical spelling: `0815` is an employee number.
 */
export function unquotedLiteral(word: string): FilterValue {
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  return String(Number(word)) === word && Number.isFinite(Number(word)) ? Number(word) : word;
}

/**
 * The element that a PATCH of `emails[type eq "work"].value` creates if no element matches (docs/entra-facts.md#patch-creates-elements; the
 * RFC requires noTarget): one raw entry per `eq` term. Undefined if the filter does not determine the element.
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
 * The elements in the value of a `remove`: only these are removed. The RFC defines no value for `remove`, and a server that ignores the
 * value empties the group (docs/entra-facts.md#removing-members). Undefined without a value: all elements are removed.
 */
export function listedForRemoval(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : [value];
}
