import { describe, expect, test } from 'vitest';
import { parseResourcePath } from '../../../src/scim/bulk/bulk-resource.ts';
import type { ScimError } from '../../../src/scim/errors.ts';

const baseUrl = 'https://scim.contoso.test/scim';

function resourceOf(method: string, path: string, prefix = '/scim') {
  return parseResourcePath({ method, path, bulkId: 'a', data: {} }, baseUrl, prefix);
}

function refusal(method: string, path: string): ScimError | undefined {
  try {
    resourceOf(method, path);
    return undefined;
  } catch (error) {
    return error as ScimError;
  }
}

describe('the path of a bulk operation', () => {
  test.each(['/Users', 'Users', '/users/', '//Users', '/v2/Users', '/scim/Users', '/scim/v2/Users', 'scim/Users', `${baseUrl}/Users`])(
    '%s creates users',
    (path) => {
      expect(resourceOf('POST', path)).toEqual({ method: 'POST', type: 'User' });
    },
  );

  test.each([
    ['/Groups/7', 'Group', '7'],
    ['Groups/bulkId:x', 'Group', 'bulkId:x'],
    ['/Users/bulkId:a/b', 'User', 'bulkId:a/b'],
    [`${baseUrl}/v2/Users/7`, 'User', '7'],
    ['/scim/Users/7/', 'User', '7'],
  ])('%s names a resource', (path, type, id) => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect(resourceOf(method, path)).toEqual({ method, type, id });
  });

  test('is accepted without a prefix too', () => {
    expect(resourceOf('DELETE', '/v2/Users/7', '')).toEqual({ method: 'DELETE', type: 'User', id: '7' });
  });

  test.each([
    ['POST', '/Users/7', 405, /without an id/],
    ['PUT', '/Users', 405, /needs the id of a User/],
    ['DELETE', '/Groups', 405, /needs the id of a Group/],
    ['GET', '/Users', 405, /"GET" is not allowed/],
    ['POST', '/Bulk', 400, /another Bulk/],
    ['PATCH', '/Me', 501, /\/Me is not supported/],
    ['PUT', '/Schemas/urn:x', 405, /./],
    ['POST', '/ResourceTypes', 405, /read-only/],
    ['POST', '/.search', 405, /cannot search/],
    ['POST', '/Users/.search', 405, /cannot search/],
    ['POST', '/Devices', 404, /"Devices" does not exist/],
    ['DELETE', 'https://elsewhere.test/scim/Users/7', 404, /./],
    ['DELETE', '', 404, /./],
  ])('%s %s is refused with %i', (method, path, status, detail) => {
    expect(refusal(method, path)).toMatchObject({ status, message: expect.stringMatching(detail) as string });
  });

  test('without a bulkId in a POST is refused, because it is required (RFC 7644 §3.7)', () => {
    expect(() => parseResourcePath({ method: 'POST', path: '/Users', data: {} }, baseUrl, '/scim')).toThrow(/bulkId is missing/);
  });
});
