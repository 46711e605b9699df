import { z } from 'zod';
import { findNearest } from '../mapping/nearest.ts';
import type { Path } from './yaml-file.ts';

/** One thing that a schema does not allow. `atKey`: the key itself is wrong, not its value. */
export interface SchemaFinding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly atKey?: boolean;
}

/** What a schema was asked about. */
export interface Judged {
  readonly schema: z.ZodType;
  /** What was parsed. */
  readonly value: unknown;
  /** A scalar as it was written, so that a text that YAML took for a number can be shown as it should be. */
  readonly sourceOf?: (path: Path) => string | undefined;
  /** True for places whose texts are never shown: they may be secrets. */
  readonly isSecret: (path: Path) => boolean;
}

/** Words for what a schema found. */
export function describeIssues(error: z.ZodError, judged: Judged): readonly SchemaFinding[] {
  const found = error.issues.flatMap((issue) => describe(issue, [], judged));
  // A list that should not be there at all needs no word on its parts.
  const lists = found.map(({ path }) => path).filter((path) => Array.isArray(valueAt(judged.value, path)));
  return found.filter(({ path }) => !lists.some((list) => list.length < path.length && list.every((key, at) => key === path[at])));
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, above: Path, context: Judged): readonly SchemaFinding[] {
  const path: Path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'unknown key',
        atKey: true,
        ...toHint(hintForKey(key, path, context)),
      }));
    case 'invalid_type':
      return [{ ...describeType(path, issue.expected, context), ...ownHint(issue.message, path, context) }];
    case 'invalid_value':
      return [{ path, message: `is ${show(path, context)}`, ...toHint(hintForValues(issue.values, valueAt(context.value, path))) }];
    case 'invalid_union':
      return describeUnion(issue.errors, path, context);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.map((inner) => ({ path, message: inner.message, atKey: issue.code === 'invalid_key' }));
    case 'too_small':
      return [{ path, message: describeTooSmall(issue.origin, issue.minimum) }];
    case 'custom':
      return [{ path, message: lowerFirst(issue.message), ...toHint(hintOf(issue.params)) }];
    default:
      return [{ path, message: lowerFirst(issue.message) }];
  }
}

/** A slip of a key that is not there yet; else all that there are. */
function hintForKey(key: string, path: Path, { schema, value }: Judged): string | undefined {
  const known = knownKeys(schema, path);
  const nearest = findNearest(
    key,
    known.filter((one) => !hasKey(valueAt(value, path), one)),
  );
  return nearest === undefined && known.length <= 12 && known.length > 0
    ? `known here: ${known.join(', ')}`
    : nearest && `did you mean ${nearest}?`;
}

function describeType(path: Path, expected: string, context: Judged): SchemaFinding {
  const value = valueAt(context.value, path);
  if (value === undefined) return { path, message: 'is missing' };
  const source = context.sourceOf?.(path);
  if (value === null)
    return {
      path,
      message: `is empty, not ${typeWord(expected)}`,
      hint: "an empty text is written ''; a text that begins with # needs quotes",
    };
  if (expected === 'string' && source !== undefined) {
    return {
      path,
      message: `is ${show(path, context)}, not a text`,
      hint: context.isSecret(path) ? 'write it in quotes' : `write it in quotes: '${source}'`,
    };
  }
  return { path, message: `is ${show(path, context)}, not ${typeWord(expected)}` };
}

/** A schema of a text may bring its own example, which is of more use than quotes around a number that means nothing. */
function ownHint(message: string, path: Path, context: Judged): { readonly hint?: string } {
  const value = valueAt(context.value, path);
  return value === undefined || value === null || message.startsWith('Invalid input') ? {} : { hint: message };
}

function hintOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const hint = params?.['hint'];
  return typeof hint === 'string' ? hint : undefined;
}

function describeTooSmall(origin: string, minimum: number | bigint): string {
  if (origin === 'array') return minimum === 1 ? 'is an empty list: at least one is needed' : `has fewer than ${minimum}`;
  if (origin === 'string') return minimum === 1 ? 'is empty' : `has fewer than ${minimum} characters`;
  return `is less than ${minimum}`;
}

/** Of the forms that a value may have, the one that it comes nearest to: the one that fails deepest, then with the fewest faults. */
function describeUnion(forms: readonly (readonly Issue[])[], path: Path, context: Judged): readonly SchemaFinding[] {
  const isScalar = typeof valueAt(context.value, path) !== 'object';
  // One of a few words is no form that a map of keys could have been meant for.
  const isOther = ({ code, path: within }: Issue) =>
    within.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && !isScalar));
  const fits = forms.filter((issues) => !issues.some(isOther));
  const [nearest] = fits.toSorted((a, b) => a.length - b.length);
  if (nearest !== undefined) return nearest.flatMap((issue) => describe(issue, path, context));
  const expected = forms.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === 'invalid_type' && issue.path.length === 0 ? [issue.expected] : [])),
  );
  const finding = describeType(path, expected.includes('string') ? 'string' : (expected[0] ?? 'something else'), context);
  const words = [...new Set(expected)].map(typeWord);
  return [
    valueAt(context.value, path) === undefined ? finding : { ...finding, message: `is ${show(path, context)}, not ${words.join(' or ')}` },
  ];
}

function hintForValues(values: readonly unknown[], value: unknown): string {
  const texts = values.map(String);
  const nearest = typeof value === 'string' ? findNearest(value, texts) : undefined;
  return nearest === undefined ? `one of: ${texts.join(', ')}` : `did you mean ${nearest}?`;
}

function show(path: Path, context: Judged): string {
  const value = valueAt(context.value, path);
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'number':
      return context.isSecret(path) ? 'a number' : `the number ${value}`;
    case 'boolean':
      return String(value);
    case 'string':
      return context.isSecret(path) ? 'a text' : `"${value}"`;
    default:
      if (value === null) return 'empty';
      return Array.isArray(value) ? 'a list' : 'a map of keys';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};

function typeWord(expected: string): string {
  return typeWords[expected] ?? expected;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function toHint(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** The value at a path of JSON values, or `undefined`. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[key];
  }
  return current;
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** The parts of a JSON Schema that lead from one value to the next. */
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The keys that a schema knows at a path, found through its JSON Schema: the one public form in which a schema can be walked. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const reached = path.reduce<readonly JsonSchema[]>((schemas, key) => schemas.flatMap((one) => stepInto(one, key)), [root]);
  return [...new Set(reached.flatMap(unfold).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function stepInto(schema: JsonSchema, key: string | number): readonly JsonSchema[] {
  return unfold(schema).flatMap(({ properties, additionalProperties, items }) => {
    if (typeof key === 'number') return Array.isArray(items) ? [] : items === undefined ? [] : [items as JsonSchema];
    const named = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (named !== undefined) return [named];
    return typeof additionalProperties === 'object' ? [additionalProperties] : [];
  });
}

function unfold(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(unfold)];
}
