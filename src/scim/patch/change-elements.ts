// Applies one change of a PATCH to the elements of a multi-valued attribute.
import { compileElementMatcher } from '../element-matcher.ts';
import { isDeepEqual } from '../deep-equal.ts';
import { invalidFilter, noTarget, quote } from '../errors.ts';
import { printFilter } from '../filter/print-filter.ts';
import type { Filter } from '../filter/filter-tree.ts';
import { elementFromFilter, isUnassigned, listedForRemoval } from '../lenient/entra.ts';
import { mergeParts } from '../merge-complex-value.ts';
import { isObject, type JsonObject } from '../resource.ts';
import type { Attribute } from '../schema/compile-schemas.ts';
import { assertFewEnough, assertOnePrimary, isPrimary, parseOne, parseParts, parseValue, withoutDuplicates } from '../parse-value.ts';
import type { AttributeChange } from './attribute-changes.ts';

/**
 * Applies a change to the elements of a multi-valued attribute; returns an empty list if no element remains.
 * @throws {ScimError} invalidValue, invalidFilter, or noTarget if no element matches and none can be created.
 */
export function changeElements(change: AttributeChange, elements: readonly unknown[]): readonly unknown[] {
  const { attribute, sub, filter } = change.path;
  const next = filter || sub ? changeSelected(change, elements) : changeAll(change, elements);
  const settled = yieldPrimary(elements, next);
  assertFewEnough(attribute, settled);
  assertOnePrimary(attribute, settled);
  // Setting the same part in several elements can make them equal.
  return filter || sub ? withoutDuplicates(settled) : settled;
}

function changeAll({ op, path, raw }: AttributeChange, elements: readonly unknown[]): readonly unknown[] {
  if (op === 'remove') return removeListed(path.attribute, elements, listedForRemoval(raw));
  const given = (parseValue(path.attribute, raw) ?? []) as readonly unknown[];
  return op === 'replace' ? given : addElements(elements, given);
}

/**
 * Adds elements without duplicates (RFC 7644 §3.5.2.1). Elements with the same value and type are the same element, and its other parts are
 * updated. Uses an index, because a body can add a thousand elements to a thousand.
 */
function addElements(elements: readonly unknown[], given: readonly unknown[]): readonly unknown[] {
  const indexes = new Map<string, number>();
  for (const [at, element] of elements.entries()) if (!indexes.has(toIdentity(element))) indexes.set(toIdentity(element), at);
  const all = [...elements];
  for (const one of given) {
    const at = indexes.get(toIdentity(one));
    if (at === undefined) indexes.set(toIdentity(one), all.push(one) - 1);
    else if (isObject(one)) all[at] = { ...(all[at] as JsonObject), ...one };
  }
  return all;
}

/** The identity of an element: its value and type, or all its parts if it has no value. */
function toIdentity(element: unknown): string {
  if (!isObject(element)) return JSON.stringify(element);
  const { value, type } = element;
  return value === undefined ? JSON.stringify(element, Object.keys(element).toSorted()) : JSON.stringify([value, type]);
}

function removeListed(attribute: Attribute, elements: readonly unknown[], listed: readonly unknown[] | undefined): readonly unknown[] {
  if (!listed) return [];
  assertFewEnough(attribute, listed);
  const wanted = listed.map((one) => parseOne(attribute, one)).filter((one) => one !== undefined);
  return elements.filter((element) => !wanted.some((one) => isListed(element, one)));
}

/** Compares an element with a listed element by value, and by type if the listed element has one; without a value, by all parts. */
function isListed(element: unknown, listed: unknown): boolean {
  if (!isObject(element) || !isObject(listed)) return isDeepEqual(element, listed);
  const keys = listed['value'] === undefined ? Object.keys(listed) : ['value', 'type'].filter((key) => key in listed);
  return keys.every((key) => isDeepEqual(element[key], listed[key]));
}

/** Changes the elements that the filter of the path selects; without a filter, all elements. */
function changeSelected(change: AttributeChange, elements: readonly unknown[]): readonly unknown[] {
  const { attribute, sub, filter } = change.path;
  const isSelected = filter ? compileElementMatcher(filter, attribute) : () => true;
  const clears = change.op === 'remove' || isUnassigned(change.raw);
  if (clears && !sub) return elements.filter((element) => !isSelected(element));
  if (attribute.type !== 'complex') return changeSimple(change, elements, isSelected);
  const parts = parseParts(attribute, sub ? { [sub.name]: clears ? undefined : change.raw } : change.raw);
  // Checks the parts and not only `raw`, because `{"value": ""}` also clears.
  if (!elements.some(isSelected)) return hasAny(parts) ? [...elements, createElement(attribute, filter, parts)] : elements;
  const whole = change.op === 'replace' && !sub;
  const changed = elements.map((element) => (isSelected(element) ? changeElement(attribute, filter, element, parts, whole) : element));
  return clears || !hasAny(parts)
    ? changed.filter((element, index) => isDeepEqual(element, elements[index]) || !isHollow(element))
    : changed.filter(isObject);
}

/** Replaces each selected value with the given value. If none is selected, adds the value, as Entra expects of `emails[…].value`. */
function changeSimple(
  { path, raw }: AttributeChange,
  elements: readonly unknown[],
  isSelected: (element: unknown) => boolean,
): readonly unknown[] {
  const value = parseOne(path.attribute, raw);
  if (value === undefined) return elements;
  // Simple values are strings, numbers and booleans, so a Set removes duplicates.
  return [
    ...new Set(elements.some(isSelected) ? elements.map((element) => (isSelected(element) ? value : element)) : [...elements, value]),
  ];
}

function changeElement(attribute: Attribute, filter: Filter | undefined, element: unknown, parts: JsonObject, whole: boolean): unknown {
  const base = whole ? seedElement(attribute, filter) : element;
  return mergeParts(attribute, base, parts);
}

/** Entra replaces `emails[type eq "work"].value` even if no such element exists (docs/entra-facts.md#patch-creates-elements). */
function createElement(attribute: Attribute, filter: Filter | undefined, parts: JsonObject): unknown {
  const seed = filter ? seedElement(attribute, filter) : {};
  assertKnownParts(attribute, filter);
  if (!seed) throw noTarget(`${attribute.path} has no element that matches ${filter ? printFilter(filter) : ''}.`);
  return mergeParts(attribute, seed, parts);
}

/** Rejects unknown sub-attributes in the filter: the created element would not match the filter, so each PATCH would create another one. */
function assertKnownParts(attribute: Attribute, filter: Filter | undefined): void {
  const unknown = Object.keys((filter && elementFromFilter(filter)) ?? {}).find((name) => !attribute.subs.has(name.toLowerCase()));
  if (unknown !== undefined) throw invalidFilter(`${attribute.path} has no sub-attribute ${quote(unknown)}.`);
}

function seedElement(attribute: Attribute, filter: Filter | undefined): JsonObject | undefined {
  const raw = filter && elementFromFilter(filter);
  return raw && parseParts(attribute, raw);
}

function hasAny(parts: JsonObject): boolean {
  return Object.values(parts).some((part) => part !== undefined);
}

/** True for an element with only `type` or `primary` left, because its value was cleared. */
function isHollow(element: unknown): boolean {
  return !isObject(element) || Object.keys(element).every((key) => key === 'type' || key === 'primary');
}

/** RFC 7644 §3.5.2: if an element becomes primary, the former primary element stops being primary. */
function yieldPrimary(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const newcomer = after.some((element) => isPrimary(element) && !before.includes(element));
  if (!newcomer) return after;
  return after.map((element) =>
    isPrimary(element) && before.includes(element) ? { ...(element as JsonObject), primary: false } : element,
  );
}
