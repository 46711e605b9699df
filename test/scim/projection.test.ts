import { describe, expect, it, test } from 'vitest';
import { isWanted, parseProjection, project } from '../../src/scim/projection.ts';
import type { JsonObject } from '../../src/scim/resource.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../src/scim/schema/definition.ts';
import { aRenderedUser, enterpriseUserUrn, errorOf, schemas } from './samples.ts';

function only(...attributes: string[]): JsonObject {
  return project(aRenderedUser(), parseProjection({ attributes }, schemas.user), schemas.user);
}

function without(...excludedAttributes: string[]): JsonObject {
  return project(aRenderedUser(), parseProjection({ excludedAttributes }, schemas.user), schemas.user);
}

function dropKey(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

const always = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUserUrn], id: 'u-1' };
const work = { type: 'work', value: 'mira.sand@contoso.test', primary: true };
const home = { type: 'home', value: 'mira@example.org' };

test('everything is returned without parameters', () => {
  expect(project(aRenderedUser(), parseProjection({}, schemas.user), schemas.user)).toEqual(aRenderedUser());
});

describe('attributes (RFC 7644 §3.9)', () => {
  test.each<[readonly string[], object]>([
    [['id'], {}],
    [['userName', 'nickName'], { userName: 'Mira.Sand@contoso.test' }],
    [['USERNAME'], { userName: 'Mira.Sand@contoso.test' }],
    [['name.familyName'], { name: { familyName: 'Sand' } }],
    [['name.familyName', 'name.GivenName'], { name: { familyName: 'Sand', givenName: 'Mira' } }],
    [['name.familyName', 'name'], { name: { formatted: 'Mira Sand', familyName: 'Sand', givenName: 'Mira' } }],
    [['name.middleName'], {}],
    [['emails'], { emails: [work, home] }],
    [['emails.value'], { emails: [{ value: work.value }, { value: home.value }] }],
    [['emails.primary'], { emails: [{ primary: true }] }],
    [['emails[type eq "work"]'], { emails: [work] }],
    [['emails[value eq "MIRA@example.org"].type'], { emails: [{ type: 'home' }] }],
    [['emails[type eq "work"]', 'emails[type eq "home"]'], { emails: [work, home] }],
    [['emails[type eq "other"]'], {}],
    [['urn:ietf:params:scim:schemas:core:2.0:User:displayName'], { displayName: 'Mira Sand' }],
    [[enterpriseUserUrn], { [enterpriseUserUrn]: aRenderedUser()[enterpriseUserUrn] }],
    [[`${enterpriseUserUrn}:department`], { [enterpriseUserUrn]: { department: 'Lab' } }],
    [[`${enterpriseUserUrn}:manager.value`], { [enterpriseUserUrn]: { manager: { value: 'm-1' } } }],
    [['manager'], { [enterpriseUserUrn]: { manager: { value: 'm-1', $ref: 'https://scim.contoso.test/scim/Users/m-1' } } }],
    [['meta.version'], { meta: { version: 'W/"7"' } }],
    [['nonsense', 'urn:none:x'], {}],
  ])('returns what is requested: %j', (names, expected) => {
    expect(only(...names)).toEqual({ ...always, ...expected });
  });
});

describe('excludedAttributes (RFC 7644 §3.9)', () => {
  test.each<[string, (full: JsonObject) => object]>([
    ['emails', (full) => dropKey(full, 'emails')],
    ['EMAILS', (full) => dropKey(full, 'emails')],
    ['name.formatted', (full) => ({ ...full, name: { familyName: 'Sand', givenName: 'Mira' } })],
    ['emails.value', (full) => ({ ...full, emails: [{ type: 'work', primary: true }, { type: 'home' }] })],
    ['emails[type eq "work"]', (full) => ({ ...full, emails: [home] })],
    [enterpriseUserUrn, (full) => dropKey(full, enterpriseUserUrn)],
    [`${enterpriseUserUrn}:manager`, (full) => ({ ...full, [enterpriseUserUrn]: { department: 'Lab', employeeNumber: '4711' } })],
    ['groups', (full) => dropKey(full, 'groups')],
    ['nonsense', (full) => full],
    ['id', (full) => full],
    ['schemas', (full) => full],
  ])('omits: %s', (name, expected) => {
    expect(without(name)).toEqual(expected(aRenderedUser()));
  });

  it('cannot be combined with attributes', () => {
    expect(errorOf(() => parseProjection({ attributes: ['id'], excludedAttributes: ['name'] }, schemas.user))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
  });
});

describe('filters in the brackets of a projection', () => {
  const named = (filters: number, terms: number) =>
    Array.from({ length: filters }, () => `emails[${Array.from({ length: terms }, (_, index) => `value co "${index}z"`).join(' or ')}]`);

  test.each(['attributes', 'excludedAttributes'] as const)('are limited to 10 with 50 comparisons in %s', (parameter) => {
    expect(() => parseProjection({ [parameter]: named(10, 5) }, schemas.user)).not.toThrow();
    const refusal = { status: 400, scimType: 'invalidFilter' };
    expect(errorOf(() => parseProjection({ [parameter]: named(11, 1) }, schemas.user))).toEqual({
      ...refusal,
      detail: 'Too many filters in attributes or excludedAttributes (max 10).',
    });
    expect(errorOf(() => parseProjection({ [parameter]: [...named(1, 26), ...named(1, 25)] }, schemas.user))).toEqual({
      ...refusal,
      detail: 'Too many filter comparisons in attributes or excludedAttributes (max 50).',
    });
  });
});

test('an attribute that is never returned is omitted, and one that is returned on request is included only then', () => {
  const own = compileSchemas([
    {
      resourceType: 'User',
      schema: {
        id: 'urn:contoso:User',
        name: 'Contoso',
        description: '',
        attributes: [defineAttribute('pin', '', { returned: 'never' }), defineAttribute('notes', '', { returned: 'request' })],
      },
    },
  ]);
  const user = { schemas: [], id: 'u', password: 'secret', 'urn:contoso:User': { pin: '1', notes: 'n' } };
  expect(project(user, parseProjection({}, own.user), own.user)).toEqual({ schemas: [], id: 'u' });
  const asked = parseProjection({ attributes: ['password', 'urn:contoso:User:pin', 'urn:contoso:User:notes'] }, own.user);
  expect(project(user, asked, own.user)).toEqual({ schemas: [], id: 'u', 'urn:contoso:User': { notes: 'n' } });
});

test.each([
  [{}, true],
  [{ excludedAttributes: ['Members'] }, false],
  [{ excludedAttributes: ['members.display'] }, true],
  [{ excludedAttributes: ['members[type eq "User"]'] }, true],
  [{ attributes: ['displayName'] }, false],
  [{ attributes: ['members.value'] }, true],
])('with %j the members are needed: %j', (named, expected) => {
  expect(isWanted(parseProjection(named, schemas.group), 'members')).toBe(expected);
});

test.each([['emails['], ['a..b'], ['name[familyName'], ['__proto__']])('%j is refused', (name) => {
  expect(errorOf(() => only(name)).status).toBe(400);
});
