// Applies the resolved changes of a PATCH to a document.
import { keepDeclaredValues, restoreMismatchedValues } from '../declared-values.ts';
import { readAttribute, writeAttribute } from '../document-attributes.ts';
import { isDeepEqual } from '../deep-equal.ts';
import { invalidValue, notMutable } from '../errors.ts';
import { assertUnchanged } from '../check-immutable.ts';
import { isUnassigned, onlyElement } from '../lenient/entra.ts';
import { mergeParts } from '../merge-complex-value.ts';
import type { JsonObject } from '../resource.ts';
import type { ResourceSchema } from '../schema/compile-schemas.ts';
import { assertStageable } from '../parse-resource.ts';
import { parseParts, parseValue } from '../parse-value.ts';
import type { AttributeChange } from './attribute-changes.ts';
import { PatchCost } from './patch-limits.ts';
import { changeElements } from './change-elements.ts';

/**
 * The document after the changes of a PATCH, made in order (RFC 7644 §3.5.2), with Entra's deviations (docs/entra-facts.md#people). Does
 * not modify the given document; returns the same object if nothing changes. Values that no longer match their declaration are ignored and
 * kept.
 * @throws {ScimError} for the first change that fails; then none is made.
 */
export function applyChanges<T extends JsonObject>(document: T, changes: readonly AttributeChange[], type: ResourceSchema): T {
  const fitting = keepDeclaredValues(document, type);
  const cost = new PatchCost();
  const changed = changes.reduce((now, change) => {
    cost.add(change, readAttribute(now, change.path));
    return applyChange(now, change);
  }, fitting);
  if (changed === fitting || isDeepEqual(changed, fitting)) return document;
  return restoreMismatchedValues(assertStageable(changed, type, document), document, type);
}

function applyChange<T extends JsonObject>(document: T, change: AttributeChange): T {
  const { op, path } = change;
  const { attribute } = path;
  if (attribute.required && op === 'remove') throw notMutable(attribute.path, 'is required and cannot be removed');
  const current = readAttribute(document, path);
  const next = changeValue(change, current);
  if (attribute.required && next === undefined) throw invalidValue(attribute.path, 'is required and must not be empty');
  assertUnchanged(attribute, current, next);
  return writeAttribute(document, path, next);
}

/** The new value of the whole attribute that a change affects; undefined if the attribute is then unassigned. */
function changeValue(change: AttributeChange, current: unknown): unknown {
  const { attribute, sub, filter } = change.path;
  if (attribute.multiValued) {
    const elements = changeElements(change, (current ?? []) as readonly unknown[]);
    return elements.length > 0 ? elements : undefined;
  }
  // A filter on a single complex value, such as `manager[value eq "…"]`, treats the value as an array of at most one element.
  if (filter) return changeElements(change, current === undefined ? [] : [current])[0];
  const raw = change.op === 'remove' ? undefined : change.raw;
  if (sub) return mergeParts(attribute, current, parseParts(attribute, { [sub.name]: raw }));
  if (attribute.type !== 'complex') return parseValue(attribute, raw);
  const one = onlyElement(raw);
  return isUnassigned(one) ? undefined : mergeParts(attribute, current, parseParts(attribute, one));
}
