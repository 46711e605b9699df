import { expect, test } from 'vitest';
import { toLoggedPath } from '../../src/http/logged-path.ts';

const id = '2819c223-7f76-453a-919d-413861904646';

test.each([
  '/scim',
  '/scim/Users',
  '/scim/users',
  '/scim/Users/.search',
  `/scim/Groups/${id}`,
  '/scim/Bulk',
  '/scim/Me',
  '/scim/ServiceProviderConfig',
  '/scim/oauth/token',
  '/healthz',
  '/readyz',
])('the path %s is logged unchanged', (path) => {
  expect(toLoggedPath(path, '/scim')).toBe(path);
});

test.each([
  ['/scim/Users/mira@contoso.com', '/scim/Users/:id'],
  ['/scim/GROUPS/Lab', '/scim/GROUPS/:id'],
  ['/scim/Schemas/urn:x', '/scim/Schemas/:id'],
  ['/scim/mira@contoso.com', '/scim/…'],
  [`/scim/${id}`, '/scim/…'],
  ['/scim/Users/mira/manager', '/scim/…'],
  ['/scim/healthz', '/scim/…'],
  ['/scimmira', '/…'],
  ['/mira@contoso.com', '/…'],
  ['/', '/…'],
])('the path %s is logged as %s', (path, logged) => {
  expect(toLoggedPath(path, '/scim')).toBe(logged);
});

test('paths without a prefix are recognized in the same forms', () => {
  expect(['/Users', '/Users/mira', '/mira', '/'].map((path) => toLoggedPath(path, ''))).toEqual(['/Users', '/Users/:id', '/…', '/']);
});
