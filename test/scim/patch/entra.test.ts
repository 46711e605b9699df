import { describe, expect, it, test } from 'vitest';
import { applyPatch } from '../../support/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { ScimUser } from '../../../src/scim/resource.ts';
import { aUser, enterpriseUserUrn, errorOf, schemas } from '../samples.ts';

function patch(user: ScimUser, ...operations: object[]): ScimUser {
  return applyPatch(user, parsePatch({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }), schemas);
}

const bare: ScimUser = { userName: 'mira.sand@contoso.test' };

// docs/entra-facts.md#patch-by-default
test('a PATCH in the default format of Entra has capital operations, value paths and text booleans', () => {
  const user = patch(
    bare,
    { op: 'Replace', path: 'displayName', value: 'Mira Sand-Oh' },
    { op: 'Replace', path: 'name.familyName', value: 'Sand-Oh' },
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'mira.oh@contoso.test' },
    { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+43 1 555 0100' },
    { op: 'Add', path: 'addresses[type eq "work"].formatted', value: 'B2/102' },
    { op: 'Replace', path: `${enterpriseUserUrn}:department`, value: 'QA' },
    { op: 'Replace', path: 'active', value: 'False' },
  );
  expect(user).toEqual({
    userName: 'mira.sand@contoso.test',
    displayName: 'Mira Sand-Oh',
    name: { familyName: 'Sand-Oh' },
    emails: [{ type: 'work', value: 'mira.oh@contoso.test' }],
    phoneNumbers: [{ type: 'mobile', value: '+43 1 555 0100' }],
    addresses: [{ type: 'work', formatted: 'B2/102' }],
    [enterpriseUserUrn]: { department: 'QA' },
    active: false,
  });
});

// docs/entra-facts.md#patch-with-the-flag
test('a PATCH in the format of aadOptscim062020 has dotted and URN keys without a path', () => {
  const user = patch(
    aUser(),
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'mira.oh@contoso.test' },
    {
      op: 'replace',
      value: {
        displayName: 'Mira Sand-Oh',
        'name.givenName': 'Mira',
        'name.familyName': 'Sand-Oh',
        externalId: 'mira.oh',
        [`${enterpriseUserUrn}:employeeNumber`]: '4712',
      },
    },
  );
  expect(user).toEqual(
    aUser({
      displayName: 'Mira Sand-Oh',
      name: { formatted: 'Mira Sand', familyName: 'Sand-Oh', givenName: 'Mira' },
      externalId: 'mira.oh',
      emails: [
        { type: 'work', value: 'mira.oh@contoso.test', primary: true },
        { type: 'home', value: 'mira@example.org' },
      ],
      [enterpriseUserUrn]: { ...aUser()[enterpriseUserUrn], employeeNumber: '4712' },
    }),
  );
});

describe('a single operation of Entra', () => {
  test.each<[string, object, Partial<ScimUser>]>([
    ['boolean active', { op: 'replace', path: 'active', value: false }, { active: false }],
    ['lower-case text boolean', { op: 'Replace', path: 'active', value: 'false' }, { active: false }],
    [
      'capital name of a sub-attribute',
      { op: 'Add', path: 'emails[type eq "other"].Value', value: 'x' },
      { emails: [{ type: 'other', value: 'x' }] },
    ],
    [
      'capital sub-attribute of an address',
      { op: 'Add', path: 'addresses[type eq "other"].Formatted', value: 'x' },
      { addresses: [{ type: 'other', formatted: 'x' }] },
    ],
    ['another case of an attribute', { op: 'Replace', path: 'DISPLAYNAME', value: 'x' }, { displayName: 'x' }],
    ['core URN before a name', { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'x' }, { title: 'x' }],
    [
      'dot after a URN',
      { op: 'replace', path: `${enterpriseUserUrn}.department`, value: 'x' },
      { [enterpriseUserUrn]: { department: 'x' } },
    ],
    ['filter by primary', { op: 'add', path: 'emails[primary eq true].value', value: 'x' }, { emails: [{ primary: true, value: 'x' }] }],
    [
      'filter by text boolean',
      { op: 'add', path: 'roles[primary eq "True"].display', value: 'x' },
      { roles: [{ primary: true, display: 'x' }] },
    ],
    [
      'two terms',
      { op: 'replace', path: 'emails[type eq "work" and primary eq true].value', value: 'x' },
      { emails: [{ type: 'work', primary: true, value: 'x' }] },
    ],
    [
      'text boolean for primary',
      { op: 'add', path: 'emails[type eq "work"].primary', value: 'True' },
      { emails: [{ type: 'work', primary: true }] },
    ],
    [
      'extension by its URN without a path',
      { op: 'add', value: { [enterpriseUserUrn]: { Department: 'x' } } },
      { [enterpriseUserUrn]: { department: 'x' } },
    ],
    ['value path as a key', { op: 'add', value: { 'emails[type eq "work"].value': 'x' } }, { emails: [{ type: 'work', value: 'x' }] }],
    ['nested name without a path', { op: 'replace', value: { name: { GivenName: 'x' } } }, { name: { givenName: 'x' } }],
    ['core URN as a key', { op: 'replace', value: { 'urn:ietf:params:scim:schemas:core:2.0:User:title': 'x' } }, { title: 'x' }],
    [
      'unquoted literal in brackets',
      { op: 'add', path: 'emails[type eq work].value', value: 'x' },
      { emails: [{ type: 'work', value: 'x' }] },
    ],
    ['blanks in brackets', { op: 'add', path: 'emails[ type  eq  "work" ].value', value: 'x' }, { emails: [{ type: 'work', value: 'x' }] }],
    [
      'an element with an empty sub-attribute',
      { op: 'add', path: 'emails[type eq "work"]', value: { value: 'x', display: '' } },
      { emails: [{ type: 'work', value: 'x' }] },
    ],
    ['plain text for an element', { op: 'add', path: 'emails', value: 'x' }, { emails: [{ value: 'x' }] }],
  ])('is applied: %s', (_, operation, expected) => {
    expect(patch(bare, operation)).toEqual({ ...bare, ...expected });
  });

  it('keeps the format of a telephone number', () => {
    expect(
      patch(bare, { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: ' +43 (1) 555-01 00 ' }).phoneNumbers?.[0]?.value,
    ).toBe(' +43 (1) 555-01 00 ');
  });

  test.each([
    [{ op: 'Replace', path: 'nonsense', value: 'x' }],
    [{ op: 'Replace', path: 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:tag', value: 'x' }],
    [{ op: 'Add', value: { nonsense: 'x', 'urn:none:User': { tag: 'x' }, 'nonsense[type eq "x"].y': 1 } }],
    [{ op: 'Add', path: 'emails[type eq "home"].nonsense', value: 'x' }],
    [{ op: 'Remove', path: 'nonsense.part' }],
    [{ op: 'Replace', value: { id: 'x', meta: { version: 'x' }, groups: [], schemas: [] } }],
    [{ op: 'add', path: 'schemas', value: [enterpriseUserUrn] }],
    [{ op: 'replace', path: 'password', value: 'secret' }],
  ])('%j is ignored and not refused', (operation) => {
    const user = aUser();
    expect(patch(user, operation)).toBe(user);
  });
});

// docs/entra-facts.md#manager
describe('the manager', () => {
  const path = `${enterpriseUserUrn}:manager`;
  const boss = { value: 'm-2' };

  test.each([
    [{ op: 'Add', path, value: 'm-2' }, boss],
    [
      { op: 'Add', path: 'manager', value: [{ $ref: 'https://x.test/Users/m-2', value: 'm-2' }] },
      { $ref: 'https://x.test/Users/m-2', value: 'm-2' },
    ],
    [{ op: 'Add', path: 'manager', value: [{ $ref: null, value: 'm-2' }] }, boss],
    [{ op: 'Replace', path, value: { value: 'm-2' } }, boss],
    [{ op: 'Replace', path, value: { Value: 'm-2', displayName: 'Boss' } }, boss],
    [{ op: 'Replace', path: `${path}.value`, value: 'm-2' }, boss],
    [{ op: 'Replace', path: `${enterpriseUserUrn}.manager`, value: 'm-2' }, boss],
    [{ op: 'replace', value: { manager: 'm-2' } }, boss],
    [{ op: 'replace', value: { [path]: 'm-2' } }, boss],
    [{ op: 'replace', value: { [enterpriseUserUrn]: { manager: { value: 'm-2' } } } }, boss],
    [{ op: 'replace', path, value: '' }, undefined],
    [{ op: 'Replace', path: 'manager', value: '' }, undefined],
    [{ op: 'replace', path, value: { value: '' } }, undefined],
    [{ op: 'replace', path, value: null }, undefined],
    [{ op: 'replace', path }, undefined],
    [{ op: 'replace', path, value: [] }, undefined],
    [{ op: 'Add', path, value: '' }, undefined],
    [{ op: 'Remove', path }, undefined],
    [{ op: 'Remove', path: 'manager' }, undefined],
    [{ op: 'Remove', path, value: [{ value: 'm-1' }] }, undefined],
  ])('is read from %j', (operation, expected) => {
    expect(patch(aUser(), operation)[enterpriseUserUrn]?.manager).toEqual(expected);
  });
});

// docs/entra-facts.md#app-roles
describe('roles', () => {
  const role = JSON.stringify({ id: '1f0c7d5e', value: 'Editor', displayName: 'The Editor' });

  it('may be JSON within JSON, and a second add has no effect', () => {
    const add = { op: 'Add', path: 'roles', value: [{ value: role }] };
    const user = patch(bare, add);
    expect(user.roles).toEqual([{ value: 'Editor', display: 'The Editor' }]);
    expect(patch(user, add)).toBe(user);
  });

  it('are replaced as a set, with displayName as display', () => {
    const value = [{ primary: false, type: 'WindowsAzureActiveDirectoryRole', displayName: 'Editor', value: 'Editor' }];
    expect(patch(aUser({ roles: [{ value: 'Reader' }] }), { op: 'replace', path: 'roles', value }).roles).toEqual([
      { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Editor', value: 'Editor' },
    ]);
  });

  it('that only look like JSON stay text', () => {
    expect(patch(bare, { op: 'Add', path: 'roles', value: [{ value: '{Editor' }, { value: '{"a":1}' }] }).roles).toEqual([
      { value: '{Editor' },
      { value: '{"a":1}' },
    ]);
  });
});

// docs/entra-facts.md#clearing-with-empty-text
test.each([[''], [null]])('the null test: %j clears every attribute, and does nothing when all are empty', (value) => {
  const paths = ['displayName', 'name.givenName', 'name.familyName', 'name.formatted', 'externalId', 'active', 'title'];
  const more = [
    'emails[type eq "work"].value',
    'emails[type eq "home"].value',
    'phoneNumbers[type eq "fax"].value',
    `${enterpriseUserUrn}:manager`,
  ];
  const rest = [`${enterpriseUserUrn}:department`, `${enterpriseUserUrn}:employeeNumber`];
  const operations = [...paths, ...more, ...rest].map((path) => ({ op: 'replace', path, value }));
  const cleared = patch(aUser(), ...operations);
  expect(cleared).toEqual({ userName: 'Mira.Sand@contoso.test' });
  expect(patch(cleared, ...operations)).toBe(cleared);
});

test('an element whose sub-attribute is cleared keeps the others', () => {
  const user = aUser({ addresses: [{ type: 'work', formatted: 'B2/101', locality: 'Graz' }] });
  expect(patch(user, { op: 'replace', path: 'addresses[type eq "work"].formatted', value: '' }).addresses).toEqual([
    { type: 'work', locality: 'Graz' },
  ]);
});

// docs/entra-facts.md#removing-members
test('remove with a value removes only the listed elements', () => {
  const listed = patch(aUser(), { op: 'Remove', path: 'emails', value: [{ value: 'mira@example.org' }] });
  expect(listed.emails?.map((email) => email.type)).toEqual(['work']);
  const user = aUser();
  expect(patch(user, { op: 'Remove', path: 'emails', value: [] })).toBe(user);
  expect(patch(user, { op: 'Remove', path: 'emails', value: [{ value: 'mira@example.org', type: 'work' }] })).toBe(user);
  expect(patch(user, { op: 'Remove', path: 'emails', value: null })).not.toHaveProperty('emails');
});

// docs/entra-facts.md#patch-creates-elements
test('the SCIM Validator can add one sub-attribute after another to absent elements', () => {
  const parts = ['value', 'display', 'type'].map((part) => ({ op: 'add', path: `roles[primary eq "True"].${part}`, value: part }));
  const emails = [
    { op: 'add', path: 'emails[type eq "work"].primary', value: true },
    { op: 'add', path: 'emails[type eq "work"].value', value: 'x' },
  ];
  expect(patch(bare, ...parts, ...emails)).toEqual({
    ...bare,
    roles: [{ primary: true, value: 'value', display: 'display', type: 'type' }],
    emails: [{ type: 'work', primary: true, value: 'x' }],
  });
});

// docs/platform-facts.md#scim-libraries
describe('a path that SCIM libraries parse incorrectly', () => {
  test.each([['__proto__.x'], ['__proto__'], ['constructor.prototype.x'], ['emails[type eq "x"].__proto__'], ['name.__proto__.x']])(
    '%s is an invalidPath',
    (path) => {
      expect(errorOf(() => patch(aUser(), { op: 'add', path, value: { polluted: true } }))).toMatchObject({ scimType: 'invalidPath' });
      expect('polluted' in {}).toBe(false);
    },
  );

  test.each([['constructor'], ['toString'], ['hasOwnProperty'], ['name.constructor']])('%s is an unknown attribute', (path) => {
    const user = aUser();
    expect(patch(user, { op: 'add', path, value: { polluted: true } })).toBe(user);
  });
});
