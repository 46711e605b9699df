// Reads and writes one attribute of a stored document, in the core object or in an extension.
import { isDeepEqual } from './deep-equal.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { AttributeName } from './schema/compile-schemas.ts';

type AttributeLocation = Pick<AttributeName, 'extension' | 'attribute'>;

/** The value of a whole attribute in a document; undefined if the attribute is unassigned. */
export function readAttribute(document: JsonObject, { extension, attribute }: AttributeLocation): unknown {
  const parent = extension === undefined ? document : document[extension];
  return isObject(parent) ? parent[attribute.name] : undefined;
}

/**
 * Returns the document with a new value of an attribute. Undefined removes the attribute, and also its extension if no other attribute is
 * left in it. Returns the same object if the value is equal.
 */
export function writeAttribute<T extends JsonObject>(document: T, { extension, attribute }: AttributeLocation, value: unknown): T {
  if (extension === undefined) return writeKey(document, attribute.name, value);
  const parent = document[extension];
  const next = writeKey(isObject(parent) ? parent : {}, attribute.name, value);
  return writeKey(document, extension, Object.keys(next).length > 0 ? next : undefined);
}

function writeKey<T extends JsonObject>(object: T, key: string, value: unknown): T {
  if (isDeepEqual(object[key], value)) return object;
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _, ...rest } = object;
  return rest as T;
}
