// Resolves the operations of a PATCH to changes of single attributes.
import { readEntries, readExtension } from '../attribute-entries.ts';
import { invalidValue, noTarget, notMutable } from '../errors.ts';
import { isUnassigned } from '../lenient/entra.ts';
import { skipsReadOnly } from '../lenient/okta.ts';
import { parsePath, type AttributePath } from '../path.ts';
import { isObject, type JsonObject } from '../resource.ts';
import { findName, type Extension, type ResourceSchema } from '../schema/compile-schemas.ts';
import { assertFewChanges, FilterTermCounter } from './patch-limits.ts';
import type { PatchOperation } from './patch-operation.ts';

/** One change of one attribute. Its path is resolved; an operation without a path becomes one change per attribute. */
export interface AttributeChange {
  readonly op: PatchOperation['op'];
  readonly path: AttributePath;
  /** The value as sent, not parsed. */
  readonly raw: unknown;
}

/**
 * Resolves operations against a resource type, in order, without reading any resource. Paths to unknown attributes, to `schemas` and to the
 * password are ignored (docs/entra-facts.md#extensions-and-unknown-attributes).
 * @throws {ScimError} noTarget, invalidPath, invalidFilter, invalidValue or mutability (RFC 7644 §3.5.2), 413 for too many changes in one
 * PATCH.
 */
export function resolveChanges(operations: readonly PatchOperation[], type: ResourceSchema): readonly AttributeChange[] {
  const changes: AttributeChange[] = [];
  const terms = new FilterTermCounter();
  for (const operation of operations) {
    const resolved = resolveOperation(operation, type).filter(isKept);
    changes.push(...resolved);
    assertFewChanges(changes.length);
    terms.add(resolved);
  }
  return changes;
}

function resolveOperation({ op, path: text, value }: PatchOperation, type: ResourceSchema): readonly AttributeChange[] {
  if (text === undefined) {
    if (op === 'remove') throw noTarget('A remove operation requires a path.');
    return resolveResource(op, value, type);
  }
  const path = parsePath(text, type);
  switch (path?.is) {
    case undefined:
      return [];
    case 'resource':
      if (op === 'remove') throw notMutable(type.urn, 'cannot be removed. Delete the resource instead');
      return resolveResource(op, value, type);
    case 'extension':
      return resolveExtension(op, path.extension, value, type);
    case 'attribute':
      return [{ op, path: assertMutable(path), raw: value }];
  }
}

/** Resolves a value without a path: an object of attributes. Its keys can themselves be paths (docs/entra-facts.md#patch-with-the-flag). */
function resolveResource(op: 'add' | 'replace', value: unknown, type: ResourceSchema): readonly AttributeChange[] {
  if (!isObject(value)) throw invalidValue('value', 'must be an object with attributes when an operation has no path');
  const keys = Object.keys(value);
  assertFewChanges(keys.length);
  return keys.flatMap((key) => (key.includes('[') ? resolveSelection(op, key, value, type) : resolveKey(op, key, value, type)));
}

function resolveSelection(op: 'add' | 'replace', key: string, value: JsonObject, type: ResourceSchema): readonly AttributeChange[] {
  const path = parsePath(key, type);
  return path?.is === 'attribute' && !skipsReadOnly(path) ? [{ op, path, raw: value[key] }] : [];
}

function resolveKey(op: 'add' | 'replace', key: string, value: JsonObject, type: ResourceSchema): readonly AttributeChange[] {
  const named = findName(type, key);
  if (named?.is === 'extension') return resolveExtension(op, named.extension, value[key], type);
  return readEntries({ [key]: value[key] }, type)
    .filter(({ name }) => !skipsReadOnly(name))
    .map(({ name, raw }) => ({ op, path: { ...name, filter: undefined }, raw }));
}

/**
 * Merges the attributes of an extension like those of the resource. If the extension is removed or unassigned, all its attributes are
 * removed.
 */
function resolveExtension(
  op: PatchOperation['op'],
  extension: Extension,
  value: unknown,
  type: ResourceSchema,
): readonly AttributeChange[] {
  if (op === 'remove' || (op === 'replace' && isUnassigned(value))) {
    return extension.attributes
      .filter((attribute) => attribute.mutability !== 'readOnly')
      .map((attribute) => ({
        op: 'remove',
        path: { is: 'attribute', extension: extension.urn, attribute, sub: undefined, filter: undefined },
        raw: undefined,
      }));
  }
  return readExtension(extension, value, type)
    .filter(({ name }) => !skipsReadOnly(name))
    .map(({ name, raw }) => ({ op, path: { ...name, filter: undefined }, raw }));
}

function assertMutable(path: AttributePath): AttributePath {
  const { attribute, sub } = path;
  // The server computes `schemas` from the extensions of the document, so a client's change to it has no effect.
  if (attribute.name !== 'schemas' && skipsReadOnly(path)) throw notMutable((sub ?? attribute).path, 'is read-only');
  return path;
}

function isKept({ path }: AttributeChange): boolean {
  return path.attribute.name !== 'schemas' && path.attribute.mutability !== 'writeOnly';
}
