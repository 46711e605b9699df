import { expect, test } from 'vitest';
import { compileSchemas, findName, membersAttribute } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, type SchemaExtension } from '../../../src/scim/schema/definition.ts';
import { enterpriseUserUrn, schemas } from '../samples.ts';

function pathOf(text: string): string | undefined {
  const named = findName(schemas.user, text);
  return named?.is === 'attribute' ? (named.sub ?? named.attribute).path : named?.is;
}

test.each([
  ['userName', 'userName'],
  ['USERNAME', 'userName'],
  ['name.FAMILYNAME', 'name.familyName'],
  ['emails.$ref', undefined],
  ['groups.$ref', 'groups.$ref'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'userName'],
  ['urn:ietf:params:scim:schemas:core:2.0:User', 'resource'],
  [enterpriseUserUrn, 'extension'],
  [`${enterpriseUserUrn}:department`, `${enterpriseUserUrn}:department`],
  [`${enterpriseUserUrn}.manager`, `${enterpriseUserUrn}:manager`],
  [`${enterpriseUserUrn}:manager.value`, `${enterpriseUserUrn}:manager.value`],
  ['manager', `${enterpriseUserUrn}:manager`],
  ['displayName', 'displayName'],
  ['nonsense', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
])('the name %s means %s', (text, expected) => {
  expect(pathOf(text)).toBe(expected);
});

test('a Group has members, and no attribute of a User', () => {
  expect(membersAttribute(schemas).path).toBe('members');
  expect(findName(schemas.group, 'userName')).toBeUndefined();
});

function declare(id: string, name: string): SchemaExtension {
  return { resourceType: 'User', schema: { id, name: 'Own', description: '', attributes: [defineAttribute(name, '')] } };
}

test('a declared extension never hides a standard attribute', () => {
  const own = compileSchemas([declare('urn:contoso:User', 'department')]);
  expect(findName(own.user, 'department')).toMatchObject({ extension: enterpriseUserUrn });
  expect(findName(own.user, 'urn:contoso:User:department')).toMatchObject({ extension: 'urn:contoso:User' });
  expect(findName(own.group, 'urn:contoso:User:department')).toBeUndefined();
});

test.each([['__proto__'], ['constructor'], ['toString'], ['9lives'], ['a.b'], ['']])('an attribute cannot be called %j', (name) => {
  expect(() => compileSchemas([declare('urn:contoso:User', name)])).toThrow(TypeError);
});

test('a URN can be declared only once', () => {
  expect(() => compileSchemas([declare(enterpriseUserUrn.toUpperCase(), 'a')])).toThrow(TypeError);
});
