import { expect } from 'vitest';
import { must, should, may, type Chapter } from '../requirement.ts';
import { expectError, toList, urns, type Scim } from '../scim.ts';

const configUrn = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const resourceTypeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const schemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** How the service describes itself (RFC 7643 §5 to §7, RFC 7644 §4). */
export const discovery: Chapter = {
  title: 'Discovery',
  file: 'discovery',
  requirements: [
    must('RFC 7644 §4', '/ServiceProviderConfig is a single resource, not a list', async (scim) => {
      const { status, body } = await scim.get('/ServiceProviderConfig');
      expect(status).toBe(200);
      expect(body['schemas']).toEqual([configUrn]);
      expect(body).not.toHaveProperty('Resources');
    }),
    must('RFC 7643 §5', 'patch.supported is present and true', async (scim) => {
      expect((await scim.get('/ServiceProviderConfig')).body['patch']).toEqual({ supported: true });
    }),
    must(
      'RFC 7643 §5',
      'bulk contains supported, maxOperations and maxPayloadSize',
      async (scim) => {
        const { body } = await scim.get('/ServiceProviderConfig');
        expect(body['bulk']).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 2000 });
      },
      { settings: { maxBodyBytes: 2000 } },
    ),
    must(
      'RFC 7643 §5',
      'filter contains supported and maxResults, the maximum number of resources per response',
      async (scim) => {
        for (let n = 0; n < 4; n += 1) await scim.user();
        expect((await scim.get('/ServiceProviderConfig')).body['filter']).toEqual({ supported: true, maxResults: 3 });
        expect((await scim.list('/Users', { filter: 'userName pr', count: 100 })).names).toHaveLength(3);
      },
      { settings: { pageSizes: { usual: 2, most: 3 } } },
    ),
    must('RFC 7643 §5', 'changePassword, sort and etag contain the correct value of supported', async (scim) => {
      const { body } = await scim.get('/ServiceProviderConfig');
      expect(body).toMatchObject({ changePassword: { supported: false }, sort: { supported: true }, etag: { supported: true } });
    }),
    must('RFC 7643 §5', 'authenticationSchemes contains type, name and description of each scheme', async (scim) => {
      const schemes = (await scim.get('/ServiceProviderConfig')).body['authenticationSchemes'] as readonly object[];
      for (const scheme of schemes) {
        const text = expect.stringMatching(/./) as unknown;
        expect(scheme).toMatchObject({ type: text, name: text, description: text });
      }
      expect(schemes).toMatchObject([{ type: 'oauthbearertoken' }, { type: 'oauth2' }]);
    }),
    must('RFC 7644 §4', '/ResourceTypes lists every resource type in a ListResponse', async (scim) => {
      const list = toList(await scim.get('/ResourceTypes'));
      expect(list.totalResults).toBe(2);
      expect(new Set(list.resources.map((one) => one['name']))).toEqual(new Set(['Group', 'User']));
    }),
    must('RFC 7643 §6', 'a resource type contains name, endpoint and schema', async (scim) => {
      const { resources } = toList(await scim.get('/ResourceTypes'));
      for (const type of resources) expect(type.schemas).toEqual([resourceTypeUrn]);
      expect(resources.find((one) => one['name'] === 'User')).toMatchObject({ endpoint: '/Users', schema: urns.user });
      expect(resources.find((one) => one['name'] === 'Group')).toMatchObject({ endpoint: '/Groups', schema: urns.group });
    }),
    must('RFC 7643 §6', 'schemaExtensions contains schema and required of each extension', async (scim) => {
      const { body } = await scim.get('/ResourceTypes/User');
      expect(body['schemaExtensions']).toContainEqual({ schema: urns.enterprise, required: false });
    }),
    must('RFC 7644 §4', 'a resource type can be read at /ResourceTypes/{name}; an unknown name returns 404', async (scim) => {
      expect(await scim.read('/ResourceTypes/User')).toMatchObject({ id: 'User', name: 'User', meta: { resourceType: 'ResourceType' } });
      expectError(await scim.get('/ResourceTypes/Fruit'), 404, undefined);
    }),
    must('RFC 7644 §4', '/Schemas lists every schema in a ListResponse, including the extensions that the site declared', async (scim) => {
      const { resources } = toList(await scim.get('/Schemas'));
      const ids = resources.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([urns.user, urns.group, urns.enterprise]));
      expect(ids).toContain('urn:ietf:params:scim:schemas:extension:contoso:2.0:User');
    }),
    must('RFC 7643 §7', 'a schema contains name, description and attributes, and its URN as id', async (scim) => {
      const { resources } = toList(await scim.get('/Schemas'));
      expect(resources.length).toBeGreaterThan(2);
      for (const schema of resources) {
        expect(schema.schemas).toEqual([schemaUrn]);
        const text = expect.stringMatching(/./) as unknown;
        expect(schema).toMatchObject({ id: expect.stringMatching(/^urn:/) as unknown, name: text, description: text });
        expect(schema['attributes']).toEqual(expect.any(Array));
      }
    }),
    must('RFC 7643 §7', 'each attribute contains name, type, multiValued, description, required, mutability and returned', async (scim) => {
      for (const attribute of await allAttributes(scim)) {
        expect(attribute).toMatchObject({
          name: expect.stringMatching(/^[A-Za-z$][\w$-]*$/) as unknown,
          type: expect.stringMatching(/^(string|boolean|decimal|integer|dateTime|binary|reference|complex)$/) as unknown,
          multiValued: expect.any(Boolean) as unknown,
          description: expect.any(String) as unknown,
          required: expect.any(Boolean) as unknown,
          mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/) as unknown,
          returned: expect.stringMatching(/^(always|never|default|request)$/) as unknown,
        });
      }
    }),
    must('RFC 7643 §7', 'a complex attribute contains its subAttributes, and a reference attribute its referenceTypes', async (scim) => {
      for (const attribute of await allAttributes(scim)) {
        if (attribute['type'] === 'complex') expect(attribute['subAttributes']).toEqual(expect.any(Array));
        if (attribute['type'] === 'reference') expect(attribute['referenceTypes']).toEqual(expect.any(Array));
      }
    }),
    must('RFC 7643 §7', 'reference and binary attributes are case-exact', async (scim) => {
      const exact = (await allAttributes(scim)).filter(({ type }) => type === 'reference' || type === 'binary');
      expect(exact.length).toBeGreaterThan(3);
      expect(exact.filter(({ caseExact }) => caseExact !== true)).toEqual([]);
    }),
    must('RFC 7644 §4', 'a schema can be read at /Schemas/{urn}; an unknown URN returns 404', async (scim) => {
      const read = await scim.read(`/Schemas/${urns.enterprise}`);
      expect(read).toMatchObject({ id: urns.enterprise, name: 'EnterpriseUser', meta: { resourceType: 'Schema' } });
      expectError(await scim.get('/Schemas/urn:example:nothing'), 404, undefined);
    }),
    must('RFC 7644 §4', 'the three discovery endpoints ignore parameters for attributes, sorting and paging', async (scim) => {
      for (const path of ['/Schemas', '/ResourceTypes']) {
        const plain = (await scim.get(path)).body;
        expect(plain['Resources']).toHaveLength(path === '/Schemas' ? 4 : 2);
        expect((await scim.get(`${path}?startIndex=2&count=1&sortBy=id&sortOrder=descending&attributes=id`)).body).toEqual(plain);
      }
      const config = await scim.get('/ServiceProviderConfig');
      expect((await scim.get('/ServiceProviderConfig?attributes=patch')).body).toEqual(config.body);
    }),
    should('RFC 7644 §4', 'a filter on /Schemas or /ResourceTypes returns 403', async (scim) => {
      expectError(await scim.get('/Schemas?filter=id%20pr'), 403, undefined);
      expectError(await scim.get('/ResourceTypes?filter=name%20eq%20%22User%22'), 403, undefined);
    }),
    must('RFC 7644 §4', 'discovery endpoints are read-only: other methods return 405', async (scim) => {
      for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes']) {
        expectError(await scim.post(path, {}), 405, undefined);
        expectError(await scim.delete(path), 405, undefined);
      }
    }),
    may('RFC 7643 §5', 'discovery resources have a meta with resourceType and location', async (scim) => {
      const meta = (await scim.get('/ServiceProviderConfig')).body['meta'];
      expect(meta).toMatchObject({
        resourceType: 'ServiceProviderConfig',
        location: `${scim.server.url}/scim/ServiceProviderConfig`,
      });
    }),
  ],
};

type Told = Readonly<Record<string, unknown>>;

/** All attributes of all schemas, with their sub-attributes. */
async function allAttributes(scim: Scim): Promise<readonly Told[]> {
  const attributes = toList(await scim.get('/Schemas')).resources.flatMap((schema) => schema['attributes'] as readonly Told[]);
  expect(attributes.length).toBeGreaterThan(20);
  return attributes.flatMap((one) => [one, ...((one['subAttributes'] ?? []) as readonly Told[])]);
}
