// Converts Zod issues to problems with messages and hints.
import type { z } from 'zod';
import { showCount } from '../../domain/wording.ts';
import { findNearest } from '../../mapping/nearest-word.ts';
import {
  findKeyAbove,
  findMeantKey,
  hintForEmpty,
  hintForKey,
  hintForMissing,
  hintForType,
  nameType,
  type Judged,
} from './schema-hints.ts';
import { valueAt } from '../value-at.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** One violation of a schema. `atKey` is true if the key is invalid, and not its value. */
export interface SchemaFinding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly atKey?: boolean;
  /** The path of a missing or empty value in the same map that this finding explains. */
  readonly causes?: Path;
}

/** Converts schema issues to problems with hints, one problem per cause. */
export function describeIssues(error: z.ZodError, judged: Judged): readonly SchemaFinding[] {
  const found = error.issues.flatMap((issue) => describe(issue, [], judged));
  return withoutConsequences(found, judged);
}

/**
 * Removes findings that follow from another finding: elements of a list where no list is allowed, and a missing or empty key if another key
 * is a misspelling of it or is indented too little.
 */
function withoutConsequences(all: readonly SchemaFinding[], judged: Judged): readonly SchemaFinding[] {
  const explained = new Set(all.flatMap(({ causes }) => (causes === undefined ? [] : [JSON.stringify(causes)])));
  const found = all.filter(
    ({ path, message }) => !(message === missing || message.startsWith(empty)) || !explained.has(JSON.stringify(path)),
  );
  const lists = found.map(({ path }) => path).filter((path) => Array.isArray(valueAt(judged.value, path)));
  return found.filter(({ path }) => !lists.some((list) => list.length < path.length && list.every((key, at) => key === path[at])));
}

type Issue = z.core.$ZodIssue;

const missing = 'is missing';
const empty = 'is empty; expected ';

function describe(issue: Issue, above: Path, context: Judged): readonly SchemaFinding[] {
  const path: Path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'unknown key',
        atKey: true,
        ...toHint(hintForKey(key, path, context)),
        ...toCause(findKeyAbove(key, path, context.schema) ?? findMeantKey(key, path, context), path),
      }));
    case 'invalid_type':
      return [{ ...describeType(path, issue.expected, context), ...ownHint(issue.message, path, context) }];
    case 'invalid_value':
      return [describeValue(path, issue.values, context)];
    case 'invalid_union':
      return describeUnion(issue.errors, path, context);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.map((inner) => ({ path, ...toSentences(inner.message), atKey: issue.code === 'invalid_key' }));
    case 'too_small':
      return [{ path, ...describeTooSmall(issue.origin, issue.minimum) }];
    case 'too_big':
      return [{ path, ...describeTooBig(issue.origin, issue.maximum) }];
    case 'custom':
      return [{ path, ...toSentences(issue.message), ...toHint(hintOf(issue.params)) }];
    default:
      return [{ path, ...toSentences(issue.message) }];
  }
}

function toCause(meant: string | undefined, path: Path): Pick<SchemaFinding, 'causes'> {
  return meant === undefined ? {} : { causes: [...path, meant] };
}

function describeValue(path: Path, values: readonly unknown[], context: Judged): SchemaFinding {
  const value = valueAt(context.value, path);
  const texts = values.map(String);
  if (value === undefined) return { path, message: missing, hint: `Use one of: ${texts.join(', ')}.` };
  const nearest = typeof value === 'string' ? findNearest(value, texts) : undefined;
  const message = context.isSecret(path) ? 'has an invalid value' : `is ${show(path, context)}, which is not valid`;
  const allowed = texts.length === 1 ? `Use ${texts.join('')}.` : `Use one of: ${texts.join(', ')}.`;
  return { path, message, hint: nearest === undefined ? allowed : `Did you mean ${nearest}? ${allowed}` };
}

function describeType(path: Path, expected: string, context: Judged): SchemaFinding {
  const value = valueAt(context.value, path);
  if (value === undefined) return { path, message: missing, hint: hintForMissing(path, context) };
  const hint = value === null ? hintForEmpty(expected) : hintForType(path, expected, context);
  return { path, message: describeOtherType(path, nameType(expected), context), hint };
}

function describeOtherType(path: Path, expected: string, context: Judged): string {
  return valueAt(context.value, path) === null ? `${empty}${expected}` : `is ${show(path, context)}, not ${expected}`;
}

/** The hint in the schema's message, which can be more useful than the general hint: an example instead of advice to quote the number. */
function ownHint(message: string, path: Path, context: Judged): { readonly hint?: string } {
  const value = valueAt(context.value, path);
  return value === undefined || value === null || message.startsWith('Invalid input') ? {} : { hint: message };
}

function hintOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const hint = params?.['hint'];
  return typeof hint === 'string' ? hint : undefined;
}

function describeTooSmall(origin: string, minimum: number | bigint): Pick<SchemaFinding, 'message' | 'hint'> {
  if (origin === 'array') return { message: 'is an empty list', hint: `Add at least ${showCount(Number(minimum), 'item', 'items')}.` };
  if (origin === 'string') {
    return minimum === 1
      ? { message: 'is empty', hint: 'Write a value, or remove the key.' }
      : { message: 'is too short', hint: `Write at least ${minimum} characters.` };
  }
  return { message: 'is too small', hint: `Write ${minimum} or more.` };
}

function describeTooBig(origin: string, maximum: number | bigint): Pick<SchemaFinding, 'message' | 'hint'> {
  if (origin === 'array') return { message: 'has too many items', hint: `Write at most ${showCount(Number(maximum), 'item', 'items')}.` };
  const characters = maximum === 1 ? '1 character' : `${maximum} characters`;
  return origin === 'string'
    ? { message: 'is too long', hint: `Write at most ${characters}.` }
    : { message: 'is too large', hint: `Write ${maximum} or less.` };
}

/** The problems of the union member with the fewest problems; the problem of a wrong type if no member is similar to the value. */
function describeUnion(forms: readonly (readonly Issue[])[], path: Path, context: Judged): readonly SchemaFinding[] {
  const isScalar = typeof valueAt(context.value, path) !== 'object';
  // A map cannot have been intended as one of several words.
  const isOther = ({ code, path: within }: Issue) =>
    within.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && !isScalar));
  const fits = forms.filter((issues) => !issues.some(isOther));
  const [nearest] = fits.toSorted((a, b) => a.length - b.length);
  if (nearest !== undefined) return nearest.flatMap((issue) => describe(issue, path, context));
  const expected = forms.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === 'invalid_type' && issue.path.length === 0 ? [issue.expected] : [])),
  );
  const finding = describeType(path, expected.includes('string') ? 'string' : (expected[0] ?? 'something else'), context);
  const words = [...new Set(expected)].map(nameType);
  return [
    valueAt(context.value, path) === undefined ? finding : { ...finding, message: describeOtherType(path, words.join(' or '), context) },
  ];
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
      return context.isSecret(path) ? 'text' : `"${value}"`;
    default:
      if (value === null) return 'empty';
      return Array.isArray(value) ? 'a list' : 'a map';
  }
}

/** Splits the message of a schema: the first sentence is the problem, the rest is the hint. */
function toSentences(message: string): Pick<SchemaFinding, 'message' | 'hint'> {
  const [fact = '', ...rest] = message.split('. ');
  return { message: lowerFirst(fact), ...(rest.length > 0 && { hint: rest.join('. ') }) };
}

function toHint(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
