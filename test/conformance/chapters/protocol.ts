import { expect } from 'vitest';
import { differs, may, must, notOffered, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

const json = { schemas: [urns.user], userName: 'mira' };

/** Media type, errors, versions, aliases and addresses (RFC 7644 §3.8, §3.11 to §3.14). */
export const protocol: Chapter = {
  title: 'Media type, errors and versions',
  file: 'protocol',
  requirements: [
    must('RFC 7644 §3.8', 'responses have the media type application/scim+json and are encoded in UTF-8', async (scim) => {
      const user = await scim.user({ displayName: 'Zoë' });
      for (const path of [pathOf(user), '/Users', '/Schemas', '/ServiceProviderConfig'])
        expect((await scim.get(path)).headers['content-type']).toMatch(/^application\/scim\+json(; *charset=utf-8)?$/i);
      expect((await scim.get(pathOf(user))).body['displayName']).toBe('Zoë');
    }),
    must('RFC 7644 §3.8', 'a body with the type application/scim+json is accepted, with and without charset', async (scim) => {
      for (const [at, type] of [
        'application/scim+json',
        'application/scim+json; charset=utf-8',
        'Application/SCIM+JSON;charset="UTF-8"',
      ].entries())
        expect((await scim.post('/Users', { ...json, userName: `a${at}` }, { 'content-type': type })).status).toBe(201);
    }),
    should('RFC 7644 §3.8', 'a body with the type application/json is accepted', async (scim) => {
      expect((await scim.post('/Users', json, { 'content-type': 'application/json' })).status).toBe(201);
    }),
    must('RFC 7644 §3.8', 'requests with Accept: application/scim+json, and requests without Accept, are served', async (scim) => {
      for (const accept of ['application/scim+json', '', '*/*'])
        expect((await scim.get('/Users', { accept })).headers['content-type']).toMatch(/^application\/scim\+json/);
    }),
    should('RFC 7644 §3.8', 'requests with Accept: application/json are served', async (scim) => {
      const { status, headers } = await scim.get('/Users', { accept: 'application/json' });
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/json/);
    }),
    must('RFC 7644 §3.8', 'a body with another type returns 415', async (scim) => {
      for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded'])
        expectError(await scim.post('/Users', JSON.stringify(json), { 'content-type': type }), 415, undefined);
    }),
    must(
      'RFC 7644 §3.12',
      'an error response contains the URN of the Error message, the status as a string, and a detail',
      async (scim) => {
        const { body } = await scim.get('/Users/nobody');
        expect(body).toMatchObject({ schemas: [urns.error], status: '404', detail: expect.stringMatching(/./) as unknown });
      },
    ),
    must('RFC 7644 §3.12', 'a body that is not JSON returns 400 with invalidSyntax', async (scim) => {
      for (const body of ['{"userName": "a"', 'userName=a', '[1,', '"']) expectError(await scim.post('/Users', body), 400, 'invalidSyntax');
    }),
    must('RFC 7644 §3.12', 'a body that is not an object returns 400 with invalidSyntax', async (scim) => {
      for (const body of ['[]', '"text"', '7', 'null', 'true']) expectError(await scim.post('/Users', body), 400, 'invalidSyntax');
    }),
    must(
      'RFC 7644 §3.12',
      'the scimType values invalidFilter, uniqueness, mutability, invalidPath, noTarget and invalidValue are sent with 400 or 409',
      async (scim) => {
        const user = await scim.user(json);
        const patch = (operation: object) => scim.patch(pathOf(user), [operation]);
        expectError(await scim.get('/Users?filter=%5B'), 400, 'invalidFilter');
        expectError(await scim.post('/Users', json), 409, 'uniqueness');
        expectError(await patch({ op: 'replace', path: 'id', value: 'x' }), 400, 'mutability');
        expectError(await patch({ op: 'replace', path: 'title title', value: 'x' }), 400, 'invalidPath');
        expectError(await patch({ op: 'remove' }), 400, 'noTarget');
        expectError(await patch({ op: 'replace', path: 'title', value: {} }), 400, 'invalidValue');
      },
    ),
    must(
      'RFC 7644 §3.12',
      'a body that is too large returns 413',
      async (scim) => {
        expectError(await scim.post('/Users', { ...json, title: 'x'.repeat(2000) }), 413, undefined);
      },
      { settings: { maxBodyBytes: 1000 } },
    ),
    may('RFC 7644 §3.12', 'a body that is nested too deeply returns 400 with invalidSyntax', async (scim) => {
      expectError(await scim.post('/Users', `${'['.repeat(20_000)}${']'.repeat(20_000)}`), 400, 'invalidSyntax');
    }),
    may('RFC 7644 §3.12', 'a filter that is too long or nested too deeply returns 400 with invalidFilter', async (scim) => {
      const search = (filter: string) => scim.post('/Users/.search', { schemas: [urns.search], filter });
      expectError(await search(`${'('.repeat(1000)}title pr${')'.repeat(1000)}`), 400, 'invalidFilter');
      expectError(await search(`title eq "${'x'.repeat(100_000)}"`), 400, 'invalidFilter');
    }),
    must('RFC 7644 §3.8', 'a string that UTF-8 cannot encode (an unpaired surrogate) returns 400 with invalidValue', async (scim) => {
      expectError(await scim.post('/Users', '{"userName":"\\ud800"}'), 400, 'invalidValue');
    }),
    must('RFC 7644 §3.12', 'an error response contains no internals: no stack trace, no SQL, no file name', async (scim) => {
      await scim.user(json);
      for (const reply of [
        await scim.post('/Users', json),
        await scim.post('/Users', '{'),
        await scim.get('/Users?filter=x'),
        await scim.get('/%E0%A4%A'),
      ]) {
        expect(reply.body).toMatchObject({ schemas: [urns.error], detail: expect.stringMatching(/./) as unknown });
        expect(reply.text).not.toMatch(/node_modules|\.ts|sqlite|constraint|at .*\(/i);
      }
    }),
    notOffered(
      may('RFC 7644 §3.12', 'invalidVers is returned if the protocol version is not supported', async (scim) => {
        expectError(await scim.get('/v1/Users'), 404, undefined);
        expectError(await scim.get('/v3/Users'), 404, undefined);
      }),
      'paths with a protocol version other than 2 do not exist and return 404',
    ),
    notOffered(
      may('RFC 7644 §3.12', 'requests with personal data in the URI are rejected with sensitive', async (scim) => {
        expect((await scim.get('/Users?filter=userName%20eq%20%22mira%22')).status).toBe(200);
      }),
      'such requests are accepted, because every client sends names in filters; URIs are not logged, and clients can send filters in the body of /.search',
    ),
    should('RFC 7644 §3.11', '/Me returns 501 if it is not supported', async (scim) => {
      for (const method of ['GET', 'PATCH', 'PUT', 'DELETE', 'POST']) {
        const body = method === 'GET' || method === 'DELETE' ? undefined : {};
        expectError(await scim.send(method, '/Me', body), 501, undefined);
      }
    }),
    notOffered(
      may('RFC 7644 §3.11', '/Me returns the resource of the authenticated person', async (scim) => {
        expectError(await scim.get('/Me'), 501, undefined);
      }),
      'it returns 501, because a token belongs to an identity provider and not to a person',
    ),
    may('RFC 7644 §3.13', 'the protocol version can precede the endpoint, as in /v2/Users', async (scim) => {
      const user = await scim.user();
      expect((await scim.get(`/v2${pathOf(user)}`)).body['id']).toBe(user.id);
      expect((await scim.post('/v2/Users', json)).status).toBe(201);
    }),
    may('RFC 7644 §3.13', 'without a version in the path, the newest protocol version is used', async (scim) => {
      await scim.user();
      expect((await scim.get('/Users')).body).toEqual((await scim.get('/v2/Users')).body);
    }),
    must('RFC 7644 §3.14', 'each resource is returned with an ETag header that equals meta.version', async (scim) => {
      for (const one of [await scim.user(), await scim.group()]) {
        const { headers, body } = await scim.get(pathOf(one));
        expect(headers['etag']).toMatch(/^(W\/)?"[^"]+"$/);
        expect((body['meta'] as { version: string }).version).toBe(headers['etag']);
      }
    }),
    must('RFC 7644 §3.14', 'the ETag changes with each change', async (scim) => {
      const user = await scim.user();
      const after = await scim.patched(user, { op: 'add', path: 'title', value: 'Guard' });
      expect(after.meta.version).not.toBe(user.meta.version);
      const group = await scim.group();
      const joined = await scim.patched(group, { op: 'add', path: 'members', value: [{ value: user.id }] });
      expect(joined.meta.version).not.toBe(group.meta.version);
    }),
    must('RFC 7644 §3.14', 'If-None-Match with the current version returns 304 without a body', async (scim) => {
      for (const one of [await scim.user(), await scim.group()]) {
        const path = `${pathOf(one)}?excludedAttributes=groups,members`;
        expect(await scim.get(path, { 'if-none-match': one.meta.version })).toMatchObject({ status: 304, text: '' });
      }
    }),
    differs(
      must(
        'RFC 7644 §3.14',
        'If-None-Match with the current version returns 304, regardless of the attributes in the response',
        async (scim) => {
          const user = await scim.user();
          await scim.group({ members: [{ value: user.id }] });
          const { status, body } = await scim.get(pathOf(user), { 'if-none-match': user.meta.version });
          expect(status).toBe(200);
          expect(body).toHaveProperty('groups');
        },
      ),
      'a response with groups or members is sent in full, because these can change without a new version of the resource',
    ),
    must(
      'RFC 9110 §13.1.2',
      'If-None-Match: * returns 304 for an existing resource, regardless of the attributes in the response',
      async (scim) => {
        const user = await scim.user();
        const group = await scim.group({ members: [{ value: user.id }] });
        for (const one of [user, group])
          for (const path of [pathOf(one), `${pathOf(one)}?excludedAttributes=groups,members`])
            expect(await scim.get(path, { 'if-none-match': '*' })).toMatchObject({
              status: 304,
              text: '',
              headers: { etag: one.meta.version },
            });
        expectError(await scim.get('/Users/nobody', { 'if-none-match': '*' }), 404, undefined);
      },
    ),
    must('RFC 7644 §3.14', 'If-None-Match with an older version returns 200 with the resource', async (scim) => {
      const user = await scim.user();
      await scim.patched(user, { op: 'add', path: 'title', value: 'Guard' });
      expect((await scim.get(pathOf(user), { 'if-none-match': user.meta.version })).status).toBe(200);
    }),
    must('RFC 7644 §3.14', 'PUT, PATCH and DELETE with the current version in If-Match succeed', async (scim) => {
      const user = await scim.user();
      const put = await scim.put(pathOf(user), json, { 'if-match': user.meta.version });
      expect(put.status).toBe(200);
      const patch = await scim.patch(pathOf(user), [{ op: 'add', path: 'title', value: 'x' }], { 'if-match': put.headers['etag'] ?? '' });
      expect(patch.status).toBe(204);
      expect((await scim.delete(pathOf(user), { 'if-match': patch.headers['etag'] ?? '' })).status).toBe(204);
    }),
    must('RFC 7644 §3.14', 'PUT, PATCH and DELETE with an older version in If-Match return 412, and nothing changes', async (scim) => {
      for (const one of [await scim.user(), await scim.group()]) {
        const now = await scim.patched(one, { op: 'add', path: 'externalId', value: 'x' });
        const old = { 'if-match': one.meta.version };
        const body = one.meta.resourceType === 'User' ? json : { schemas: [urns.group], displayName: 'Lab' };
        expectError(await scim.put(pathOf(one), body, old), 412, undefined);
        expectError(await scim.patch(pathOf(one), [{ op: 'remove', path: 'externalId' }], old), 412, undefined);
        expectError(await scim.delete(pathOf(one), old), 412, undefined);
        expect(await scim.read(pathOf(one))).toEqual(now);
      }
    }),
    may('RFC 7644 §3.14', 'If-None-Match accepts a list of versions, and If-Match accepts *', async (scim) => {
      const user = await scim.user();
      const list = `"other", ${user.meta.version}`;
      expect((await scim.get(`${pathOf(user)}?attributes=userName`, { 'if-none-match': list })).status).toBe(304);
      expect((await scim.put(pathOf(user), json, { 'if-match': '*' })).status).toBe(200);
    }),
    must('RFC 7644 §3.14', 'requests without If-Match are served, because the use of versions is optional', async (scim) => {
      const user = await scim.user();
      expect((await scim.put(pathOf(user), json)).status).toBe(200);
    }),
    differs(
      must('RFC 7644 §3.2', 'each resource has exactly one URI', async (scim) => {
        const user = await scim.user();
        expect((await scim.get(`/${pathOf(user)}`)).status).toBe(200);
        expect((await scim.get(`${pathOf(user)}/`)).status).toBe(200);
        expect((await scim.get('/Users/?startIndex=1')).status).toBe(200);
      }),
      'double slashes and a trailing slash are ignored, because administrators type the Tenant URL by hand',
    ),
  ],
};
