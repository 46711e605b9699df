// Parses the valid part of a file with schema problems, so that further problems are found in the same check.
import type { z } from 'zod';
import type { Finding } from '../checks/finding.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** The content of a file without the values that its schema rejects. It never takes effect and is only checked for further problems. */
export interface Remainder<Value> {
  readonly value: Value;
  /** Paths of removed values. Unknown keys are not included, because nothing depends on them. */
  readonly dropped: readonly Path[];
}

/** Max number of parses: some problems appear only after others are removed. */
const maxRounds = 5;

/**
 * Removes values that the schema rejects until it accepts the rest; `undefined` if nothing useful is left, for example without a required
 * key.
 */
export function parseRemainder<Value>(schema: z.ZodType<Value>, value: unknown): Remainder<Value> | undefined {
  const rest: unknown = structuredClone(value);
  const dropped: Path[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { value: parsed.data, dropped };
    for (const issue of parsed.error.issues) {
      const path = issue.path.filter((key) => typeof key !== 'symbol');
      if (issue.code === 'unrecognized_keys' && !path.some((key) => typeof key === 'number')) {
        for (const key of issue.keys) remove(rest, [...path, key]);
        continue;
      }
      // Removes a list as a whole: without one element, the indexes of the others would be wrong.
      const index = path.findIndex((key) => typeof key === 'number');
      const place = index < 0 ? path : path.slice(0, index);
      if (!remove(rest, place) && !dropped.some((one) => startsWith(place, one))) return undefined;
      dropped.push(place);
    }
  }
  return undefined;
}

/** True if the removed values may be the only cause of a finding, which would then mislead the reader. */
export function isDoubtful({ path, level }: Pick<Finding, 'path' | 'level'>, dropped: readonly Path[]): boolean {
  if (dropped.some((place) => startsWith(path, place) || startsWith(place, path))) return true;
  if (level !== 'problem') return dropped.length > 0;
  const lost = (...place: readonly string[]) => dropped.some((one) => startsWith(one, place));
  const [top = '', second = ''] = path;
  if (['mapping', 'scope'].includes(String(top))) return lost('tables') || lost('settings', 'rows');
  if (top === 'match') return lost('mapping');
  return top === 'settings' && second === 'rows' && lost('tables');
}

function startsWith(path: Path, place: Path): boolean {
  return place.every((key, index) => path[index] === key);
}

/** Removes the value at `path`; false if it does not exist. */
function remove(value: unknown, path: Path): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
  return isMap(holder) && Object.hasOwn(holder, last) && Reflect.deleteProperty(holder, last);
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
