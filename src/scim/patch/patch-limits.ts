// Limits the cost of a PATCH.
import { ScimError } from '../errors.ts';
import type { Filter } from '../filter/filter-tree.ts';
import type { AttributePath } from '../path.ts';
import type { PatchOperation } from './patch-operation.ts';

/** Max changes of attributes in one PATCH, in all its operations together. Known clients send fewer than a hundred. */
const maxChanges = 1_000;

/** Max element comparisons: applying a PATCH blocks everything else. The largest PATCH from Entra takes a few hundred. */
const maxComparisons = 50_000;

/** Max comparisons in all filters of one PATCH, except filters of members. Entra sends one or two per operation. */
const maxFilterTerms = 2_000;

/** Max characters read, counted again for each comparison. A User from Entra has one or two thousand in total. */
const maxCharacters = 1_000_000;

/** @throws {ScimError} 413 if there are too many changes for one PATCH. */
export function assertFewChanges(count: number): void {
  if (count > maxChanges) throw tooLarge(`Too many attributes in one PATCH (max ${maxChanges.toLocaleString('en')}).`);
}

/** Counts the filter comparisons of a PATCH during parsing, because parsing also takes time. Filters of members are not counted. */
export class FilterTermCounter {
  #count = 0;

  /** @throws {ScimError} 413 if the total exceeds the limit of one PATCH. */
  add(changes: readonly Change[]): void {
    for (const { path } of changes) if (path.filter && path.attribute.path !== 'members') this.#count += countTerms(path.filter);
    if (this.#count > maxFilterTerms)
      throw tooLarge(`Too many filter comparisons in one PATCH (max ${maxFilterTerms.toLocaleString('en')}).`);
  }
}

/** The part of a change that determines its cost. */
interface Change {
  readonly op: PatchOperation['op'];
  readonly path: AttributePath;
  readonly raw: unknown;
}

/** Counts the work of a PATCH, so that a body of a megabyte cannot block all other clients for seconds. */
export class PatchCost {
  #comparisons = 0;
  #characters = 0;

  /**
   * Adds the cost of a change before it is made; `present` is the value of its attribute.
   * @throws {ScimError} 413 if the cost exceeds the limit of one PATCH.
   */
  add(change: Change, present: unknown): void {
    const { filter } = change.path;
    const terms = filter ? countTerms(filter) : 0;
    this.#comparisons += countComparisons(change, present, terms);
    if (this.#comparisons > maxComparisons)
      throw tooLarge(`Too many element comparisons in one PATCH (max ${maxComparisons.toLocaleString('en')}).`);
    this.#characters += countCharacters(present) * Math.max(1, terms);
    if (this.#characters > maxCharacters)
      throw tooLarge(`Too many characters to compare in one PATCH (max ${maxCharacters.toLocaleString('en')}).`);
  }
}

/** Number of element comparisons of a change. `present`: the value of its attribute; `terms`: comparisons of the filter for each element. */
function countComparisons({ op, path: { attribute, filter }, raw }: Change, present: unknown, terms: number): number {
  if (!attribute.multiValued) return 1;
  const elements = Array.isArray(present) ? present.length : 0;
  const given = Array.isArray(raw) ? raw.length : 1;
  if (filter) return elements * terms + given;
  return op === 'remove' ? elements * given : elements + given;
}

function countCharacters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const one of Object.values(value)) sum += countCharacters(one);
  return sum;
}

/** The comparisons in a filter. */
export function countTerms(filter: Filter): number {
  switch (filter.is) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, one) => sum + countTerms(one), 0);
    case 'not':
    case 'values':
      return countTerms(filter.filter);
    case 'compare':
    case 'present':
      return 1;
  }
}

function tooLarge(problem: string): ScimError {
  return new ScimError(413, undefined, `${problem} Split it into several requests.`);
}
