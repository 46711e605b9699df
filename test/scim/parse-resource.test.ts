import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ScimError } from '../../src/scim/errors.ts';
import { isActive } from '../../src/scim/resource.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../src/scim/schema/definition.ts';
import { parseGroup, parseUser } from '../../src/scim/parse-resource.ts';
import { enterpriseUserUrn, errorOf, schemas } from './samples.ts';

// docs/entra-facts.md#creating-people
describe('a User body (RFC 7644 §3.3)', () => {
  it('is read as Entra sends it', () => {
    const user = parseUser(
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUserUrn],
        externalId: 'mira.sand',
        userName: 'mira.sand@contoso.test',
        active: true,
        displayName: 'Mira Sand',
        name: { formatted: 'Mira Sand', givenName: 'Mira', familyName: 'Sand' },
        emails: [{ primary: true, type: 'work', value: 'mira.sand@contoso.test' }],
        addresses: [{ type: 'work', formatted: 'B2/101', locality: 'Graz', country: 'AT' }],
        [enterpriseUserUrn]: { department: 'Lab', employeeNumber: '4711' },
        roles: [],
        meta: { resourceType: 'User' },
      },
      schemas,
    );
    expect(user).toEqual({
      externalId: 'mira.sand',
      userName: 'mira.sand@contoso.test',
      active: true,
      displayName: 'Mira Sand',
      name: { formatted: 'Mira Sand', givenName: 'Mira', familyName: 'Sand' },
      emails: [{ primary: true, type: 'work', value: 'mira.sand@contoso.test' }],
      addresses: [{ type: 'work', formatted: 'B2/101', locality: 'Graz', country: 'AT' }],
      [enterpriseUserUrn]: { department: 'Lab', employeeNumber: '4711' },
    });
  });

  test.each<[string, object, object]>([
    ['capital names', { USERNAME: 'u', Emails: [{ Primary: true, VALUE: 'x' }] }, { emails: [{ primary: true, value: 'x' }] }],
    [
      'capitals in the extension',
      { [enterpriseUserUrn]: { Department: 'Lab', Manager: { Value: 'm' } } },
      { [enterpriseUserUrn]: { department: 'Lab', manager: { value: 'm' } } },
    ],
    [
      'the URN in another case',
      { [enterpriseUserUrn.toUpperCase()]: { department: 'Lab' } },
      { [enterpriseUserUrn]: { department: 'Lab' } },
    ],
    [
      'text booleans',
      { active: 'True', emails: [{ value: 'x', primary: 'False' }] },
      { active: true, emails: [{ value: 'x', primary: false }] },
    ],
    ['nulls', { title: null, addresses: null, name: { givenName: null, familyName: 'Sand' } }, { name: { familyName: 'Sand' } }],
    ['only nulls', { name: { givenName: null }, emails: [{ value: null }], [enterpriseUserUrn]: { manager: null } }, {}],
    ['empty values', { title: '', name: {}, emails: [], [enterpriseUserUrn]: {}, roles: [{}] }, {}],
    [
      'read-only attributes',
      { id: 'x', meta: { version: '1' }, groups: [{ value: 'g' }], [enterpriseUserUrn]: { manager: { value: 'm', displayName: 'Boss' } } },
      { [enterpriseUserUrn]: { manager: { value: 'm' } } },
    ],
    ['a password', { password: 'secret' }, {}],
    [
      'unknown attributes',
      { adreses: [], 'urn:none:User': { x: 1 }, emails: [{ value: 'x', y: { z: [] } }] },
      { emails: [{ value: 'x' }] },
    ],
    [
      'an extension that schemas does not list',
      { schemas: [], [enterpriseUserUrn]: { division: 'R&D' } },
      { [enterpriseUserUrn]: { division: 'R&D' } },
    ],
    [
      'two work addresses',
      {
        emails: [
          { type: 'work', value: 'a' },
          { type: 'work', value: 'b' },
        ],
      },
      {
        emails: [
          { type: 'work', value: 'a' },
          { type: 'work', value: 'b' },
        ],
      },
    ],
    ['manager as text', { [enterpriseUserUrn]: { manager: 'm' } }, { [enterpriseUserUrn]: { manager: { value: 'm' } } }],
    ['an empty manager', { [enterpriseUserUrn]: { manager: '', division: 'x' } }, { [enterpriseUserUrn]: { division: 'x' } }],
    ['a manager without the extension URN', { manager: { value: 'm' } }, { [enterpriseUserUrn]: { manager: { value: 'm' } } }],
    ['dotted names', { 'name.givenName': 'Mira', 'name.familyName': 'Sand' }, { name: { givenName: 'Mira', familyName: 'Sand' } }],
    ['URNs before names', { [`${enterpriseUserUrn}:costCenter`]: '7' }, { [enterpriseUserUrn]: { costCenter: '7' } }],
    ['a single element', { emails: { value: 'x' }, roles: 'Editor' }, { emails: [{ value: 'x' }], roles: [{ value: 'Editor' }] }],
    [
      'text with blanks and special letters',
      { phoneNumbers: [{ value: ' +43 (1)/555 ' }], title: 'Ä\u0001"' },
      { phoneNumbers: [{ value: ' +43 (1)/555 ' }], title: 'Ä\u0001"' },
    ],
    ['a certificate', { x509Certificates: [{ value: 'MIIB+/8=' }] }, { x509Certificates: [{ value: 'MIIB+/8=' }] }],
  ])('is read with %s', (_, body, expected) => {
    expect(parseUser({ userName: 'u', ...body }, schemas)).toEqual({ userName: 'u', ...expected });
  });

  test.each<[unknown, string, RegExp]>([
    [undefined, 'invalidSyntax', /JSON object/],
    [[], 'invalidSyntax', /JSON object/],
    ['x', 'invalidSyntax', /JSON object/],
    [{}, 'invalidValue', /^userName is required/],
    [{ userame: 'u' }, 'invalidValue', /^userName is required/],
    [{ userName: '' }, 'invalidValue', /^userName is required/],
    [{ userName: ' ' }, 'invalidValue', /^userName is required/],
    [{ userName: null }, 'invalidValue', /^userName is required/],
    [{ userName: 7 }, 'invalidValue', /^userName must be a string, not a number/],
    [{ userName: 'u', displayName: { a: 1 } }, 'invalidValue', /^displayName must be a string, not an object/],
    [{ userName: 'u', active: 'yes' }, 'invalidValue', /^active must be true or false/],
    [{ userName: 'u', active: 1 }, 'invalidValue', /^active must be true or false/],
    [{ userName: 'u', name: 'Mira' }, 'invalidValue', /^name must be an object, not a string/],
    [{ userName: 'u', emails: [7] }, 'invalidValue', /^emails must be an object/],
    [{ userName: 'u', emails: [{ value: true }] }, 'invalidValue', /^emails\.value must be a string/],
    [
      {
        userName: 'u',
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: 'true' },
        ],
      },
      'invalidValue',
      /^emails has several .* primary/,
    ],
    [{ userName: 'u', [enterpriseUserUrn]: 'Lab' }, 'invalidValue', /enterprise:2\.0:User must be an object/],
    [
      { userName: 'u', [enterpriseUserUrn]: { department: ['a', 'b'] } },
      'invalidValue',
      /:department must be a string, not several values/,
    ],
    [{ userName: 'u', x509Certificates: [{ value: '<xml>' }] }, 'invalidValue', /^x509Certificates\.value must be a base64/],
    [{ userName: 'u', 'emails.value': 'x' }, 'invalidValue', /^emails\.value cannot be sent separately/],
  ])('%j is refused', (body, scimType, detail) => {
    expect(errorOf(() => parseUser(body, schemas))).toEqual({ status: 400, scimType, detail: expect.stringMatching(detail) as string });
  });

  it('shares no objects with the parsed result', () => {
    const emails = [{ value: 'x' }];
    const user = parseUser({ userName: 'u', emails }, schemas);
    emails.push({ value: 'y' });
    expect(user.emails).toEqual([{ value: 'x' }]);
  });

  it('may be nested to any depth in unknown attributes', () => {
    const depth = 200_000;
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect(parseUser({ userName: 'u', deep, emails: [{ value: 'x', deep }] }, schemas)).toEqual({
      userName: 'u',
      emails: [{ value: 'x' }],
    });
    expect(errorOf(() => parseUser({ userName: 'u', title: deep }, schemas))).toMatchObject({ scimType: 'invalidValue' });
  });
});

test('a declared extension is read by its types', () => {
  const definition = {
    id: 'urn:contoso:User',
    name: 'Contoso',
    description: '',
    attributes: [
      defineAttribute('floor', '', { type: 'integer' }),
      defineAttribute('share', '', { type: 'decimal' }),
      defineAttribute('since', '', { type: 'dateTime' }),
      defineAttribute('tags', '', { multiValued: true }),
    ],
  };
  const own = compileSchemas([{ resourceType: 'User', schema: definition }]);
  const parse = (values: object) => parseUser({ userName: 'u', 'urn:contoso:User': values }, own)['urn:contoso:User'];
  expect(parse({ Floor: '3', share: 0.5, since: '2026-01-31T08:30:00+01:00', tags: ['a', 'b'] })).toEqual({
    floor: 3,
    share: 0.5,
    since: '2026-01-31T08:30:00+01:00',
    tags: ['a', 'b'],
  });
  for (const wrong of [{ floor: 1.5 }, { floor: 'high' }, { share: 'x' }, { since: 'yesterday' }, { tags: [1] }]) {
    expect(errorOf(() => parse(wrong))).toMatchObject({ scimType: 'invalidValue' });
  }
});

// docs/entra-facts.md#creating-groups
describe('a Group body', () => {
  it('is divided into the Group and its members', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'x-1',
      displayName: 'Lab Staff',
      meta: { resourceType: 'Group' },
      members: [{ value: 'a', display: 'Anna' }, { value: 'b', $ref: null, type: 'GROUP' }, 'c', { value: 'a', type: 'User' }],
    };
    expect(parseGroup(body, schemas)).toEqual({
      group: { externalId: 'x-1', displayName: 'Lab Staff' },
      members: [{ value: 'a', type: 'User' }, { value: 'b', type: 'Group' }, { value: 'c' }],
    });
  });

  it.each([[undefined], [null], [[]]])('has no members when they are %j', (members) => {
    expect(parseGroup({ displayName: 'Lab', members }, schemas).members).toEqual([]);
  });

  test.each([
    [{ members: [] }, /^displayName is required/],
    [{ displayName: '' }, /^displayName is required/],
    [{ displayName: 'Lab', members: [{ display: 'X' }] }, /^members\.value is missing/],
    [{ displayName: 'Lab', members: [7] }, /^members must be an object/],
    [{ displayName: 'Lab', members: {} }, /^members\.value is missing/],
    [{ displayName: 'Lab', members: [{}] }, /^members\.value is missing/],
    [{ displayName: 'Lab', members: ['a', { value: '' }] }, /^members\.value is missing/],
  ])('%j is refused', (body, detail) => {
    expect(errorOf(() => parseGroup(body, schemas))).toEqual({
      status: 400,
      scimType: 'invalidValue',
      detail: expect.stringMatching(detail) as string,
    });
  });
});

test('any JSON gives a document without unknown keys, or a ScimError', () => {
  const key = fc.constantFrom(
    'userName',
    'displayName',
    'emails',
    'members',
    'name',
    '__proto__',
    'constructor',
    'toString',
    'value',
    enterpriseUserUrn,
    'name.x',
  );
  const tree = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  })).tree;
  fc.assert(
    fc.property(tree, (raw) => {
      const body: unknown = JSON.parse(JSON.stringify(raw));
      for (const parse of [() => parseUser(body, schemas), () => parseGroup(body, schemas)]) {
        try {
          const text = JSON.stringify(parse());
          expect(text).not.toMatch(/"(__proto__|constructor|toString)":/);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  [{}, true],
  [{ active: true }, true],
  [{ active: false }, false],
])('a User with %j is active: %j', (user, expected) => {
  expect(isActive({ userName: 'u', ...user })).toBe(expected);
});

// docs/entra-facts.md#app-roles
describe('a role whose value is JSON text', () => {
  const role = { id: '1f0c7d5e-0000', value: 'Editor', displayName: 'Editor of all' };

  it.each([
    ['is parsed', { value: JSON.stringify(role) }],
    ['is parsed in any letter case of the name', { Value: JSON.stringify(role) }],
    ['is parsed if the text contains such text again', { value: JSON.stringify({ value: JSON.stringify(role) }) }],
  ])('%s, so that the stored User is unchanged when it is sent again', (_what, sent) => {
    const user = parseUser({ userName: 'mira', roles: [sent] }, schemas);
    expect(user).toEqual({ userName: 'mira', roles: [{ value: 'Editor', display: 'Editor of all' }] });
    expect(parseUser(user, schemas)).toEqual(user);
  });

  it.each([
    ['has no value', { value: '{"displayName":"Editor"}' }],
    ['is not JSON', { value: '{Editor' }],
    ['has more than 4096 characters', { value: JSON.stringify({ ...role, id: 'x'.repeat(4_096) }) }],
    ['is of a different attribute', { value: 'Editor', display: JSON.stringify(role) }],
  ])('is kept if it %s', (_what, sent) => {
    expect(parseUser({ userName: 'mira', roles: [sent] }, schemas)).toEqual({ userName: 'mira', roles: [sent] });
  });
});
