// Finds attributes of a request that no schema declares.
import type { PatchOperation } from './patch/patch-operation.ts';
import { isObject, type JsonObject } from './resource.ts';
import { findName, type ResourceSchema } from './schema/compile-schemas.ts';

/** Max number of names reported per request. */
const maxNames = 20;

/**
 * The attributes of a POST or PUT body whose URN or name is in no schema, as `urn:…:name`. Requests ignore them
 * (docs/entra-facts.md#extensions-and-unknown-attributes), so the administrator must be informed. At most 20 names, never a value; empty
 * for a body that is not an object.
 */
export function findUndeclared(body: unknown, type: ResourceSchema): readonly string[] {
  return isObject(body) ? take(undeclaredKeys(body, type)) : [];
}

/** The undeclared attributes in the operations of a PATCH, with the same limits. */
export function findUndeclaredInPatch(operations: readonly PatchOperation[], type: ResourceSchema): readonly string[] {
  return take(
    operations.values().flatMap(({ path, value }) => {
      if (path !== undefined) return undeclaredKey(path.split('[', 1)[0]?.trim() ?? '', value, type);
      return isObject(value) ? undeclaredKeys(value, type) : [];
    }),
  );
}

function take(names: Iterable<string>): readonly string[] {
  return [...Iterator.from(names).take(maxNames)];
}

function* undeclaredKeys(object: JsonObject, type: ResourceSchema): Generator<string> {
  for (const key of Object.keys(object)) yield* undeclaredKey(key, object[key], type);
}

function* undeclaredKey(key: string, value: unknown, type: ResourceSchema): Generator<string> {
  if (!/^urn:/i.test(key)) return;
  const named = findName(type, key);
  if (named !== undefined && named.is !== 'extension') return;
  if (!isObject(value)) {
    if (named === undefined) yield key;
    return;
  }
  for (const name of Object.keys(value)) if (findName(type, `${key}:${name}`) === undefined) yield `${key}:${name}`;
}
