import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { equalities } from '../../../src/scim/filter/equalities.ts';
import { compileFilter } from '../../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { printFilter } from '../../../src/scim/filter/print-filter.ts';
import { findName } from '../../../src/scim/schema/compile-schemas.ts';
import { isObject } from '../../../src/scim/resource.ts';
import { aRenderedUser, schemas } from '../samples.ts';
import { anyFilter } from './arbitrary.ts';

test('a printed filter is parsed as the same tree', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(parseFilter(printFilter(filter))).toEqual(filter);
    }),
  );
});

const piece = fc.oneof(
  fc.constantFrom('(', ')', '[', ']', '"', '\\', ' ', '.', 'eq', 'pr', 'and', 'or', 'not', 'emails', 'userName', 'true', ','),
  fc.string({ maxLength: 4 }),
);

test('any text gives a filter or a ScimError', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom('', ' '), (pieces, glue) => {
      try {
        parseFilter(pieces.join(glue));
      } catch (error) {
        expect(error).toBeInstanceOf(ScimError);
      }
    }),
  );
});

test('any filter on any resource gives a result or an invalidFilter', () => {
  const resource = fc.oneof(
    fc.constant(aRenderedUser()),
    fc.dictionary(
      fc.constantFrom('userName', 'emails', 'name', 'meta', 'active', '__proto__'),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
    ),
  );
  fc.assert(
    fc.property(anyFilter, resource, (filter, from) => {
      try {
        expect(typeof compileFilter(filter, schemas.user)(from)).toBe('boolean');
      } catch (error) {
        expect(error).toMatchObject({ scimType: 'invalidFilter' });
      }
    }),
  );
});

test('each equality names an attribute of the type, and is true for every match of the filter', () => {
  const user = aRenderedUser();
  const matching = fc.constantFrom(
    'userName eq "mira.SAND@contoso.test"',
    'emails[type eq "WORK"].value eq "mira.sand@contoso.test"',
    'emails[primary eq "True" and value eq "mira.sand@contoso.test"]',
    'manager eq "m-1"',
    'active eq "TRUE"',
    'not (userName eq "nobody")',
    '(id eq "u-1" or id eq "u-2")',
  );
  fc.assert(
    fc.property(fc.array(matching, { minLength: 1, maxLength: 4 }), (texts) => {
      const filter = parseFilter(texts.map((text) => `(${text})`).join(' and '));
      expect(compileFilter(filter, schemas.user)(user)).toBe(true);
      for (const { attribute, value } of equalities(filter, schemas.user)) {
        const again = parseFilter(`${attribute} eq ${JSON.stringify(value)}`);
        expect(findName(schemas.user, attribute.replace(/\[.*\]/, ''))).toSatisfy(isObject);
        expect(compileFilter(again, schemas.user)(user)).toBe(true);
      }
    }),
  );
});
