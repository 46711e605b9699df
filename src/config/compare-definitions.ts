// Compares the definition in a Target's file with the applied one.
import type { GuardSettings, TargetDefinition } from '../domain/target.ts';
import { isSourceRule } from './read/merge-definition.ts';
import { toCanonicalJson } from '../mapping/canonical-json.ts';
import { valueAt } from './value-at.ts';
import { showPath, type Path } from './yaml/yaml-file.ts';

/** How a Target's files differ from the applied definition. Paths are dotted, in alphabetical order. */
export interface Comparison {
  /** Paths that take effect immediately: they change no record at the Target. */
  readonly atOnce: readonly string[];
  /** Paths that take effect only when an operator applies them. */
  readonly waiting: readonly string[];
  /** False if the product or address differs: `apply` then needs --same-system or --new-system. */
  readonly sameSystem: boolean;
}

/**
 * Compares two definitions key by key, except `groupIds`, which are not in the files, and `ownSettings`, which only record which file
 * contains a setting.
 */
export function compareDefinitions(applied: TargetDefinition, fileDefinition: TargetDefinition): Comparison {
  const paths = differences(applied, fileDefinition);
  const show = (path: Path) => toFileKeys(path, applied, fileDefinition);
  return {
    atOnce: paths
      .filter((path) => isImmediate(path, applied, fileDefinition))
      .flatMap(show)
      .sort(),
    waiting: paths
      .filter((path) => !isImmediate(path, applied, fileDefinition))
      .flatMap(show)
      .sort(),
    sameSystem: !paths.some((path) => !startsWith(path, dropMode) && otherSystem.some((place) => startsWith(path, place))),
  };
}

/**
 * Converts a path of the definition to keys of the Target's file, which differ for `source` (a condition of the scope) and for times (in
 * milliseconds).
 */
function toFileKeys(path: Path, applied: TargetDefinition, fileDefinition: TargetDefinition): readonly string[] {
  const [top, ...rest] = path;
  if (top === 'guard') return [showPath([top, ...rest.map((key) => (key === 'withinMs' ? 'within' : key === 'waitMs' ? 'wait' : key))])];
  if (top !== 'scope') return [showPath(path)];
  const differs = (take: (rule: TargetDefinition['scope'][number]) => boolean) =>
    toCanonicalJson(applied.scope.filter(take)) !== toCanonicalJson(fileDefinition.scope.filter(take));
  return [...(differs((rule) => !isSourceRule(rule)) ? ['scope'] : []), ...(differs(isSourceRule) ? ['source'] : [])];
}

/** The applied definition, overlaid with the keys of the file definition that take effect immediately. */
export function overlayImmediate(applied: TargetDefinition, fileDefinition: TargetDefinition): TargetDefinition {
  const paths = differences(applied, fileDefinition).filter((path) => isImmediate(path, applied, fileDefinition));
  return paths.reduce<unknown>(
    (definition, path) => replaceAt(definition, path, valueAt(fileDefinition, path)),
    applied,
  ) as TargetDefinition;
}

/** The file permissions of a drop. Other changes to `drop` mean another system. */
const dropMode: Path = ['settings', 'drop', 'mode'];

/** Settings for the connection and the schedule that only the Target's file can contain. */
const immediatePaths: readonly Path[] = [['settings', 'auth'], ['settings', 'tls'], dropMode, ['schedule']];

/**
 * Settings that also take effect immediately, but only if they are set in the Target's file: a change in a Connector always waits for
 * `apply`.
 */
const immediateInOwnFile: readonly string[] = ['rate', 'concurrency', 'timeout'];

const otherSystem: readonly Path[] = [['connector'], ['driver'], ['settings', 'url'], ['settings', 'drop']];

/** The direction in which each Guard limit is stricter: a longer time window or a longer wait holds more Actions. */
const stricter: readonly { readonly path: Path; readonly by: 'less' | 'more' }[] = [
  { path: ['guard', 'removals', 'most'], by: 'less' },
  { path: ['guard', 'removals', 'share'], by: 'less' },
  { path: ['guard', 'removals', 'withinMs'], by: 'more' },
  { path: ['guard', 'removals', 'waitMs'], by: 'more' },
  { path: ['guard', 'changes', 'share'], by: 'less' },
  { path: ['guard', 'changes', 'withinMs'], by: 'more' },
] satisfies readonly { readonly path: readonly ['guard', keyof GuardSettings, string]; readonly by: 'less' | 'more' }[];

function isImmediate(path: Path, applied: TargetDefinition, fileDefinition: TargetDefinition): boolean {
  if (immediatePaths.some((place) => startsWith(path, place))) return true;
  if (isInOwnFile(path, fileDefinition) || isSecretValue(path, applied, fileDefinition)) return true;
  const limit = stricter.find((one) => startsWith(path, one.path));
  if (limit === undefined) return false;
  const [before, after] = [Number(valueAt(applied, path)), Number(valueAt(fileDefinition, path))];
  return limit.by === 'less' ? after < before : after > before;
}

function isInOwnFile([top, key]: Path, { ownSettings = [] }: TargetDefinition): boolean {
  return top === 'settings' && typeof key === 'string' && immediateInOwnFile.includes(key) && ownSettings.includes(key);
}

/** True for a value that the Connector declares as a secret in both definitions. Any other change of a value is more than a new secret. */
function isSecretValue([top, name]: Path, applied: TargetDefinition, fileDefinition: TargetDefinition): boolean {
  if (top !== 'values' || typeof name !== 'string') return false;
  return [applied, fileDefinition].every(({ values = {} }) => Object.hasOwn(values, name) && values[name]?.secret === true);
}

function startsWith(path: Path, place: Path): boolean {
  return place.every((key, index) => path[index] === key);
}

function differences(applied: TargetDefinition, fileDefinition: TargetDefinition): readonly Path[] {
  const { groupIds: _pinned, ownSettings: _own, ...before } = applied;
  const { groupIds: _fileGroupIds, ownSettings: _ownNow, ...after } = fileDefinition;
  return diff(before, after, []);
}

/** The paths at which two values differ. Lists are compared as a whole, because their order matters. */
function diff(before: unknown, after: unknown, path: Path): readonly Path[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => diff(valueAt(before, [key]), valueAt(after, [key]), [...path, key]));
  }
  return toCanonicalJson(before) === toCanonicalJson(after) ? [] : [path];
}

/** A copy with one value replaced, or removed if the replacement is `undefined`. */
function replaceAt(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const before = isMap(value) ? value : {};
  const inner = replaceAt(before[key], rest, replacement);
  return Object.fromEntries([...Object.entries(before).filter(([other]) => other !== key), ...(inner === undefined ? [] : [[key, inner]])]);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
