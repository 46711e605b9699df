import * as fc from 'fast-check';
import type { CompareOperator, Filter } from '../../../src/scim/filter/filter-tree.ts';

const value = fc.oneof(
  fc.string({ maxLength: 12, unit: 'grapheme' }),
  fc.constantFrom('work', 'True', 'mira.sand', '2026-01-31T08:30:00Z', '"\\'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.boolean(),
  fc.constant(null),
);
const operator = fc.constantFrom<CompareOperator>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

function terms(names: fc.Arbitrary<string>): fc.Arbitrary<Filter> {
  return fc.oneof(
    fc.record({ is: fc.constant('compare' as const), attribute: names, operator, value }),
    fc.record({ is: fc.constant('present' as const), attribute: names }),
  );
}

function joined(term: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      term,
      fc.record({ is: fc.constant('not' as const), filter: tie('filter') }),
      fc.record({ is: fc.constantFrom('and' as const, 'or' as const), filters: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }) }),
    ),
  })).filter;
}

/** Filters with names of all kinds, in the User schema and unknown, and with value paths. */
export const anyFilter: fc.Arbitrary<Filter> = joined(
  fc.oneof(
    terms(
      fc.constantFrom(
        'userName',
        'USERNAME',
        'active',
        'emails',
        'emails.value',
        'name.familyName',
        'meta.created',
        'manager',
        'x509Certificates.value',
        'not',
        'and',
        'eq',
        'unknown.thing',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
        'urn:none:Thing:attr',
      ),
    ),
    fc.record({
      is: fc.constant('values' as const),
      attribute: fc.constantFrom('emails', 'addresses', 'manager', 'unknown'),
      filter: joined(terms(fc.constantFrom('type', 'value', 'primary', '$ref', 'unknown'))),
    }),
  ),
);
