import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/scim/resource.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../src/scim/schema/definition.ts';
import { compileOrder } from '../../src/scim/sort.ts';
import { enterpriseUserUrn, errorOf, schemas } from './samples.ts';

function order(resources: readonly JsonObject[], sortBy: string, sortOrder: 'ascending' | 'descending' = 'ascending'): unknown[] {
  return resources.toSorted(compileOrder(sortBy, sortOrder, schemas.user)).map(({ id }) => id);
}

// RFC 7644 §3.4.2.3
test('text is ordered regardless of case, unless it is case-exact', () => {
  const users = [
    { id: 1, userName: 'bob', externalId: 'b' },
    { id: 2, userName: 'Alice', externalId: 'C' },
    { id: 3, userName: 'carl', externalId: 'a' },
  ];
  expect(order(users, 'USERNAME')).toEqual([2, 1, 3]);
  expect(order(users, 'userName', 'descending')).toEqual([3, 1, 2]);
  expect(order(users, 'externalId')).toEqual([2, 3, 1]);
});

test('absent values come last, first when descending', () => {
  const users = [{ id: 1 }, { id: 2, title: 'a' }, { id: 3, title: 'b' }];
  expect(order(users, 'title')).toEqual([2, 3, 1]);
  expect(order(users, 'title', 'descending')).toEqual([1, 3, 2]);
});

test('the primary value determines the order, otherwise the first', () => {
  const users = [
    { id: 1, emails: [{ value: 'a' }, { value: 'z', primary: true }] },
    { id: 2, emails: [{ value: 'm' }, { value: 'a' }] },
  ];
  expect(order(users, 'emails')).toEqual([2, 1]);
  expect(order(users, 'emails.value')).toEqual([2, 1]);
});

test('dates are ordered as points in time', () => {
  const users = [
    { id: 1, meta: { created: '2026-01-31T10:00:00+02:00' } },
    { id: 2, meta: { created: '2026-01-31T09:00:00Z' } },
  ];
  expect(order(users, 'meta.created')).toEqual([1, 2]);
});

test('numbers are ordered as numbers', () => {
  const definition = {
    id: 'urn:contoso:User',
    name: 'Own',
    description: '',
    attributes: [defineAttribute('floor', '', { type: 'integer' })],
  };
  const own = compileSchemas([{ resourceType: 'User', schema: definition }]);
  const users = [10, 9, 100].map((floor) => ({ 'urn:contoso:User': { floor } }));
  const sorted = users.toSorted(compileOrder('urn:contoso:User:floor', 'ascending', own.user));
  expect(sorted.map((user) => user['urn:contoso:User'].floor)).toEqual([9, 10, 100]);
});

test('sub-attributes and extensions can be ordered by', () => {
  const users = [
    { id: 1, name: { familyName: 'b' }, [enterpriseUserUrn]: { department: 'x' } },
    { id: 2, name: { familyName: 'a' }, [enterpriseUserUrn]: { department: 'y' } },
  ];
  expect(order(users, 'name.familyName')).toEqual([2, 1]);
  expect(order(users, `${enterpriseUserUrn}:department`)).toEqual([1, 2]);
});

test.each([['nonsense'], ['name'], [enterpriseUserUrn]])('%s has no order', (sortBy) => {
  const detail = expect.stringContaining(`not ${JSON.stringify(sortBy)}`) as unknown;
  expect(errorOf(() => order([], sortBy))).toMatchObject({ status: 400, scimType: 'invalidValue', detail });
});
