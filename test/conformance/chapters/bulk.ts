import { expect } from 'vitest';
import type { JsonObject } from '../../../src/scim/resource.ts';
import { differs, may, must, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns, type Scim, type Stored } from '../scim.ts';

/** One entry of a BulkResponse. */
interface Result extends JsonObject {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: JsonObject;
}

/** Sends operations that must be answered with a BulkResponse, and gives its entries. */
async function run(scim: Scim, operations: readonly object[], more: object = {}): Promise<readonly Result[]> {
  const { status, body, text } = await scim.post('/Bulk', { schemas: [urns.bulk], ...more, Operations: operations });
  expect(status, text).toBe(200);
  expect(body['schemas']).toEqual([urns.bulkResponse]);
  return body['Operations'] as readonly Result[];
}

const user = (bulkId: string, fields: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [urns.user], userName: bulkId, ...fields },
});
const group = (bulkId: string, ...members: readonly string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: [urns.group], displayName: bulkId, members: members.map((value) => ({ value })) },
});
const broken = (bulkId: string) => ({ method: 'POST', path: '/Users', bulkId, data: { schemas: [urns.user] } });

const statuses = (results: readonly Result[]) => results.map(({ status }) => status);
const idOf = ({ location }: Result) => location?.split('/').at(-1) ?? '';
const memberIds = (shown: Stored) => ((shown['members'] ?? []) as readonly { value: string }[]).map(({ value }) => value).toSorted();

/** Many operations in one request (RFC 7644 §3.7). */
export const bulk: Chapter = {
  title: 'Bulk',
  file: 'bulk',
  requirements: [
    must('RFC 7644 §3.7', 'a processed bulk request returns 200 and a BulkResponse with one result per operation', async (scim) => {
      const results = await run(scim, [user('a'), user('b')]);
      expect(results.map(({ method, bulkId, status }) => [method, bulkId, status])).toEqual([
        ['POST', 'a', '201'],
        ['POST', 'b', '201'],
      ]);
    }),
    must(
      'RFC 7644 §3.7',
      'a request can mix POST, PUT, PATCH and DELETE of Users and Groups; each operation has its own status',
      async (scim) => {
        const [one, two, three] = [await scim.user(), await scim.user(), await scim.group()];
        const results = await run(scim, [
          user('new'),
          { method: 'PUT', path: pathOf(one), data: { schemas: [urns.user], userName: 'one' } },
          {
            method: 'PATCH',
            path: pathOf(three),
            data: { schemas: [urns.patch], Operations: [{ op: 'replace', path: 'displayName', value: 'Lab' }] },
          },
          { method: 'DELETE', path: pathOf(two) },
        ]);
        expect(statuses(results)).toEqual(['201', '200', '204', '204']);
        expect((await scim.list('/Users')).names.toSorted()).toEqual(['new', 'one']);
        expect((await scim.list('/Groups')).names).toEqual(['Lab']);
      },
    ),
    must('RFC 7644 §3.7', 'the status of each result is a string that contains the HTTP status code', async (scim) => {
      const [result] = await run(scim, [user('a')]);
      expect(result?.status).toBe('201');
    }),
    must('RFC 7644 §3.7', 'each result has the URI of the resource as location, except the result of a failed POST', async (scim) => {
      const one = await scim.user();
      const results = await run(scim, [user('a'), broken('b'), { method: 'DELETE', path: pathOf(one) }]);
      expect((await scim.read(`/Users/${idOf(results[0] as Result)}`)).meta.location).toBe(results[0]?.location);
      expect(results[1]).not.toHaveProperty('location');
      expect(results[2]?.location).toBe(one.meta.location);
    }),
    must('RFC 7644 §3.7', 'the bulkId of an operation is returned with its result', async (scim) => {
      const results = await run(scim, [user('a'), broken('b')]);
      expect(results.map(({ bulkId }) => bulkId)).toEqual(['a', 'b']);
    }),
    must('RFC 7644 §3.7', 'the result of a failed operation contains the error as response', async (scim) => {
      const [result] = await run(scim, [broken('b')]);
      expect(result).toMatchObject({ status: '400', response: { schemas: [urns.error], scimType: 'invalidValue', status: '400' } });
    }),
    may('RFC 7644 §3.7', 'the result of a successful operation contains the new version, but no response', async (scim) => {
      const [result] = await run(scim, [user('a')]);
      expect(result).not.toHaveProperty('response');
      expect(result?.version).toBe((await scim.read(`/Users/${idOf(result as Result)}`)).meta.version);
    }),
    must('RFC 7644 §3.7', 'a POST must have a bulkId', async (scim) => {
      const [result] = await run(scim, [{ method: 'POST', path: '/Users', data: { schemas: [urns.user], userName: 'a' } }]);
      expect(result).toMatchObject({ status: '400', response: { scimType: 'invalidSyntax' } });
      expect((await scim.list('/Users')).totalResults).toBe(0);
    }),
    must('RFC 7644 §3.7', 'Operations is required, and each operation must have method and path', async (scim) => {
      for (const body of [{ Operations: [{ path: '/Users' }] }, { Operations: [{ method: 'POST' }] }, {}, { Operations: 7 }])
        expectError(await scim.post('/Bulk', { schemas: [urns.bulk], ...body }), 400, 'invalidSyntax');
    }),
    must('RFC 7644 §3.7', 'a bulkId is unique within the request', async (scim) => {
      expectError(await scim.post('/Bulk', { schemas: [urns.bulk], Operations: [user('a'), user('a')] }), 400, 'invalidSyntax');
      expect((await scim.list('/Users')).totalResults).toBe(0);
    }),
    must('RFC 7644 §3.7', 'without failOnErrors, an error does not stop the other operations', async (scim) => {
      expect(statuses(await run(scim, [broken('a'), user('b'), broken('c'), user('d')]))).toEqual(['400', '201', '400', '201']);
    }),
    must(
      'RFC 7644 §3.7',
      'processing stops after the number of errors in failOnErrors; the remaining operations are not processed',
      async (scim) => {
        const operations = [broken('a'), user('b'), broken('c'), user('d')];
        const results = await run(scim, operations, { failOnErrors: 2 });
        expect(statuses(results)).toEqual(['400', '201', '400']);
        expect((await scim.list('/Users')).names).toEqual(['b']);
      },
    ),
    must(
      'RFC 7644 §3.7',
      'an operation with a version is applied only to that version of the resource; otherwise, it returns 412',
      async (scim) => {
        const one = await scim.user();
        const now = await scim.patched(one, { op: 'add', path: 'title', value: 'Guard' });
        const put = (version: string) => ({ method: 'PUT', path: pathOf(one), version, data: { schemas: [urns.user], userName: 'one' } });
        expect(statuses(await run(scim, [put(one.meta.version)]))).toEqual(['412']);
        expect(statuses(await run(scim, [put(now.meta.version)]))).toEqual(['200']);
      },
    ),
    must('RFC 7644 §3.7', 'the result of an operation on an unknown resource is 404', async (scim) => {
      expect(statuses(await run(scim, [{ method: 'DELETE', path: '/Users/nobody' }, user('a')]))).toEqual(['404', '201']);
    }),
    must(
      'RFC 7644 §3.7.1',
      'two Groups in one bulk request that are members of each other are both created, or rejected with 409',
      async (scim) => {
        const results = await run(scim, [group('a', 'bulkId:b'), group('b', 'bulkId:a')]);
        expect(statuses(results)).toEqual(['201', '201']);
        const [a, b] = results.map(idOf);
        expect(memberIds(await scim.read(`/Groups/${a}`))).toEqual([b]);
        expect(memberIds(await scim.read(`/Groups/${b}`))).toEqual([a]);
      },
    ),
    must('RFC 7644 §3.7.2', 'a bulkId reference in data is replaced with the id of the resource', async (scim) => {
      const results = await run(scim, [user('alice'), group('tour', 'bulkId:alice')]);
      const [alice, tour] = results.map(idOf);
      expect(memberIds(await scim.read(`/Groups/${tour}`))).toEqual([alice]);
    }),
    must('RFC 7644 §3.7.2', 'a reference can come before the resource that it refers to', async (scim) => {
      const results = await run(scim, [group('tour', 'bulkId:alice'), user('alice')]);
      expect(statuses(results)).toEqual(['201', '201']);
      const [tour, alice] = results.map(idOf);
      expect(memberIds(await scim.read(`/Groups/${tour}`))).toEqual([alice]);
    }),
    must('RFC 7644 §3.7.2', 'the RFC example: a User and the manager are created in one bulk request', async (scim) => {
      const results = await run(scim, [
        user('alice', { [urns.enterprise]: { employeeNumber: '1', manager: { value: 'bulkId:bob' } } }),
        user('bob'),
      ]);
      const [alice, bob] = results.map(idOf);
      expect((await scim.read(`/Users/${alice}`))[urns.enterprise]).toMatchObject({ manager: { value: bob } });
    }),
    must('RFC 7644 §3.7.2', 'a reference in a PATCH in the same bulk request is also replaced', async (scim) => {
      const lab = await scim.group();
      const data = { schemas: [urns.patch], Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:alice' }] }] };
      const results = await run(scim, [user('alice'), { method: 'PATCH', path: pathOf(lab), data }]);
      expect(memberIds(await scim.read(pathOf(lab)))).toEqual([idOf(results[0] as Result)]);
    }),
    must('RFC 7644 §3.7.2', 'if a resource was not created, operations that refer to it fail', async (scim) => {
      const results = await run(scim, [broken('alice'), group('tour', 'bulkId:alice'), group('other', 'bulkId:nobody')]);
      expect(statuses(results)).toEqual(['400', '409', '409']);
      expect((await scim.list('/Groups')).totalResults).toBe(0);
    }),
    may('RFC 7644 §3.7.2', 'a bulkId reference in a path is also replaced', async (scim) => {
      const data = { schemas: [urns.patch], Operations: [{ op: 'add', path: 'title', value: 'Guard' }] };
      const results = await run(scim, [user('alice'), { method: 'PATCH', path: '/Users/bulkId:alice', data }]);
      expect((await scim.read(`/Users/${idOf(results[0] as Result)}`))['title']).toBe('Guard');
    }),
    must(
      'RFC 7644 §3.7.4',
      'the ServiceProviderConfig announces maxOperations and maxPayloadSize',
      async (scim) => {
        const announced = (await scim.get('/ServiceProviderConfig')).body['bulk'];
        expect(announced).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 2000 });
      },
      { settings: { maxBodyBytes: 2000 } },
    ),
    must(
      'RFC 7644 §3.7.4',
      'a request with more operations than maxOperations returns 413 with the limit, and no operation is processed',
      async (scim) => {
        const { maxOperations } = (await scim.get('/ServiceProviderConfig')).body['bulk'] as { maxOperations: number };
        const operations = Array.from({ length: maxOperations + 1 }, (_, at) => ({ method: 'DELETE', path: `/Users/${at}` }));
        const reply = await scim.post('/Bulk', { schemas: [urns.bulk], Operations: operations });
        expectError(reply, 413, undefined);
        expect(reply.body['detail']).toMatch(new RegExp(`maxOperations.*${maxOperations}`));
      },
    ),
    must(
      'RFC 7644 §3.7.4',
      'a body larger than maxPayloadSize returns 413 with the limit, and no operation is processed',
      async (scim) => {
        const { maxPayloadSize } = (await scim.get('/ServiceProviderConfig')).body['bulk'] as { maxPayloadSize: number };
        const reply = await scim.post('/Bulk', { schemas: [urns.bulk], Operations: [user('a', { title: 'x'.repeat(maxPayloadSize) })] });
        expectError(reply, 413, undefined);
        expect(reply.body['detail']).toMatch(new RegExp(`maxPayloadSize.*${maxPayloadSize}`));
        expect((await scim.list('/Users')).totalResults).toBe(0);
      },
      { settings: { maxBodyBytes: 2000 } },
    ),
    differs(
      must('RFC 7644 §3.7', 'schemas is required in the body', async (scim) => {
        expect((await scim.post('/Bulk', { Operations: [user('a')] })).status).toBe(200);
      }),
      'a body without it is accepted, because the endpoint determines the schema',
    ),
  ],
};
