import { expect, test } from 'vitest';
import { equalities } from '../../../src/scim/filter/equalities.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { enterpriseUserUrn, schemas } from '../samples.ts';

test.each([
  ['USERNAME eq "Bob"', [{ attribute: 'userName', value: 'Bob' }]],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "Bob"', [{ attribute: 'userName', value: 'Bob' }]],
  [
    'id eq 7c1e and manager eq 90ab',
    [
      { attribute: 'id', value: '7c1e' },
      { attribute: `${enterpriseUserUrn}:manager.value`, value: '90ab' },
    ],
  ],
  ['employeeNumber eq 4711', [{ attribute: `${enterpriseUserUrn}:employeeNumber`, value: '4711' }]],
  ['active eq "True"', [{ attribute: 'active', value: true }]],
  ['emails.value eq "x"', [{ attribute: 'emails.value', value: 'x' }]],
  ['emails eq "x"', [{ attribute: 'emails.value', value: 'x' }]],
  [
    'emails[type eq "Work"].value eq "x"',
    [
      { attribute: 'emails[type eq "work"].value', value: 'x' },
      { attribute: 'emails.type', value: 'Work' },
      { attribute: 'emails.value', value: 'x' },
    ],
  ],
  ['emails[value eq "x"]', [{ attribute: 'emails.value', value: 'x' }]],
  [
    'userName eq "a" and (externalId eq "b" and title co "c")',
    [
      { attribute: 'userName', value: 'a' },
      { attribute: 'externalId', value: 'b' },
    ],
  ],
  ['userName eq "a" and title ne "c"', [{ attribute: 'userName', value: 'a' }]],
  ['userName eq "a" or externalId eq "b"', []],
  ['not (userName eq "a")', []],
  ['userName sw "a"', []],
  ['title eq null', []],
  ['unknown eq "a"', []],
  ['emails[value eq "x" or type eq "work"]', []],
])('%s has its equalities', (text, expected) => {
  expect(equalities(parseFilter(text), schemas.user)).toEqual(expected);
});

test.each([['members eq "u-1"'], ['members.value eq "u-1"'], ['members[value eq "u-1"]'], ['Members eq u-1']])(
  '%s of a Group compares members.value',
  (text) => {
    expect(equalities(parseFilter(text), schemas.group)).toEqual([{ attribute: 'members.value', value: 'u-1' }]);
  },
);
