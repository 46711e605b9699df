import { expect, test } from 'vitest';
import { keepImmutable } from '../../src/scim/check-immutable.ts';
import type { JsonObject } from '../../src/scim/resource.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, defineComplex } from '../../src/scim/schema/definition.ts';
import { errorOf } from './samples.ts';

const urn = 'urn:contoso:User';
const type = compileSchemas([
  {
    resourceType: 'User',
    schema: {
      id: urn,
      name: 'Contoso',
      description: '',
      attributes: [
        defineAttribute('badge', '', { mutability: 'immutable' }),
        defineAttribute('floor', ''),
        defineComplex('desk', '', [defineAttribute('plate', '', { mutability: 'immutable' }), defineAttribute('seat', '')]),
      ],
    },
  },
]).user;

const user = (extension?: object): JsonObject => ({ userName: 'u', ...(extension && { [urn]: extension }) });

test.each<[string, object | undefined, object | undefined, object | undefined]>([
  ['is set when it is absent', undefined, { badge: '1' }, { badge: '1' }],
  ['stays when it is sent again', { badge: '1' }, { badge: '1', floor: '2' }, { badge: '1', floor: '2' }],
  ['stays when it is omitted', { badge: '1', floor: '2' }, undefined, { badge: '1' }],
  ['stays when its sub-attribute is sent again', { desk: { plate: '1', seat: 'a' } }, { desk: { plate: '1' } }, { desk: { plate: '1' } }],
  ['does not affect a writable attribute', { floor: '1' }, { floor: '2' }, { floor: '2' }],
])('an immutable attribute in a PUT %s', (_, before, after, expected) => {
  expect(keepImmutable(user(before), user(after), type)).toEqual(user(expected));
});

test.each([
  [{ badge: '1' }, { badge: '2' }, /:badge is set once/],
  [{ desk: { plate: '1' } }, { desk: { plate: '2' } }, /:desk\.plate is set once/],
  [{ desk: { plate: '1' } }, { desk: { seat: 'a' } }, /:desk\.plate is set once/],
])('a PUT that changes the immutable %j to %j is refused', (before, after, detail) => {
  expect(errorOf(() => keepImmutable(user(before), user(after), type))).toEqual({
    status: 400,
    scimType: 'mutability',
    detail: expect.stringMatching(detail) as string,
  });
});
