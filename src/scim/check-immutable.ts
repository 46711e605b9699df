// Keeps immutable attributes unchanged in a PUT.
import { readAttribute, writeAttribute } from './document-attributes.ts';
import { isDeepEqual } from './deep-equal.ts';
import { notMutable } from './errors.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { Attribute, ResourceSchema } from './schema/compile-schemas.ts';

/**
 * Adds the immutable attributes that a PUT omits: they keep their value (RFC 7644 §3.5.1).
 * @throws {ScimError} mutability if the PUT contains a different value.
 */
export function keepImmutable<T extends JsonObject>(before: JsonObject, after: T, type: ResourceSchema): T {
  const locations = [
    ...type.attributes.map((attribute) => ({ extension: undefined, attribute })),
    ...type.extensions.flatMap(({ urn, attributes }) => attributes.map((attribute) => ({ extension: urn, attribute }))),
  ];
  return locations.reduce((document, location) => {
    const was = readAttribute(before, location);
    const is = readAttribute(document, location);
    if (is === undefined && location.attribute.mutability === 'immutable') return writeAttribute(document, location, was);
    if (is !== undefined) assertUnchanged(location.attribute, was, is);
    return document;
  }, after);
}

/**
 * Checks that immutable attributes, and immutable parts of a single-valued complex attribute, keep their value (RFC 7643 §7). Elements of
 * multi-valued attributes have no identity, so a changed element counts as a new one.
 * @throws {ScimError} mutability, naming the attribute.
 */
export function assertUnchanged(attribute: Attribute, before: unknown, after: unknown): void {
  if (before === undefined) return;
  if (attribute.mutability === 'immutable' && !isDeepEqual(before, after))
    throw notMutable(attribute.path, 'is set once and cannot be changed');
  if (attribute.multiValued || !isObject(before) || !isObject(after)) return;
  for (const sub of attribute.subs.values()) assertUnchanged(sub, before[sub.name], after[sub.name]);
}
