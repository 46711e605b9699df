import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { applyPatch } from '../../support/apply-patch.ts';
import type { PatchOperation } from '../../../src/scim/patch/patch-operation.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../../src/scim/patch/reduce-group.ts';
import { aUser, enterpriseUserUrn, schemas } from '../samples.ts';

const path = fc.oneof(
  fc.constantFrom(
    'userName',
    'title',
    'active',
    'name',
    'name.familyName',
    'emails',
    'emails.value',
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'emails[primary eq true].value',
    'emails[value co "m"].primary',
    'addresses[type eq "work"].locality',
    'roles',
    'manager',
    `${enterpriseUserUrn}:department`,
    enterpriseUserUrn,
    'members',
    'members[value eq "u-1"]',
    '__proto__.x',
    'constructor.prototype',
  ),
  fc.string({ maxLength: 8 }),
);
const key = fc.oneof(path, fc.constantFrom('__proto__', 'constructor', 'value', 'type', 'primary', 'display'));
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('', null, 'x', 'work', 'True', '{"value":"y"}', true, false, 7, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove', 'Remove', 'bogus'), path: fc.oneof(path, value), value },
  { requiredKeys: ['op'] },
);

function onlyScimErrors(act: () => void): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ScimError);
  }
}

test('any body throws only a ScimError, leaves the User unchanged and touches no prototype', () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype).length;
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 4 }), (Operations) => {
      const user = aUser();
      // Converted through text, so that "__proto__" is a normal key, as in a request.
      const body: unknown = JSON.parse(JSON.stringify({ Operations }));
      onlyScimErrors(() => {
        const patched = applyPatch(user, parsePatch(body), schemas);
        expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
        expect(Object.keys(patched).filter((name) => name === '__proto__' || name === 'constructor')).toEqual([]);
        expect(patched.userName.trim()).not.toBe('');
      });
      onlyScimErrors(() => reduceGroupPatch(parsePatch(body), schemas).change?.({ displayName: 'Lab' }));
      expect(user).toEqual(aUser());
      expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(inherited);
    }),
    { numRuns: 2_000 },
  );
});

const idempotent: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({
    op: fc.constant('replace' as const),
    path: fc.constantFrom('title', 'name.familyName', `${enterpriseUserUrn}:department`),
    value: fc.constantFrom('a', 'b', ''),
  }),
  fc.record({
    op: fc.constantFrom('add' as const, 'replace' as const),
    path: fc.constantFrom('emails[type eq "work"].value', 'emails[type eq "new"].value'),
    value: fc.constantFrom('a', 'b', null),
  }),
  fc.record({
    op: fc.constant('add' as const),
    path: fc.constant('phoneNumbers'),
    value: fc.constantFrom([{ value: '1', type: 'work' }], [{ value: '2' }]),
  }),
  fc.record({ op: fc.constant('remove' as const), path: fc.constantFrom('title', 'emails[type eq "home"]', 'manager') }),
);

test('an operation applied twice has the effect of one, and returns the same object the second time', () => {
  fc.assert(
    fc.property(fc.array(idempotent, { maxLength: 3 }), idempotent, (before, last) => {
      const once = applyPatch(aUser(), [...before, last], schemas);
      expect(applyPatch(once, [last], schemas)).toBe(once);
    }),
  );
});
