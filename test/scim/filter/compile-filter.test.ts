import { describe, expect, it, test } from 'vitest';
import { compileFilter, evaluate, memberMatcher } from '../../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../../src/scim/schema/definition.ts';
import { aRenderedUser, enterpriseUserUrn, errorOf, schemas } from '../samples.ts';

function matches(text: string): boolean {
  return evaluate(parseFilter(text), aRenderedUser(), schemas.user);
}

describe('operators on text (RFC 7644 §3.4.2.2, table 3)', () => {
  test.each([
    ['userName eq "mira.sand@contoso.test"', true], // caseExact false
    ['externalId eq "Mira.Sand"', false], // caseExact true
    ['externalId eq "mira.sand"', true],
    ['id eq "U-1"', false],
    ['displayName ne "Mira Sand"', false],
    ['displayName ne "mira"', true],
    ['displayName co "RA SA"', true],
    ['displayName sw "mira"', true],
    ['displayName sw "sand"', false],
    ['displayName ew "SAND"', true],
    ['displayName gt "Mira"', true],
    ['displayName gt "Mira Sand"', false],
    ['displayName ge "mira sand"', true],
    ['displayName lt "N"', true],
    ['displayName le "Mira"', false],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });
});

describe('absent values', () => {
  test.each([
    ['title pr', false],
    ['displayName pr', true],
    ['name pr', true],
    ['emails pr', true],
    ['roles pr', false],
    ['title eq "x"', false],
    ['title ne "x"', true],
    ['title eq null', true],
    ['displayName eq null', false],
    ['displayName ne null', true],
    ['title co ""', false],
    ['title lt "x"', false],
    // RFC 7644 §3.4.2.1: an attribute that the type does not have is absent.
    ['unknown eq "x"', false],
    ['urn:none:User:thing pr', false],
    ['unknown[type eq "x"]', false],
    ['not (unknown pr)', true],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it('include empty texts, arrays and objects', () => {
    expect(evaluate(parseFilter('title pr'), { title: '' }, schemas.user)).toBe(false);
    expect(evaluate(parseFilter('emails pr'), { emails: [] }, schemas.user)).toBe(false);
    expect(evaluate(parseFilter('name pr'), { name: { givenName: '' } }, schemas.user)).toBe(false);
  });
});

describe('multi-valued and complex attributes', () => {
  test.each([
    ['emails.value eq "MIRA@example.org"', true], // any element matches
    ['emails.type eq "home" and emails.value eq "mira.sand@contoso.test"', true], // different elements match
    ['emails[type eq "home" and value eq "mira.sand@contoso.test"]', false], // the same element matches
    ['emails[type eq "home" and value eq "mira@example.org"]', true],
    ['emails[type eq "work"].value eq "mira.sand@contoso.test"', true],
    ['emails[type eq "work"].value eq "mira@example.org"', false],
    ['emails[not (type eq "work")]', true],
    ['emails[primary eq "True"].value ew "contoso.test"', true],
    ['emails co "example.org"', true], // a complex attribute is compared by its value
    ['emails.primary pr', true],
    ['manager eq "m-1"', true],
    ['manager eq "M-1"', false], // ids are case-exact
    ['manager[value eq "m-1"]', true],
    ['groups.display eq "lab staff"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', false],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });
});

describe('names', () => {
  test.each([
    ['DISPLAYNAME eq "Mira Sand"', true],
    ['Name.FAMILYname eq "Sand"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "mira"', true],
    ['URN:IETF:params:scim:schemas:core:2.0:user:NAME.familyname eq "Sand"', true],
    [`${enterpriseUserUrn}:department eq "lab"`, true],
    [`${enterpriseUserUrn}:manager.value eq "m-1"`, true],
    [`${enterpriseUserUrn}.department eq "lab"`, true],
    [`${enterpriseUserUrn} pr`, true],
    ['department eq "lab"', true],
    ['meta.resourceType eq "User"', true],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });
});

describe('dates are compared as points in time', () => {
  // Created 2026-01-31T08:30:00.000Z, changed 2026-02-01T08:30:00.500Z.
  test.each([
    ['meta.created eq "2026-01-31T08:30:00Z"', true],
    ['meta.created eq "2026-01-31T10:30:00+02:00"', true],
    ['meta.created eq 2026-01-31T01:30:00.0000000-07:00', true],
    ['meta.created gt "2026-01-31T10:29:59+02:00"', true],
    ['meta.created lt "2026-01-31T08:30:00.0000001Z"', true],
    ['meta.created ge "2026-01-31T08:30:00.0000001Z"', false],
    ['meta.lastModified le "2026-02-01T08:30:00.5Z"', true],
    ['meta.lastModified ne "2026-02-01T08:30:00.5Z"', false],
    ['active eq true and (meta.lastModified ge "0001-01-03T00:00:00.0000000Z" and meta.lastModified le "2100-01-01T00:00:00Z")', true],
    ['(ActiVe eq true) and meta.lastmodified ge "2027-01-01T00:00:00Z"', false],
    ['meta.Created gt 2015-10-10T14:38:21.8617979-07:00', true],
    ['meta.created sw "2026-01"', true],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });
});

describe('booleans', () => {
  test.each([
    ['active eq true', true],
    ['active eq "True"', true],
    ['active eq False', false],
    ['active ne false', true],
  ])('%s: %j', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it('match a User without active as an active one', () => {
    const { active: _, ...user } = aRenderedUser();
    expect(evaluate(parseFilter('active eq true'), user, schemas.user)).toBe(true);
    expect(evaluate(parseFilter('active eq false'), user, schemas.user)).toBe(false);
    expect(evaluate(parseFilter('active ne true'), user, schemas.user)).toBe(false);
  });
});

test('numbers of a declared extension are compared as numbers', () => {
  const withFloor = compileSchemas([
    {
      resourceType: 'User',
      schema: { id: 'urn:contoso:User', name: 'Contoso', description: '', attributes: [defineAttribute('floor', '', { type: 'integer' })] },
    },
  ]);
  const at = (text: string) => evaluate(parseFilter(text), { 'urn:contoso:User': { floor: 10 } }, withFloor.user);
  expect(at('urn:contoso:User:floor gt 9')).toBe(true);
  expect(at('urn:contoso:User:floor gt "9"')).toBe(true);
  expect(at('floor le 9')).toBe(false);
  expect(errorOf(() => at('floor gt "high"'))).toMatchObject({ scimType: 'invalidFilter' });
  expect(errorOf(() => at('floor co 1'))).toMatchObject({ scimType: 'invalidFilter' });
});

describe('an operator that a type does not support is an invalidFilter', () => {
  test.each([
    ['active gt true'],
    ['active le false'],
    ['active co "tr"'],
    ['active eq "maybe"'],
    ['x509Certificates.value gt "AA"'],
    ['x509Certificates.value lt "AA"'],
    ['meta.created gt "yesterday"'],
    ['meta.created gt "2026-02-30T00:00:00Z"'],
    ['title gt null'],
    ['name eq "Mira"'],
    ['userName[value eq "x"]'],
    ['meta.location sw "http"'],
    ['groups[$ref eq "x"]'],
    ['name.familyName.x eq "Sand"'],
    ['a.b.c pr'],
    ['not (a.b.c[d eq 1])'],
  ])('%s', (text) => {
    expect(errorOf(() => compileFilter(parseFilter(text), schemas.user))).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });
});

test('a rejected comparison has an error that names supported ones', () => {
  const detailOf = (text: string) => errorOf(() => compileFilter(parseFilter(text), schemas.user)).detail;
  expect(detailOf('active eq "maybe"')).toBe('active must be compared with true or false, not "maybe".');
  expect(detailOf('name eq "Mira"')).toContain('such as name.formatted');
  expect(detailOf('groups.$ref eq "x"')).toContain('Compare groups.value');
  expect(detailOf('active gt true')).toContain('only eq, ne and pr');
});

test('certificates are compared exactly, without an order', () => {
  const at = (text: string) => evaluate(parseFilter(text), { x509Certificates: [{ value: 'MIIB' }] }, schemas.user);
  expect([
    at('x509Certificates eq "MIIB"'),
    at('x509Certificates eq "miib"'),
    at('x509Certificates ne "x"'),
    at('x509Certificates sw "MI"'),
  ]).toEqual([true, false, true, true]);
});

test('an attribute is present when any of its values is', () => {
  expect(evaluate(parseFilter('emails pr'), { emails: [{ value: '' }, { value: 'x' }] }, schemas.user)).toBe(true);
  expect(evaluate(parseFilter('urn:contoso:None pr'), {}, schemas.user)).toBe(false);
});

// docs/platform-facts.md#scim-libraries
describe('a filter that SCIM libraries parse incorrectly', () => {
  test.each([
    ['userName eq "MIRA.sand@CONTOSO.test"'],
    [`${enterpriseUserUrn}:department   eq   "Lab"`],
    ['urn:ietf:params:scim:schemas:core:2.0:User:displayName eq "Mira Sand"'],
    ['emails[type eq "work"].value eq "mira.sand@contoso.test"'],
    ['name.FamilyName eq Sand and (emails.Value co contoso.test or emails.Value co nowhere.test)'],
    ['userName sw M'],
  ])('%s matches', (text) => {
    expect(matches(text)).toBe(true);
  });
});

test('members are matched by the sub-attributes they have', () => {
  const isUser = memberMatcher(parseFilter('type eq "user"'), schemas);
  expect([{ value: 'a', type: 'User' as const }, { value: 'b', type: 'Group' as const }, { value: 'c' }].map(isUser)).toEqual([
    true,
    false,
    false,
  ]);
});
