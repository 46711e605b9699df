// Limits the size of a stored document.
import { invalidValue } from './errors.ts';
import type { JsonObject } from './resource.ts';
import type { ResourceSchema } from './schema/compile-schemas.ts';

/** About fifty times the size of a person from Entra. A page contains up to a thousand documents, and filters parse each one. */
const maxBytes = 100_000;

/**
 * Rejects a document that is too large (without a Group's members). `before` is the previous document: if it was already too large, a
 * smaller document is accepted.
 * @throws {ScimError} invalidValue with the resulting size.
 */
export function assertSmallEnough(document: JsonObject, { name }: ResourceSchema, before?: JsonObject): void {
  const bytes = toBytes(document);
  if (bytes <= maxBytes || (before && bytes <= toBytes(before))) return;
  throw invalidValue(`The ${name}`, `would have ${bytes} bytes (max ${maxBytes})`);
}

function toBytes(document: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(document));
}
