import { isEqual } from './equal.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { AttributeName } from './schema/compile.ts';

type Place = Pick<AttributeName, 'extension' | 'attribute'>;

/** The value of a whole attribute in a document; undefined when it is unassigned. */
export function readAttribute(document: JsonObject, { extension, attribute }: Place): unknown {
  const holder = extension === undefined ? document : document[extension];
  return isObject(holder) ? holder[attribute.name] : undefined;
}

/**
 * The document with another value for a whole attribute; undefined takes it away, and its extension with the last
 * one. Gives back the same object when the value is equal.
 */
export function writeAttribute<T extends JsonObject>(document: T, { extension, attribute }: Place, value: unknown): T {
  if (extension === undefined) return writeKey(document, attribute.name, value);
  const holder = document[extension];
  const next = writeKey(isObject(holder) ? holder : {}, attribute.name, value);
  return writeKey(document, extension, Object.keys(next).length > 0 ? next : undefined);
}

function writeKey<T extends JsonObject>(object: T, key: string, value: unknown): T {
  if (isEqual(object[key], value)) return object;
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _, ...rest } = object;
  return rest as T;
}
