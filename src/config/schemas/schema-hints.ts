// Writes hints for unknown keys, missing keys and wrong types.
import type { z } from 'zod';
import { findNearest } from '../../mapping/nearest-word.ts';
import { descriptionAt, knownKeys } from './schema-keys.ts';
import { hasKey, valueAt } from '../value-at.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** A validated value, with its schema. */
export interface Judged {
  readonly schema: z.ZodType;
  /** The parsed value. */
  readonly value: unknown;
  /** A scalar as written in the file, so that text that YAML parses as a number is shown correctly. */
  readonly sourceOf?: (path: Path) => string | undefined;
  /** True for paths with strings that may be secrets and are never shown. */
  readonly isSecret: (path: Path) => boolean;
}

/** Common keys of `settings`, independent of the Driver. */
export const settingsKeys: ReadonlySet<string> = new Set(['url', 'auth', 'drop', 'tls', 'proxy', 'rate', 'concurrency', 'timeout']);

/** Max number of known keys in a hint. */
const maxListed = 16;

/** The known key that is most similar to a misspelt key and that the map does not contain yet. */
export function findMeantKey(key: string, path: Path, { schema, value }: Pick<Judged, 'schema' | 'value'>): string | undefined {
  if (findKeyAbove(key, path, schema) !== undefined) return undefined;
  return findNearest(
    key,
    knownKeys(schema, path).filter((one) => !hasKey(valueAt(value, path), one)),
  );
}

/** The key of the same map that should contain an unknown key, which is probably indented too little. */
export function findKeyAbove(key: string, path: Path, schema: Judged['schema']): string | undefined {
  const known = knownKeys(schema, path);
  if (known.includes('settings') && settingsKeys.has(key)) return 'settings';
  return known.find((one) => knownKeys(schema, [...path, one]).includes(key));
}

/** The hint for an unknown key: the nearest known key that is not set, the correct level, or all known keys. */
export function hintForKey(key: string, path: Path, { schema, value }: Judged): string {
  const known = knownKeys(schema, path);
  const above = findKeyAbove(key, path, schema);
  if (above !== undefined) return `Move it under ${above}.`;
  const nearest = findMeantKey(key, path, { schema, value });
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  return known.length > 0 && known.length <= maxListed
    ? `Known keys: ${known.join(', ')}.`
    : 'Remove it; docs/configuration.md lists the keys.';
}

/** The hint for a missing key, from the description in its schema. */
export function hintForMissing(path: Path, { schema }: Judged): string {
  const key = String(path.at(-1) ?? '');
  const meaning = descriptionAt(schema, path);
  return meaning === undefined ? `Add ${key}.` : `Add ${key}: ${meaning}`;
}

/** The hint for a key without a value. */
export function hintForEmpty(expected: string): string {
  if (expected === 'object' || expected === 'record') return 'Write its keys below it, indented by 2 spaces, or remove it.';
  if (expected === 'array') return 'Write its items below it, each with a dash and a space, or remove it.';
  return "Write empty text as ''. Put text that begins with # in quotes.";
}

/** The hint for a value of the wrong type. Does not quote strings that may be secrets. */
export function hintForType(path: Path, expected: string, context: Judged): string {
  const value = valueAt(context.value, path);
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  const source = context.isSecret(path) ? undefined : context.sourceOf?.(path);
  if (expected === 'array') return hintForList(key, value, context.isSecret(path));
  if (expected === 'boolean') return hintForBoolean(value);
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return source === undefined ? 'Put it in quotes.' : `Put it in quotes: '${source}'`;
  }
  if (Array.isArray(value)) {
    if (expected === 'object' || expected === 'record') return 'Remove the dashes (or brackets) and write one key: value on each line.';
    const [only, ...others]: readonly unknown[] = value;
    const named = others.length === 0 && typeof only === 'string' && !context.isSecret(path);
    return named ? `Write one value: ${key}: ${only}` : 'Write one value, without brackets or dashes.';
  }
  if (expected === 'object' || expected === 'record')
    return path.length === 0 ? 'Write one key: value on each line.' : 'Write one key: value on each line below it, indented by 2 spaces.';
  return `Write ${nameType(expected)}.`;
}

function hintForList(key: string, value: unknown, secret: boolean): string {
  if (typeof value !== 'string' || secret) return `Write a list: ${key}: [ … ]`;
  if (value.startsWith('-')) return `Write a space after the dash: - ${value.replace(/^-+/, '')}`;
  const items = /^[\w -]+(, *[\w -]+)+$/.test(value) ? value.split(/, */) : [value];
  const written = items.map((item) => (/^[\w][\w -]*$/.test(item) ? item : `'${item.replaceAll("'", "''")}'`));
  return `Write a list: ${key}: [${written.join(', ')}]`;
}

function hintForBoolean(value: unknown): string {
  if (typeof value === 'string' && /^(yes|on|y|true|1)$/i.test(value)) return 'Write true, without quotes.';
  return typeof value === 'string' && /^(no|off|n|false|0)$/i.test(value) ? 'Write false, without quotes.' : 'Write true or false.';
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map (keys with values)',
  record: 'a map (keys with values)',
  array: 'a list',
};

/** The plain name of a schema type. */
export function nameType(expected: string): string {
  return typeWords[expected] ?? expected;
}
