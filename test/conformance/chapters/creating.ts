import { expect } from 'vitest';
import { differs, may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

/** Creating with POST (RFC 7644 §3.3). */
export const creating: Chapter = {
  title: 'Creating',
  file: 'creating',
  requirements: [
    must('RFC 7644 §3.3', 'a POST that creates a resource returns 201', async (scim) => {
      expect((await scim.post('/Users', { schemas: [urns.user], userName: 'mira' })).status).toBe(201);
      expect((await scim.post('/Groups', { schemas: [urns.group], displayName: 'Lab' })).status).toBe(201);
    }),
    must('RFC 7644 §3.3', 'the response has a Location header that equals meta.location', async (scim) => {
      for (const [path, body] of [
        ['/Users', { schemas: [urns.user], userName: 'mira' }],
        ['/Groups', { schemas: [urns.group], displayName: 'Lab' }],
      ] as const) {
        const reply = await scim.post(path, body);
        expect(reply.headers['location']).toBe((reply.body['meta'] as { location: string }).location);
        expect(reply.headers['location']).toMatch(/^https?:\/\//);
      }
    }),
    should('RFC 7644 §3.3', 'the response contains the whole resource as stored', async (scim) => {
      const user = await scim.user({ userName: 'mira', title: 'Guard', emails: [{ value: 'mira@contoso.test', type: 'work' }] });
      expect(user).toMatchObject({ userName: 'mira', title: 'Guard', emails: [{ value: 'mira@contoso.test', type: 'work' }] });
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    must('RFC 7644 §3.3', 'the resource can be read at its Location', async (scim) => {
      const { headers, body } = await scim.post('/Users', { schemas: [urns.user], userName: 'mira' });
      const path = headers['location']?.slice(`${scim.server.url}/scim`.length) ?? '';
      expect((await scim.read(path)).id).toBe(body['id']);
    }),
    must('RFC 7644 §3.3', 'a conflict, such as a userName in use, returns 409 with uniqueness', async (scim) => {
      await scim.user({ userName: 'mira' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'mira' }), 409, 'uniqueness');
      expect((await scim.list('/Users')).totalResults).toBe(1);
    }),
    must('RFC 7644 §3.3', 'if many concurrent creates have the same name, exactly one succeeds', async (scim) => {
      const names = ['mira', 'Mira', 'MIRA', 'mIrA', 'mirA'];
      const answers = await Promise.all(names.map((userName) => scim.post('/Users', { schemas: [urns.user], userName })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    }),
    must('RFC 7644 §3.3', 'readOnly attributes in the body are ignored', async (scim) => {
      const user = await scim.user({ id: 'x', groups: [{ value: 'y' }], meta: { version: 'z' } });
      expect(user.id).not.toBe('x');
      expect(user).not.toHaveProperty('groups');
    }),
    may('RFC 7644 §3.3', 'omitted attributes do not get default values', async (scim) => {
      expect(Object.keys(await scim.user()).toSorted()).toEqual(['id', 'meta', 'schemas', 'userName']);
    }),
    must('RFC 7644 §3.3', 'a value of the wrong type returns 400 with invalidValue and creates nothing', async (scim) => {
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'mira', emails: 7 }), 400, 'invalidValue');
      expect((await scim.list('/Users')).totalResults).toBe(0);
    }),
    must('RFC 7644 §3.3.1', 'meta.resourceType is set from the endpoint, not from the body', async (scim) => {
      const user = await scim.user({ meta: { resourceType: 'Group' } });
      expect(user.meta.resourceType).toBe('User');
    }),
    may('RFC 7644 §3.3', 'the response has an ETag', async (scim) => {
      const { headers, body } = await scim.post('/Users', { schemas: [urns.user], userName: 'mira' });
      expect(headers['etag']).toBe((body['meta'] as { version: string }).version);
    }),
    must('RFC 7643 §4.2', 'a Group can be created with members', async (scim) => {
      const [one, two] = [await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }, { value: two.id }] });
      const ids = (group['members'] as readonly { value: string }[]).map(({ value }) => value);
      expect(ids.toSorted()).toEqual([one.id, two.id].toSorted());
    }),
    should('RFC 7643 §2.4', 'a member that is listed twice is stored once', async (scim) => {
      const user = await scim.user();
      expect((await scim.group({ members: [{ value: user.id }, { value: user.id }] }))['members']).toHaveLength(1);
    }),
    differs(
      must('RFC 7644 §3.3', 'schemas is required in the body', async (scim) => {
        expect((await scim.post('/Users', { userName: 'mira' })).status).toBe(201);
      }),
      'a body without it is accepted, because the endpoint determines the schema',
    ),
    differs(
      must('RFC 7643 §4.2', 'the value of a member is the id of a resource that exists', async (scim) => {
        const group = await scim.group({ members: [{ value: 'not-here-yet' }] });
        expect((await scim.read(pathOf(group)))['members']).toMatchObject([{ value: 'not-here-yet' }]);
      }),
      'an unknown id is stored and resolved when the resource is created, because Microsoft’s test collection sends such ids',
    ),
  ],
};
