// Lists the attributes in a request body, resolving dotted names, URNs and extension objects.
import { invalidValue } from './errors.ts';
import { isUnassigned } from './lenient/entra.ts';
import { isObject, type JsonObject } from './resource.ts';
import { findName, type AttributeName, type Extension, type ResourceSchema } from './schema/compile-schemas.ts';

/** An attribute named in a body, with its unparsed value. */
export interface Entry {
  readonly name: AttributeName;
  readonly raw: unknown;
}

/**
 * The attributes in an object with their raw values, in the order sent: plain names, dotted names, names with a URN prefix (the shape of
 * the flag aadOptscim062020, docs/entra-facts.md#patch-with-the-flag), and objects under the URN of an extension, whether `schemas` lists
 * it or not. Unknown names and URNs are ignored (docs/entra-facts.md#extensions-and-unknown-attributes).
 * @throws {ScimError} invalidValue if an extension is not an object.
 */
export function readEntries(body: JsonObject, type: ResourceSchema): readonly Entry[] {
  return Object.keys(body).flatMap((key) => {
    const named = findName(type, key);
    const raw = body[key];
    if (named?.is === 'attribute') return [{ name: named, raw }];
    return named?.is === 'extension' ? readExtension(named.extension, raw, type) : [];
  });
}

/** The entries of an extension's object; none if the object is unassigned. Throws as `readEntries` does. */
export function readExtension(extension: Extension, raw: unknown, type: ResourceSchema): readonly Entry[] {
  if (isUnassigned(raw)) return [];
  if (!isObject(raw)) throw invalidValue(extension.urn, 'must be an object');
  return Object.keys(raw).flatMap((key) => {
    const named = findName(type, `${extension.urn}:${key}`);
    return named?.is === 'attribute' ? [{ name: named, raw: raw[key] }] : [];
  });
}
