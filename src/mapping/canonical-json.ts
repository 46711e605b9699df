// Serializes JSON with sorted keys, and hashes rows and definitions.
import { createHash } from 'node:crypto';
import type { OutboundRecord } from '../domain/record.ts';
import type { TargetDefinition } from '../domain/target.ts';

/**
 * JSON with the keys of every object in one order (by UTF-16 code units) and no blanks: equal values give equal texts. Keys whose
 * value is `undefined` are left out, as in JSON.
 */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? sortKeys(part) : part)) ?? 'null';
}

/** Hash of the rows that a Target gets for one Subject: hexadecimal SHA-256. The order of fields does not count, that of rows does. */
export function hashRows(rows: readonly OutboundRecord[]): string {
  return hash(rows);
}

/** Hash of everything that a definition says. */
export function hashDefinition(definition: TargetDefinition): string {
  return hash(definition);
}

/** Hash of everything that decides who is in and what Records contain: when it differs from that of the last plan, everyone is planned again. */
export function planningHash(definition: TargetDefinition): string {
  const { scope, mapping, rows, match, tables, leavers, groupIds } = definition;
  return hash({ scope, mapping, rows, match, tables, leavers, groupIds });
}

function hash(value: unknown): string {
  return createHash('sha256').update(toCanonicalJson(value)).digest('hex');
}

function sortKeys(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Without a prototype a key `__proto__` is a key like any other.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) sorted[key] = object[key];
  return sorted;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
