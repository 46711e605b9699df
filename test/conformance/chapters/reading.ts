import { expect } from 'vitest';
import type { SourceStore } from '../../../src/store/staging.ts';
import { withParts } from '../../http/support/scim-server.ts';
import { may, must, notOffered, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, toList, urns } from '../scim.ts';

/** A Source whose look-ups have no time: a look-up that needs more than an index ends at once. */
function withoutTime(source: SourceStore): SourceStore {
  const { users } = source;
  const find: typeof users.find = (query) => users.find({ ...query, maxMs: 0 });
  const hurried: typeof users = {
    create: (...of) => users.create(...of),
    update: (...of) => users.update(...of),
    remove: (...of) => users.remove(...of),
    get: (id) => users.get(id),
    find,
  };
  return withParts(source, { users: hurried });
}

/** Reading one resource and lists of them (RFC 7644 §3.4.1 and §3.4.2). */
export const reading: Chapter = {
  title: 'Reading',
  file: 'reading',
  requirements: [
    must('RFC 7644 §3.4.1', 'a GET of a resource returns 200 with the resource', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      const { status, body } = await scim.get(`/Users/${user.id}`);
      expect(status).toBe(200);
      expect(body).toEqual(user);
    }),
    must('RFC 7644 §3.4.1', 'a GET of an unknown resource returns 404', async (scim) => {
      expectError(await scim.get('/Users/2819c223-7f76-453a-919d-413861904646'), 404, undefined);
      expectError(await scim.get('/Groups/2819c223-7f76-453a-919d-413861904646'), 404, undefined);
    }),
    notOffered(
      may('RFC 7644 §3.4.2', 'a single resource can be queried with a filter', async (scim) => {
        const user = await scim.user({ userName: 'mira' });
        const { status, body } = await scim.query(pathOf(user), { filter: 'userName eq "otto"' });
        expect([status, body['id']]).toEqual([200, user.id]);
      }),
      'the filter is ignored, like all parameters that do not apply to a single resource, and the resource is returned',
    ),
    must('RFC 7644 §3.2', 'a User cannot be read under /Groups, and a Group cannot be read under /Users', async (scim) => {
      const [user, group] = [await scim.user(), await scim.group()];
      expectError(await scim.get(`/Groups/${user.id}`), 404, undefined);
      expectError(await scim.get(`/Users/${group.id}`), 404, undefined);
    }),
    must('RFC 7644 §3.2', 'an unknown path returns 404 with a SCIM error', async (scim) => {
      expectError(await scim.get('/Fruits'), 404, undefined);
      expectError(await scim.get('/Users/a/b'), 404, undefined);
    }),
    must('RFC 7644 §3.2', 'a method that an endpoint does not support returns 405 with an Allow header and a SCIM error', async (scim) => {
      const reply = await scim.delete('/Users');
      expectError(reply, 405, undefined);
      expect(reply.headers['allow']).toMatch(/GET/);
    }),
    may('RFC 7644 §3.2', 'HEAD returns the status and the headers of a GET, without the body', async (scim) => {
      const user = await scim.user();
      const reply = await scim.send('HEAD', pathOf(user));
      expect(reply).toMatchObject({ status: 200, text: '' });
      expect(reply.headers['etag']).toBe(user.meta.version);
      expect((await scim.send('HEAD', '/Users/nobody')).status).toBe(404);
    }),
    may('RFC 7644 §3.2', 'OPTIONS lists the methods of an endpoint', async (scim) => {
      const reply = await scim.send('OPTIONS', '/Users');
      expect(reply.status).toBe(204);
      expect(reply.headers['allow']).toMatch(/POST/);
    }),
    must('RFC 7644 §3.4.2', 'a query returns a ListResponse message', async (scim) => {
      await scim.user();
      const { body } = await scim.get('/Users');
      expect(body['schemas']).toEqual([urns.list]);
      expect(body['totalResults']).toBe(1);
      expect(body['Resources']).toHaveLength(1);
    }),
    must('RFC 7644 §3.4.2', 'totalResults is always present and counts all matches, not only the matches on the page', async (scim) => {
      for (let n = 0; n < 5; n += 1) await scim.user();
      expect((await scim.list('/Users', { count: 2 })).body).toMatchObject({ totalResults: 5 });
      expect((await scim.list('/Groups')).body).toMatchObject({ totalResults: 0 });
    }),
    must('RFC 7644 §3.4.2', 'Resources is present if the query has matches', async (scim) => {
      await scim.user({ userName: 'mira' });
      expect((await scim.list('/Users')).names).toEqual(['mira']);
    }),
    may('RFC 7644 §3.4.2', 'Resources is present and empty if the query has no matches', async (scim) => {
      expect((await scim.get('/Users')).body).toMatchObject({ totalResults: 0, Resources: [] });
    }),
    must('RFC 7644 §3.4.2', 'a query without a match returns 200 with totalResults 0, never 404', async (scim) => {
      const { status, body } = await scim.get('/Users?filter=userName%20eq%20%22nobody%22');
      expect(status).toBe(200);
      expect(body).toMatchObject({ totalResults: 0 });
    }),
    must('RFC 7644 §3.4.2', 'startIndex and itemsPerPage are present if only a part of the result is returned', async (scim) => {
      for (let n = 0; n < 5; n += 1) await scim.user();
      expect((await scim.list('/Users', { startIndex: 2, count: 3 })).body).toMatchObject({ startIndex: 2, itemsPerPage: 3 });
    }),
    must('RFC 7644 §3.4.2', 'Users and Groups are listed separately', async (scim) => {
      await scim.user({ userName: 'mira' });
      await scim.group({ displayName: 'Lab' });
      expect((await scim.list('/Users')).names).toEqual(['mira']);
      expect((await scim.list('/Groups')).names).toEqual(['Lab']);
    }),
    must('RFC 7644 §3.4.2', 'inactive Users are listed and found like active Users', async (scim) => {
      const user = await scim.user({ userName: 'mira', active: false });
      expect((await scim.list('/Users')).names).toEqual(['mira']);
      expect(await scim.find('userName eq "mira"')).toEqual(['mira']);
      expect(await scim.read(pathOf(user))).toMatchObject({ active: false });
    }),
    must(
      'RFC 7644 §3.4.2',
      'a query that exceeds its time limit returns 400 with tooMany, not a partial result',
      async (scim) => {
        for (let n = 0; n < 60; n += 1) await scim.user({ title: 'x'.repeat(10_000) });
        const slow = Array.from({ length: 200 }, (_, at) => `title co "y${at}"`).join(' or ');
        expectError(await scim.query('/Users', { filter: slow }), 400, 'tooMany');
        expect(await scim.find('userName eq "user-1"')).toEqual(['user-1']);
      },
      { wrapStore: (store) => ({ of: (source) => withoutTime(store.of(source)) }) },
    ),
    should('RFC 7644 §3.4.2', 'unknown query parameters are ignored', async (scim) => {
      await scim.user({ userName: 'mira' });
      expect((await scim.list('/Users', { aadOptscim062020: '', fruit: 'apple' })).names).toEqual(['mira']);
    }),
    must('RFC 7644 §3.4.2', 'query parameters are form-decoded: + and %20 are spaces, %2B is a plus sign', async (scim) => {
      await scim.user({ userName: 'mira+guest' });
      const plus = await scim.get('/Users?filter=userName+eq+%22mira%2Bguest%22');
      const percent = await scim.get('/Users?filter=userName%20eq%20%22mira%2Bguest%22');
      expect([toList(plus).names, toList(percent).names]).toEqual([['mira+guest'], ['mira+guest']]);
    }),
  ],
};
