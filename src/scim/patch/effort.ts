import { ScimError } from '../errors.ts';
import type { Filter } from '../filter/tree.ts';
import type { AttributePath } from '../path.ts';
import type { PatchOperation } from './operation.ts';

/** Attributes that one PATCH may be about, however they are packed into operations: the known clients send fewer than a hundred. */
const mostChanges = 1_000;

/** Looks at an element, each some 2 µs at most: a PATCH is applied while nothing else is. Entra's largest ones take a few hundred. */
const mostLooks = 250_000;

/** @throws {ScimError} 413 when there are too many changes for one PATCH. */
export function assertFewChanges(count: number): void {
  if (count > mostChanges) throw tooLarge(`may change ${mostChanges} attributes, this one is about more`);
}

/** Counts what a PATCH asks for, so that a body of a megabyte cannot keep everybody else waiting for minutes. */
export class Effort {
  #looks = 0;

  /** @throws {ScimError} 413 when this is more than one PATCH may ask for. */
  add(looks: number): void {
    this.#looks += looks;
    if (this.#looks > mostLooks) throw tooLarge('may not compare so many values with each other');
  }
}

/** How often a change looks at an element of its attribute, of which there are `present`. */
export function looksOf(
  { op, path: { attribute, filter }, raw }: { readonly op: PatchOperation['op']; readonly path: AttributePath; readonly raw: unknown },
  present: unknown,
): number {
  if (!attribute.multiValued) return 1;
  const elements = Array.isArray(present) ? present.length : 0;
  const given = Array.isArray(raw) ? raw.length : 1;
  if (filter) return elements * countTerms(filter) + given;
  return op === 'remove' ? elements * given : elements + given;
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
