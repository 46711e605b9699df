import { expect } from 'vitest';
import { differs, may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What every resource has: schemas, id, externalId, meta, extensions (RFC 7643 §3). */
export const resources: Chapter = {
  title: 'Resources',
  file: 'resources',
  requirements: [
    must('RFC 7643 §3', 'every returned resource has a schemas array that contains its core schema', async (scim) => {
      expect((await scim.user()).schemas).toContain(urns.user);
      expect((await scim.group()).schemas).toContain(urns.group);
    }),
    must('RFC 7643 §3', 'schemas contains the URN of an extension if the resource has values of that extension', async (scim) => {
      const user = await scim.user({ schemas: [urns.user, urns.enterprise], [urns.enterprise]: { department: 'Lab' } });
      expect(user.schemas.toSorted()).toEqual([urns.user, urns.enterprise].toSorted());
    }),
    must('RFC 7643 §3', 'schemas contains no duplicates, even if the request contained duplicates', async (scim) => {
      expect((await scim.user({ schemas: [urns.user, urns.user] })).schemas).toEqual([urns.user]);
    }),
    must('RFC 7643 §3', 'the order of the URNs in schemas has no meaning', async (scim) => {
      const user = await scim.user({ schemas: [urns.enterprise, urns.user], [urns.enterprise]: { department: 'Lab' } });
      expect(user[urns.enterprise]).toEqual({ department: 'Lab' });
    }),
    differs(
      must('RFC 7643 §3', 'if a client sends an extension, it also lists the URN of the extension in schemas', async (scim) => {
        const user = await scim.user({ schemas: [urns.user], [urns.enterprise]: { department: 'Lab' } });
        expect(user[urns.enterprise]).toEqual({ department: 'Lab' });
        expect(user.schemas).toContain(urns.enterprise);
      }),
      'values are accepted without that URN, and the server adds the URN to schemas, because Entra ID omits the URN of custom extensions',
    ),
    differs(
      must('RFC 7643 §3', 'schemas contains only URNs that belong to the resource type', async (scim) => {
        const strange = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
        expect((await scim.group({ schemas: [urns.group, strange] })).schemas).toEqual([urns.group]);
      }),
      'unknown URNs are ignored and not stored, because Microsoft’s own sample contains one',
    ),
    must('RFC 7643 §3.1', 'the server assigns id and ignores an id in the request', async (scim) => {
      const user = await scim.user({ id: 'mine' });
      expect(user.id).not.toBe('mine');
      expect(user.id).toMatch(/.+/);
    }),
    must('RFC 7643 §3.1', 'id is unique among all resources, across Users and Groups', async (scim) => {
      const all = [await scim.user(), await scim.user(), await scim.group(), await scim.group()];
      expect(new Set(all.map(({ id }) => id)).size).toBe(4);
    }),
    must('RFC 7643 §3.1', 'id does not change with PATCH, PUT or a new userName', async (scim) => {
      const user = await scim.user({ userName: 'mira' });
      await scim.patched(user, { op: 'replace', path: 'userName', value: 'mira.oh' });
      await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira.oh-sand', id: 'other' });
      expect(await scim.read(pathOf(user))).toMatchObject({ id: user.id, userName: 'mira.oh-sand' });
    }),
    must('RFC 7643 §3.1', 'id is never reused, not even for the same userName after a delete', async (scim) => {
      const user = await scim.user({ userName: 'mira' });
      await scim.delete(pathOf(user));
      expect((await scim.user({ userName: 'mira' })).id).not.toBe(user.id);
    }),
    must('RFC 7643 §3.1', 'id is case-exact in filters', async (scim) => {
      const user = await scim.user();
      expect((await scim.list('/Users', { filter: `id eq "${user.id}"` })).totalResults).toBe(1);
      const other = /[a-f]/.test(user.id) ? user.id.toUpperCase() : user.id.toLowerCase();
      expect((await scim.list('/Users', { filter: `id eq "${other}"` })).totalResults).toBe(other === user.id ? 1 : 0);
    }),
    must('RFC 7643 §3.1', 'no id contains the reserved word bulkId', async (scim) => {
      expect((await scim.user()).id.toLowerCase()).not.toContain('bulkid');
    }),
    must('RFC 7643 §3.1', 'externalId is stored unchanged and is case-exact in filters', async (scim) => {
      const user = await scim.user({ externalId: 'Mira.Sand' });
      expect(user['externalId']).toBe('Mira.Sand');
      expect((await scim.list('/Users', { filter: 'externalId eq "Mira.Sand"' })).totalResults).toBe(1);
      expect((await scim.list('/Users', { filter: 'externalId eq "mira.sand"' })).totalResults).toBe(0);
    }),
    must('RFC 7643 §3.1', 'the client is responsible for unique externalIds: two resources can have the same externalId', async (scim) => {
      await scim.user({ externalId: 'x' });
      await scim.user({ externalId: 'x' });
      await scim.group({ externalId: 'x' });
      expect((await scim.list('/Users', { filter: 'externalId eq "x"' })).totalResults).toBe(2);
    }),
    must('RFC 7643 §3.1', 'meta in a request is ignored on create and replace', async (scim) => {
      const meta = { resourceType: 'Fruit', created: '1999-01-01T00:00:00Z', version: 'W/"x"', location: 'https://evil.test/' };
      const user = await scim.user({ meta });
      expect(user.meta.resourceType).toBe('User');
      expect(JSON.stringify(user.meta)).not.toMatch(/1999|evil/);
      const { body } = await scim.put(pathOf(user), { schemas: [urns.user], userName: 'a', meta });
      expect(JSON.stringify(body['meta'])).not.toMatch(/1999|evil|Fruit/);
    }),
    must('RFC 7643 §3.1', 'meta.resourceType is the name of the resource type', async (scim) => {
      expect((await scim.user()).meta.resourceType).toBe('User');
      expect((await scim.group()).meta.resourceType).toBe('Group');
    }),
    must('RFC 7643 §3.1', 'meta.created and meta.lastModified are dateTime values and are equal until the first change', async (scim) => {
      const { meta } = await scim.user();
      expect(meta.created).toMatch(isoDate);
      expect(meta.lastModified).toBe(meta.created);
    }),
    must('RFC 7643 §3.1', 'meta.lastModified is updated with each change; meta.created never changes', async (scim) => {
      const user = await scim.user();
      scim.server.clock.advance(60_000);
      const after = await scim.patched(user, { op: 'replace', path: 'title', value: 'Guard' });
      expect(after.meta.created).toBe(user.meta.created);
      expect(Date.parse(after.meta.lastModified) - Date.parse(user.meta.lastModified)).toBe(60_000);
    }),
    must(
      'RFC 7643 §3.1',
      'meta.location is the URI of the resource; the Content-Location header, which must have the same value, is not sent',
      async (scim) => {
        const user = await scim.user();
        expect(user.meta.location).toBe(`${scim.server.url}/scim/Users/${user.id}`);
        const { headers, body } = await scim.get(pathOf(user));
        expect((body['meta'] as { location: string }).location).toBe(user.meta.location);
        expect(headers).not.toHaveProperty('content-location');
      },
    ),
    must('RFC 7643 §3.1', 'meta.version equals the ETag header', async (scim) => {
      const user = await scim.user();
      expect((await scim.get(pathOf(user))).headers['etag']).toBe(user.meta.version);
    }),
    must('RFC 7643 §3.3', 'the values of an extension are in an object whose key is the URN of the extension', async (scim) => {
      const user = await scim.user({ schemas: [urns.user, urns.enterprise], [urns.enterprise]: { employeeNumber: '4711' } });
      expect(user[urns.enterprise]).toEqual({ employeeNumber: '4711' });
      expect(user).not.toHaveProperty('employeeNumber');
    }),
    must('RFC 7643 §3.3', 'schemas is corrected when the last value of an extension is removed', async (scim) => {
      const user = await scim.user({ schemas: [urns.user, urns.enterprise], [urns.enterprise]: { department: 'Lab' } });
      const after = await scim.patched(user, { op: 'remove', path: `${urns.enterprise}:department` });
      expect(Object.keys(after)).not.toContain(urns.enterprise);
      expect(after.schemas).toEqual([urns.user]);
    }),
    may('RFC 7643 §3.3', 'unknown attributes and extensions are ignored and not returned', async (scim) => {
      const user = await scim.user({ adreses: [{ x: 1 }], 'urn:example:unknown': { a: 1 } });
      expect(Object.keys(user).toSorted()).toEqual(['id', 'meta', 'schemas', 'userName']);
    }),
    must('RFC 7643 §4.1.1', 'userName is required and must not be empty', async (scim) => {
      expectError(await scim.post('/Users', { schemas: [urns.user] }), 400, 'invalidValue');
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: '' }), 400, 'invalidValue');
    }),
    must('RFC 7643 §4.1.1', 'userName is unique among all Users, regardless of case', async (scim) => {
      await scim.user({ userName: 'Mira@contoso.test' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'mira@CONTOSO.test' }), 409, 'uniqueness');
    }),
    must('RFC 7643 §4.1.1', 'no response contains a password', async (scim) => {
      const reply = await scim.post('/Users?attributes=password,userName', { schemas: [urns.user], userName: 'a', password: 's3cr3t-x' });
      expect(reply.status).toBe(201);
      expect(reply.text).not.toMatch(/s3cr3t-x|password/);
      expect((await scim.get('/Users?attributes=password')).text).not.toMatch(/s3cr3t-x|password/);
    }),
    differs(
      must('RFC 7643 §4.1.1', 'a password in a request becomes the password of the User', async (scim) => {
        const user = await scim.user({ password: 's3cr3t-x' });
        const answer = await scim.patch(pathOf(user), [{ op: 'replace', path: 'password', value: 'n3w-s3cr3t' }]);
        expect(answer.status).toBe(204);
        expect((await scim.list('/Users', { filter: 'password pr' })).totalResults).toBe(0);
      }),
      'it is accepted and discarded, because people do not sign in to this server; changePassword is announced as not supported',
    ),
    differs(
      should('RFC 7643 §4.1.2', 'e-mail addresses are stored in a canonical form', async (scim) => {
        const emails = [{ value: 'Mira.Sand@CONTOSO.test', type: 'work' }];
        expect((await scim.user({ emails }))['emails']).toEqual(emails);
      }),
      'they are stored unchanged, because Entra ID expects each value back unchanged',
    ),
    differs(
      should('RFC 7643 §4.1.2', 'phone numbers are stored in the form of RFC 3966', async (scim) => {
        const phoneNumbers = [{ value: '+43 (1) 555-0100', type: 'work' }];
        expect((await scim.user({ phoneNumbers }))['phoneNumbers']).toEqual(phoneNumbers);
      }),
      'they are stored unchanged; a Mapping can convert them for a Target',
    ),
    may('RFC 7643 §4.1.2', 'an address can have line breaks in formatted and streetAddress', async (scim) => {
      const addresses = [{ type: 'work', formatted: 'Ring 1\n1010 Wien', streetAddress: 'Ring 1\nStiege 2' }];
      expect((await scim.user({ addresses }))['addresses']).toEqual(addresses);
    }),
    must(
      'RFC 7643 §4.1.2',
      'the groups attribute of a User contains the direct memberships with value, $ref, display and type',
      async (scim) => {
        const user = await scim.user();
        const group = await scim.group({ displayName: 'Lab', members: [{ value: user.id }] });
        const groups = [{ value: group.id, $ref: group.meta.location, display: 'Lab', type: 'direct' }];
        expect((await scim.read(pathOf(user)))['groups']).toEqual(groups);
      },
    ),
    must('RFC 7643 §4.1.2', 'the groups attribute of a User is readOnly: memberships are changed through the Group', async (scim) => {
      const group = await scim.group();
      const user = await scim.user({ groups: [{ value: group.id }] });
      expect(user).not.toHaveProperty('groups');
      const answer = await scim.patch(pathOf(user), [{ op: 'add', path: 'groups', value: [{ value: group.id }] }]);
      expectError(answer, 400, 'mutability');
      expect(await scim.read(pathOf(group))).not.toHaveProperty('members');
    }),
    must('RFC 7643 §4.2', 'the displayName of a Group is required', async (scim) => {
      expectError(await scim.post('/Groups', { schemas: [urns.group] }), 400, 'invalidValue');
      expectError(await scim.post('/Groups', { schemas: [urns.group], displayName: '' }), 400, 'invalidValue');
    }),
    differs(
      must('RFC 7643 §8.7.1', 'the displayName of a Group has uniqueness none', async (scim) => {
        await scim.group({ displayName: 'Lab' });
        expectError(await scim.post('/Groups', { schemas: [urns.group], displayName: 'LAB' }), 409, 'uniqueness');
      }),
      'a second Group with the same name is rejected with 409, because Entra ID matches Groups by name and the SCIM Validator expects the 409',
    ),
    must('RFC 7643 §4.2', 'members contains value, $ref and type of each member', async (scim) => {
      const user = await scim.user();
      const group = await scim.group({ members: [{ value: user.id }] });
      expect(group['members']).toMatchObject([{ value: user.id, $ref: user.meta.location, type: 'User' }]);
    }),
    must('RFC 7643 §4.2', 'a Group can be a member of another Group', async (scim) => {
      const inner = await scim.group({ displayName: 'inner' });
      const outer = await scim.group({ members: [{ value: inner.id }] });
      expect((await scim.read(pathOf(outer)))['members']).toMatchObject([{ value: inner.id, type: 'Group', $ref: inner.meta.location }]);
    }),
    must(
      'RFC 7643 §4.2',
      'the sub-attributes of a member are immutable: a PATCH of its value returns 400 with mutability',
      async (scim) => {
        const [one, two] = [await scim.user(), await scim.user()];
        const group = await scim.group({ members: [{ value: one.id }] });
        const path = `members[value eq "${one.id}"].value`;
        expectError(await scim.patch(pathOf(group), [{ op: 'replace', path, value: two.id }]), 400, 'mutability');
        expect(await scim.read(pathOf(group))).toEqual(group);
      },
    ),
    should('RFC 7643 §4.3', 'manager.value is the id of another User', async (scim) => {
      const boss = await scim.user();
      const user = await scim.user({ [urns.enterprise]: { manager: { value: boss.id } } });
      expect((await scim.read(pathOf(user)))[urns.enterprise]).toMatchObject({ manager: { value: boss.id } });
    }),
    differs(
      should('RFC 7643 §4.3', 'manager.$ref is the URI of the manager', async (scim) => {
        const boss = await scim.user();
        const without = await scim.user({ [urns.enterprise]: { manager: { value: boss.id } } });
        expect((await scim.read(pathOf(without)))[urns.enterprise]).toEqual({ manager: { value: boss.id } });
        const manager = { value: boss.id, $ref: '../Users/1' };
        const user = await scim.user({ [urns.enterprise]: { manager } });
        expect((await scim.read(pathOf(user)))[urns.enterprise]).toEqual({ manager });
      }),
      'it is returned as the client sent it; the server does not create it, because Entra ID uses only the value',
    ),
    must('RFC 7643 §4.3', 'manager.displayName is readOnly: a value in a request is not stored', async (scim) => {
      const boss = await scim.user({ displayName: 'Bo Boss' });
      const user = await scim.user({ [urns.enterprise]: { manager: { value: boss.id, displayName: 'Made Up' } } });
      expect(user[urns.enterprise]).toEqual({ manager: { value: boss.id } });
      expect((await scim.read(pathOf(user)))[urns.enterprise]).toEqual({ manager: { value: boss.id } });
    }),
  ],
};
