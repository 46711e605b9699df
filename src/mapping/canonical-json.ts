// Serializes JSON with sorted keys, and hashes rows and definitions.
import { createHash } from 'node:crypto';
import type { OutboundRecord } from '../domain/record.ts';
import type { TargetDefinition } from '../domain/target.ts';

/**
 * JSON with the keys of every object sorted (by UTF-16 code units) and without white space: equal values have equal strings. Keys with the
 * value `undefined` are omitted, as in JSON.
 */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? sortKeys(part) : part)) ?? 'null';
}

/**
 * Hash of the rows that a Target gets for one Subject: hexadecimal SHA-256. The order of fields does not change the hash, the order of rows
 * does.
 */
export function hashRows(rows: readonly OutboundRecord[]): string {
  return hash(rows);
}

/** Hash of a whole definition. */
export function hashDefinition(definition: TargetDefinition): string {
  return hash(definition);
}

/**
 * Hash of the parts of a definition that determine who is in Scope and the content of Records. If it differs from the hash of the last
 * Plan, everyone is planned again.
 */
export function planningHash(definition: TargetDefinition): string {
  const { scope, mapping, rows, match, tables, leavers, groupIds } = definition;
  return hash({ scope, mapping, rows, match, tables, leavers, groupIds });
}

function hash(value: unknown): string {
  return createHash('sha256').update(toCanonicalJson(value)).digest('hex');
}

function sortKeys(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // In an object without a prototype, `__proto__` is a normal key.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) sorted[key] = object[key];
  return sorted;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
