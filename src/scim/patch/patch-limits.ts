import { ScimError } from '../errors.ts';
import type { Filter } from '../filter/filter-tree.ts';
import type { AttributePath } from '../path.ts';
import type { PatchOperation } from './patch-operation.ts';

/** Attributes that one PATCH may be about, however they are packed into operations: the known clients send fewer than a hundred. */
const maxChanges = 1_000;

/** Looks at an element: a PATCH is applied while nothing else is. Entra's largest ones take a few hundred. */
const maxComparisons = 50_000;

/** Comparisons in all the brackets of a PATCH together, members apart: Entra has one or two for each operation. */
const maxFilterTerms = 2_000;

/** Characters that are read, again for each comparison. A User that Entra sends has a thousand or two in all. */
const maxCharacters = 1_000_000;

/** @throws {ScimError} 413 when there are too many changes for one PATCH. */
export function assertFewChanges(count: number): void {
  if (count > maxChanges) throw tooLarge(`may change ${maxChanges} attributes, this one is about more`);
}

/** Counts what the brackets of a PATCH compare, those of members apart, while they are read: reading them takes its time too. */
export class FilterTermCounter {
  #count = 0;

  /** @throws {ScimError} 413 when this is more than one PATCH may compare. */
  add(changes: readonly Change[]): void {
    for (const { path } of changes) if (path.filter && path.attribute.path !== 'members') this.#count += countTerms(path.filter);
    if (this.#count > maxFilterTerms) throw tooLarge(`may compare in ${maxFilterTerms} ways, all its paths together`);
  }
}

/** A change, as far as its cost depends on it. */
interface Change {
  readonly op: PatchOperation['op'];
  readonly path: AttributePath;
  readonly raw: unknown;
}

/** Counts what a PATCH asks for, so that a body of a megabyte cannot keep everybody else waiting for seconds. */
export class PatchCost {
  #comparisons = 0;
  #characters = 0;

  /**
   * Adds what a change costs, before it is made; `present` is the value of its attribute.
   * @throws {ScimError} 413 when this is more than one PATCH may ask for.
   */
  add(change: Change, present: unknown): void {
    const { filter } = change.path;
    const terms = filter ? countTerms(filter) : 0;
    this.#comparisons += countComparisons(change, present, terms);
    if (this.#comparisons > maxComparisons) throw tooLarge('may not compare so many values with each other');
    this.#characters += countCharacters(present) * Math.max(1, terms);
    if (this.#characters > maxCharacters) throw tooLarge('may not read so much text so often');
  }
}

/** How often a change looks at an element of its attribute, of which there are `present`; `terms` times each for a filter. */
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

function tooLarge(what: string): ScimError {
  return new ScimError(413, undefined, `a PATCH ${what}; send several`);
}
