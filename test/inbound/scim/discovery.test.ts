import { describe, expect, test } from 'vitest';
import { startScimServer } from '../../http/support/scim-server.ts';

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('discovery (RFC 7644 §4)', () => {
  test('returns lists and single objects, whose locations lead back to them', async () => {
    const server = await startScimServer();
    for (const path of ['/Schemas', '/ResourceTypes']) {
      const { body } = await server.request('GET', path);
      const list = body as { totalResults: number; Resources: { id: string; meta: { location: string } }[] };
      expect(list.totalResults).toBe(list.Resources.length);
      for (const resource of list.Resources) {
        const answer = await server.request('GET', resource.meta.location.slice(`${server.url}/scim`.length));
        expect(answer).toMatchObject({ status: 200, body: resource });
      }
    }
    expect((await server.request('GET', `/schemas/${user.toUpperCase()}`)).body).toMatchObject({ id: user });
  });

  test('names the endpoint, schema and extensions of each resource type', async () => {
    const server = await startScimServer();
    const { body } = await server.request('GET', '/ResourceTypes/User');
    const { schemaExtensions } = body as { schemaExtensions: { schema: string; required: boolean }[] };
    expect(body).toMatchObject({ name: 'User', endpoint: '/Users', schema: user });
    const schemas = ((await server.request('GET', '/Schemas')).body as { Resources: { id: string }[] }).Resources.map(({ id }) => id);
    for (const { schema, required } of schemaExtensions) {
      expect(schemas).toContain(schema);
      expect(required).toBe(false);
    }
  });

  test.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', `/Schemas/${user}`, '/ResourceTypes/User'])(
    '%s refuses a filter with 403 and ignores other parameters',
    async (path) => {
      const server = await startScimServer();
      const plain = await server.request('GET', path);
      expect(plain.status).toBe(200);
      for (const name of ['filter', 'Filter']) {
        const refused = await server.request('GET', `${path}?${name}=name+eq+%22User%22`);
        expect(refused).toMatchObject({ status: 403, body: { status: '403' } });
      }
      const asked = await server.request('GET', `${path}?startIndex=2&count=0&sortBy=id&attributes=id&excludedAttributes=name&x=y`);
      expect(asked.body).toEqual(plain.body);
    },
  );

  test.each(['/Schemas/urn:nothing', '/ResourceTypes/Device', '/ServiceProviderConfig/1'])('%s is answered with 404', async (path) => {
    const server = await startScimServer();
    expect(await server.request('GET', path)).toMatchObject({ status: 404, body: { status: '404' } });
  });

  test.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig'])('%s cannot be changed', async (path) => {
    const server = await startScimServer();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await server.request(method, path, { body: {} })).toMatchObject({
        status: 405,
        headers: { allow: expect.stringContaining('GET') as string },
      });
    }
  });
});
