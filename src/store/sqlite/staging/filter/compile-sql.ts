// Compiles a SCIM filter to SQL.
import { invalidFilter, quote } from '../../../../scim/errors.ts';
import { comparedPart } from '../../../../scim/filter/equalities.ts';
import { compileFilter } from '../../../../scim/filter/compile-filter.ts';
import type { Filter, ValuePath } from '../../../../scim/filter/filter-tree.ts';
import { findName, type Attribute, type ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';
import { join, sql, type SqlFragment } from './sql-fragment.ts';
import type { PartOf } from './attribute-location.ts';
import { absent, valueAt } from './sql-operand.ts';
import { extensionOf, type LocateAttribute } from './user-attributes.ts';
import { gatherAlternatives, type Alternatives } from './alternatives.ts';
import { compileAlternatives, compileSqlTest, present, presentWithin, type SqlTest } from './sql-value-test.ts';

/**
 * Max number of selects in one condition. Preparing each takes about 0.1 ms, during which no other request runs. Only filters of about
 * 10,000 characters reach this limit.
 */
const maxSelects = 400;

/**
 * Compiles a filter to a condition on one row, called `resource`: 1 for exactly those that `compileFilter` of the evaluator matches,
 * otherwise 0, never null.
 * @throws {ScimError} invalidFilter for a comparison that the attribute's type does not support, and for too many comparisons of
 * multi-valued attributes that are not alternatives of one attribute.
 */
export function compileSql(filter: Filter, type: ResourceSchema, locate: LocateAttribute): SqlFragment {
  // Validates the filter with the same error messages as the evaluator, including conditions that SQL would not evaluate.
  compileFilter(filter, type);
  const condition = compileNode(filter, type, locate);
  if (condition.text.split('(select').length - 1 > maxSelects) {
    throw invalidFilter('The filter has too many conditions on multi-valued attributes. Split it into several requests.');
  }
  return condition;
}

function compileNode(filter: Filter | Alternatives, type: ResourceSchema, locate: LocateAttribute): SqlFragment {
  switch (filter.is) {
    case 'and':
    case 'or':
      return join(
        filter.is,
        operands(filter).map((one) => compileNode(one, type, locate)),
      );
    case 'not':
      return sql`not (${compileNode(filter.filter, type, locate)})`;
    case 'present':
    case 'compare':
    case 'alternatives':
      return compileTerm(filter, type, locate);
    case 'values':
      return compileValuePath(filter, type, locate);
  }
}

type Term = Extract<Filter, { readonly is: 'present' | 'compare' }> | Alternatives;

function operands({ is, filters }: Extract<Filter, { readonly is: 'and' | 'or' }>): readonly (Filter | Alternatives)[] {
  return is === 'or' ? gatherAlternatives(filters) : filters;
}

function compileTerm(term: Term, type: ResourceSchema, locate: LocateAttribute): SqlFragment {
  const named = findName(type, term.attribute);
  if (named?.is === 'extension') return toTest(term, undefined)(valueAt(extensionOf(named.extension.urn), '$'));
  if (named?.is !== 'attribute') return toTest(term, undefined)(absent);
  const location = locate(named);
  const { attribute, sub } = named;
  if (sub) return location.anyPart(sub, toTest(term, sub), isKey(term, sub));
  if (attribute.type !== 'complex' || term.is === 'present') return location.any(toTest(term, attribute));
  const part = comparedPart(attribute);
  if (!part) throw invalidFilter(`${quote(term.attribute)} is a complex attribute. Compare one of its sub-attributes.`);
  return location.anyPart(part, toTest(term, part), isKey(term, part));
}

/** One element must match the whole inner filter. */
function compileValuePath({ attribute: name, filter }: ValuePath, type: ResourceSchema, locate: LocateAttribute): SqlFragment {
  const named = findName(type, name);
  if (named?.is !== 'attribute') return sql`0`;
  const { subs } = named.attribute;
  return locate(named).anyObject((partOf) => compileInner(filter, subs, partOf), isKeyed(filter));
}

function compileInner(filter: Filter | Alternatives, subs: Attribute['subs'], partOf: PartOf): SqlFragment {
  switch (filter.is) {
    case 'and':
    case 'or':
      return join(
        filter.is,
        operands(filter).map((one) => compileInner(one, subs, partOf)),
      );
    case 'not':
      return sql`not (${compileInner(filter.filter, subs, partOf)})`;
    case 'present':
    case 'compare':
    case 'alternatives': {
      const sub = subs.get(filter.attribute.toLowerCase());
      return toTest(filter, sub)(sub === undefined ? absent : partOf(sub));
    }
    case 'values':
      // A sub-attribute has no sub-attributes (RFC 7643 §2.3.8), so nothing matches in the evaluator.
      return sql`0`;
  }
}

function toTest(term: Term, attribute: Attribute | undefined): SqlTest {
  switch (term.is) {
    case 'present':
      return attribute === undefined || attribute.type === 'complex' ? presentWithin : present;
    case 'compare':
      return compileSqlTest(attribute, term.operator, term.value);
    case 'alternatives':
      return compileAlternatives(attribute, term.terms);
  }
}

/** True if a comparison identifies one member, by its `value`. */
function isKey(term: Term, sub: Attribute): boolean {
  if (sub.name !== 'value') return false;
  return term.is === 'alternatives' ? term.terms.every(isEquality) : isEquality(term);
}

function isEquality(term: Filter): boolean {
  return term.is === 'compare' && term.operator === 'eq' && term.value !== null;
}

function isKeyed(inner: Filter): boolean {
  if (inner.is === 'and') return inner.filters.some(isKeyed);
  if (inner.is === 'or') return inner.filters.every(isKeyed);
  return inner.is === 'compare' && inner.attribute.toLowerCase() === 'value' && isEquality(inner);
}
