// Merges the parts of a complex value.
import { isObject, type JsonObject } from './resource.ts';
import type { Attribute } from './schema/compile-schemas.ts';

/**
 * Merges parts into a complex value: given parts are set, undefined parts are cleared, other parts are kept (RFC 7644 §3.5.2.1 and
 * §3.5.2.3). Undefined if nothing is left.
 */
export function mergeParts(attribute: Attribute, current: unknown, parts: JsonObject): JsonObject | undefined {
  const merged = { ...(keepsRest(attribute, parts) && isObject(current) ? current : {}), ...parts };
  const entries = Object.entries(merged).filter(([, part]) => part !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

// A manager with a new id must not keep the `$ref` of the previous manager, and a manager without an id is invalid.
function keepsRest(attribute: Attribute, parts: JsonObject): boolean {
  return attribute.multiValued || !attribute.subs.has('value') || !('value' in parts);
}
