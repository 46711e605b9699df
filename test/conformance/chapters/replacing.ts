import { expect } from 'vitest';
import { differs, may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

/** Replacing with PUT (RFC 7644 §3.5.1). */
export const replacing: Chapter = {
  title: 'Replacing',
  file: 'replacing',
  requirements: [
    must('RFC 7644 §3.5.1', 'a PUT of a User returns 200 with the whole resource', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      const { status, body } = await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira', title: 'Porter' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: user.id, userName: 'mira', title: 'Porter', schemas: [urns.user] });
      expect(await scim.read(pathOf(user))).toEqual(body);
    }),
    must('RFC 7644 §3.5.1', 'a PUT of a Group returns 200 with the whole resource', async (scim) => {
      const user = await scim.user();
      const group = await scim.group();
      const { status, body } = await scim.put(pathOf(group), { schemas: [urns.group], displayName: 'Lab', members: [{ value: user.id }] });
      expect([status, body['displayName']]).toEqual([200, 'Lab']);
      expect(body['members']).toMatchObject([{ value: user.id }]);
    }),
    must('RFC 7644 §3.5.1', 'a PUT never creates a resource: an unknown id returns 404', async (scim) => {
      expectError(await scim.put('/Users/nobody', { schemas: [urns.user], userName: 'mira' }), 404, undefined);
      expectError(await scim.put('/Groups/none', { schemas: [urns.group], displayName: 'Lab' }), 404, undefined);
      expect((await scim.list('/Users')).totalResults).toBe(0);
    }),
    must('RFC 7644 §3.5.1', 'readWrite values replace the existing values; an array is replaced as a whole', async (scim) => {
      const user = await scim.user({ emails: [{ value: 'a@x.test' }, { value: 'b@x.test' }], name: { givenName: 'A', familyName: 'B' } });
      const next = { schemas: [urns.user], userName: 'mira', emails: [{ value: 'c@x.test' }], name: { givenName: 'C' } };
      expect((await scim.put(pathOf(user), next)).body).toMatchObject({ emails: [{ value: 'c@x.test' }], name: { givenName: 'C' } });
      const after = await scim.read(pathOf(user));
      expect([after['emails'], after['name']]).toEqual([[{ value: 'c@x.test' }], { givenName: 'C' }]);
    }),
    may('RFC 7644 §3.5.1', 'omitted readWrite attributes are cleared', async (scim) => {
      const user = await scim.user({ title: 'Guard', [urns.enterprise]: { department: 'Lab' } });
      const { body } = await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira' });
      expect(Object.keys(body).toSorted()).toEqual(['id', 'meta', 'schemas', 'userName']);
    }),
    must('RFC 7644 §3.5.1', 'readOnly attributes in the body are ignored, including id', async (scim) => {
      const user = await scim.user();
      const group = await scim.group({ members: [{ value: user.id }] });
      const { status, body } = await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira', id: 'other', groups: [] });
      expect([status, body['id']]).toEqual([200, user.id]);
      expect(body['groups']).toMatchObject([{ value: group.id }]);
    }),
    must('RFC 7644 §3.5.1', 'a missing required attribute returns 400 with invalidValue, and nothing changes', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      expectError(await scim.put(pathOf(user), { schemas: [urns.user], title: 'Porter' }), 400, 'invalidValue');
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    must('RFC 7644 §3.5.1', 'a userName in use by another User returns 409 with uniqueness', async (scim) => {
      await scim.user({ userName: 'mira' });
      const user = await scim.user({ userName: 'otto' });
      expectError(await scim.put(pathOf(user), { schemas: [urns.user], userName: 'MIRA' }), 409, 'uniqueness');
      expect((await scim.read(pathOf(user)))['userName']).toBe('otto');
    }),
    must('RFC 7644 §3.5.1', 'a User can keep its userName, even in a different case', async (scim) => {
      const user = await scim.user({ userName: 'mira' });
      expect((await scim.put(pathOf(user), { schemas: [urns.user], userName: 'Mira' })).body).toMatchObject({ userName: 'Mira' });
    }),
    must('RFC 7644 §3.5.1', 'a PUT of the body that a GET returned changes nothing', async (scim) => {
      const user = await scim.user({ schemas: [urns.user, urns.enterprise], title: 'Guard', [urns.enterprise]: { department: 'Lab' } });
      scim.server.clock.advance(60_000);
      expect((await scim.put(pathOf(user), user)).body).toEqual(user);
    }),
    should(
      'RFC 7644 §3.5.1',
      'a member of a Group is immutable: a PUT can replace members, but cannot change parts of a member',
      async (scim) => {
        const [one, two] = [await scim.user(), await scim.user()];
        const group = await scim.group({ displayName: 'Lab', members: [{ value: one.id }] });
        const { body } = await scim.put(pathOf(group), { schemas: [urns.group], displayName: 'Lab', members: [{ value: two.id }] });
        expect(body['members']).toMatchObject([{ value: two.id }]);
        expect(body['members']).toHaveLength(1);
      },
    ),
    may('RFC 7644 §3.5.1', 'the response has the ETag of the new version', async (scim) => {
      const user = await scim.user();
      const { headers, body } = await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira' });
      expect(headers['etag']).toBe((body['meta'] as { version: string }).version);
      expect(headers['etag']).not.toBe(user.meta.version);
    }),
    differs(
      may('RFC 7644 §3.5.1', 'a PUT of a Group without members clears the members', async (scim) => {
        const user = await scim.user();
        const group = await scim.group({ members: [{ value: user.id }] });
        const { body } = await scim.put(pathOf(group), { schemas: [urns.group], displayName: 'Renamed' });
        expect(body['members']).toMatchObject([{ value: user.id }]);
        const cleared = await scim.put(pathOf(group), { schemas: [urns.group], displayName: 'Renamed', members: [] });
        expect(cleared.body).not.toHaveProperty('members');
      }),
      'the members are kept, so that a rename does not empty the Group; members: [] clears them',
    ),
  ],
};
