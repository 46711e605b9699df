// Finds the `eq` conditions of a filter that an index can serve.
import { textBoolean } from '../lenient/entra.ts';
import { findName, type Attribute, type ResourceSchema } from '../schema/compile-schemas.ts';
import { conjuncts, type Filter, type FilterValue } from './filter-tree.ts';

/** A condition that every resource matching the filter meets, so that an index can find the candidates. */
export interface Equality {
  /**
   * Canonical: `userName`, `externalId`, `id`, `emails.value`, `members.value`, `urn:…:User:manager.value`. With a condition on the type of
   * the same element: `emails[type eq "work"].value`, with the type in lower case.
   */
  readonly attribute: string;
  /** In the attribute's type; never null. Case is as in the filter, and matters only if the attribute is case-exact. */
  readonly value: string | number | boolean;
}

/**
 * The `eq` terms joined by `and` at the top level of a filter, including those within value paths. They are necessary, not sufficient:
 * candidates must still pass the compiled filter. Empty if there are none; never throws. Note: `active eq true` also matches a User without
 * `active`.
 */
export function equalities(filter: Filter, type: ResourceSchema): readonly Equality[] {
  return conjuncts(filter).flatMap((term) => {
    if (term.is === 'compare' && term.operator === 'eq') return equalityOf(partOf(type, term.attribute), term.value);
    if (term.is === 'values') return equalitiesOfElement(conjuncts(term.filter), type, term.attribute);
    return [];
  });
}

/**
 * The part that is compared if a filter names a whole attribute: the attribute itself, or `value` for a complex attribute; undefined if a
 * complex attribute has no `value`.
 */
export function comparedPart(attribute: Attribute): Attribute | undefined {
  return attribute.type === 'complex' ? attribute.subs.get('value') : attribute;
}

function equalitiesOfElement(terms: readonly Filter[], type: ResourceSchema, name: string): readonly Equality[] {
  const named = findName(type, name);
  if (named?.is !== 'attribute' || named.sub) return [];
  const { path, subs } = named.attribute;
  const parts = terms.flatMap((term) =>
    term.is === 'compare' && term.operator === 'eq' ? equalityOf(subs.get(term.attribute.toLowerCase()), term.value) : [],
  );
  const elementType = parts.find((part) => part.attribute === `${path}.type`)?.value;
  if (elementType === undefined) return parts;
  const selected = `${path}[type eq ${JSON.stringify(String(elementType).toLowerCase())}]`;
  const typed = parts.filter((part) => part.attribute !== `${path}.type`);
  return [...typed.map(({ attribute, value }) => ({ attribute: selected + attribute.slice(path.length), value })), ...parts];
}

function equalityOf(attribute: Attribute | undefined, value: FilterValue): readonly Equality[] {
  if (!attribute || value === null) return [];
  return [{ attribute: attribute.path, value: toAttributeType(attribute, value) }];
}

function toAttributeType(attribute: Attribute, value: string | number | boolean): string | number | boolean {
  if (attribute.type === 'boolean') return textBoolean(value) as string | boolean;
  if (attribute.type === 'integer' || attribute.type === 'decimal') return Number(value);
  return String(value);
}

function partOf(type: ResourceSchema, name: string): Attribute | undefined {
  const named = findName(type, name);
  return named?.is === 'attribute' ? (named.sub ?? comparedPart(named.attribute)) : undefined;
}
