import { expect, test } from 'vitest';
import { resourceTypes, schemaResources, serviceProviderConfig } from '../../src/scim/discovery.ts';
import { enterpriseUserUrn, schemas } from './samples.ts';

const baseUrl = 'https://scim.contoso.test/scim';

// docs/entra-facts.md#schemas
test('the first resource type is that of /Users', () => {
  const types = resourceTypes(schemas, baseUrl);
  expect(types.map(({ endpoint }) => endpoint)).toEqual(['/Users', '/Groups']);
  expect(types[0]).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'User Account',
    schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
    schemaExtensions: [{ schema: enterpriseUserUrn, required: false }],
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
  });
  expect(types[1]).not.toHaveProperty('schemaExtensions');
});

// docs/entra-facts.md#schemas
test('all schemas are returned, without nulls, password and the display of e-mails', () => {
  const shown = schemaResources(schemas, baseUrl);
  const text = JSON.stringify(shown);
  expect(shown.map(({ id }) => id)).toEqual([
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:core:2.0:Group',
    enterpriseUserUrn,
  ]);
  expect(text).toContain('User Account');
  expect(text).not.toContain('null');
  expect(text).not.toContain('"password"');
  const attributes = (shown[0]?.['attributes'] ?? []) as readonly { name: string; subAttributes?: readonly { name: string }[] }[];
  const emails = attributes.find(({ name }) => name === 'emails');
  expect(emails?.subAttributes?.map(({ name }) => name)).toEqual(['value', 'type', 'primary']);
});

test('an attribute is returned with all characteristics of RFC 7643 §7', () => {
  const [user] = schemaResources(schemas, baseUrl);
  expect(user?.['attributes']).toContainEqual({
    name: 'userName',
    type: 'string',
    multiValued: false,
    description: expect.any(String) as string,
    required: true,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'server',
  });
});

test('the service describes its features (RFC 7643 §5, RFC 9865 §4)', () => {
  const bulk = { maxOperations: 100, maxPayloadSizeBytes: 1_048_576 };
  const config = serviceProviderConfig({ baseUrl, pageSizes: { usual: 50, most: 200 }, bulk });
  expect(config).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_048_576 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 50, maxPageSize: 200 },
    authenticationSchemes: [
      expect.objectContaining({ type: 'oauthbearertoken', primary: true }),
      expect.objectContaining({ type: 'oauth2', primary: false }),
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  });
  for (const scheme of config['authenticationSchemes'] as object[]) {
    // All three are required by RFC 7643 §5.
    for (const key of ['type', 'name', 'description']) expect(scheme).toHaveProperty(key, expect.stringMatching(/./));
  }
});
