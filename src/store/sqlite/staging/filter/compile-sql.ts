import { invalidFilter, quote } from '../../../../scim/errors.ts';
import { comparedPart } from '../../../../scim/filter/equalities.ts';
import { compileFilter } from '../../../../scim/filter/evaluate.ts';
import { conjuncts } from '../../../../scim/filter/tree.ts';
import type { Filter, ValuePath } from '../../../../scim/filter/tree.ts';
import { findName } from '../../../../scim/schema/compile.ts';
import type { Attribute, ResourceSchema } from '../../../../scim/schema/compile.ts';
import { join, sql } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import type { PartOf } from './holder.ts';
import { absent, valueAt } from './operand.ts';
import { extensionOf } from './user-holders.ts';
import type { FindHolder } from './user-holders.ts';
import { gatherEqualities } from './one-of.ts';
import type { OneOf } from './one-of.ts';
import { compileOneOf, compileSqlTest, present } from './value-test.ts';
import type { SqlTest } from './value-test.ts';

/**
 * A filter as a condition on one row, called `resource`: 1 for exactly those that `compileFilter` of the evaluator picks, else 0, never
 * null. Only what depends on the address that the client uses (`$ref` of Groups and members, `meta.location`) is absent here.
 * @throws {ScimError} invalidFilter for a comparison that the attribute's type does not have.
 */
export function compileSql(filter: Filter, type: ResourceSchema, holderOf: FindHolder): Fragment {
  // The same complaints in the same words, also where a condition would not be looked at.
  compileFilter(filter, type);
  return compileNode(filter, type, holderOf);
}

function compileNode(filter: Filter | OneOf, type: ResourceSchema, holderOf: FindHolder): Fragment {
  switch (filter.is) {
    case 'and':
    case 'or':
      return join(
        filter.is,
        operands(filter).map((one) => compileNode(one, type, holderOf)),
      );
    case 'not':
      return sql`not (${compileNode(filter.filter, type, holderOf)})`;
    case 'present':
    case 'compare':
    case 'oneOf':
      return compileTerm(filter, type, holderOf);
    case 'values':
      return compileValuePath(filter, type, holderOf);
  }
}

type Term = Extract<Filter, { readonly is: 'present' | 'compare' }> | OneOf;

function operands({ is, filters }: Extract<Filter, { readonly is: 'and' | 'or' }>): readonly (Filter | OneOf)[] {
  return is === 'or' ? gatherEqualities(filters) : filters;
}

function compileTerm(term: Term, type: ResourceSchema, holderOf: FindHolder): Fragment {
  const named = findName(type, term.attribute);
  if (named?.is === 'extension') return toTest(term, undefined)(valueAt(extensionOf(named.extension.urn), '$'));
  if (named?.is !== 'attribute') return toTest(term, undefined)(absent);
  const holder = holderOf(named);
  const { attribute, sub } = named;
  if (sub) return holder.anyPart(sub, toTest(term, sub), isKey(term, sub));
  if (attribute.type !== 'complex' || term.is === 'present') return holder.any(toTest(term, attribute));
  const part = comparedPart(attribute);
  if (!part) throw invalidFilter(`${quote(term.attribute)} cannot be compared as a whole`);
  return holder.anyPart(part, toTest(term, part), isKey(term, part));
}

/** One element has to fulfil the whole inner filter. */
function compileValuePath({ attribute: name, filter }: ValuePath, type: ResourceSchema, holderOf: FindHolder): Fragment {
  const named = findName(type, name);
  if (named?.is !== 'attribute') return sql`0`;
  const { subs } = named.attribute;
  const keyed = conjuncts(filter).some((term) => {
    const sub = term.is === 'compare' ? subs.get(term.attribute.toLowerCase()) : undefined;
    return sub !== undefined && term.is === 'compare' && isKey(term, sub);
  });
  return holderOf(named).anyObject((partOf) => compileInner(filter, subs, partOf), keyed);
}

function compileInner(filter: Filter | OneOf, subs: Attribute['subs'], partOf: PartOf): Fragment {
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
    case 'oneOf': {
      const sub = subs.get(filter.attribute.toLowerCase());
      return toTest(filter, sub)(sub === undefined ? absent : partOf(sub));
    }
    case 'values':
      // A part has no parts (RFC 7643 §2.3.8), so the evaluator knows none that matches.
      return sql`0`;
  }
}

function toTest(term: Term, attribute: Attribute | undefined): SqlTest {
  switch (term.is) {
    case 'present':
      return present;
    case 'compare':
      return compileSqlTest(attribute, term.operator, term.value);
    case 'oneOf':
      return compileOneOf(attribute, term.values);
  }
}

/** A member is known by its `value`. */
function isKey(term: Term, sub: Attribute): boolean {
  if (sub.name !== 'value') return false;
  return term.is === 'oneOf' || (term.is === 'compare' && term.operator === 'eq' && term.value !== null);
}
