import { expect } from 'vitest';
import { differs, may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

const work = { value: 'mira@work.test', type: 'work' };
const home = { value: 'mira@home.test', type: 'home' };

/** PATCH as a whole: its message, its paths, all or nothing (RFC 7644 §3.5.2). */
export const patching: Chapter = {
  title: 'Changing with PATCH',
  file: 'patching',
  requirements: [
    must('RFC 7644 §3.5.2', 'a successful PATCH returns 204 without a body (the RFC also allows 200 with the resource)', async (scim) => {
      for (const one of [await scim.user(), await scim.group()]) {
        const reply = await scim.patch(pathOf(one), [{ op: 'add', path: 'externalId', value: 'x' }]);
        expect(reply).toMatchObject({ status: 204, text: '' });
      }
    }),
    may('RFC 7644 §3.5.2', 'a PATCH of a Group returns 204 with the new ETag', async (scim) => {
      const group = await scim.group();
      const { status, headers } = await scim.patch(pathOf(group), [{ op: 'add', path: 'externalId', value: 'x' }]);
      expect([status, headers['etag']]).toEqual([204, (await scim.read(pathOf(group))).meta.version]);
    }),
    must('RFC 7644 §3.5.2', 'a PATCH with the attributes parameter returns 200 with the named attributes', async (scim) => {
      const group = await scim.group();
      const reply = await scim.patch(`${pathOf(group)}?attributes=displayName`, [{ op: 'replace', path: 'displayName', value: 'Lab' }]);
      expect(reply).toMatchObject({ status: 200, body: { id: group.id, displayName: 'Lab' } });
    }),
    must('RFC 7644 §3.5.2', 'a PATCH of an unknown resource returns 404', async (scim) => {
      expectError(await scim.patch('/Users/nobody', [{ op: 'add', path: 'title', value: 'x' }]), 404, undefined);
      expectError(await scim.patch('/Groups/none', [{ op: 'add', path: 'displayName', value: 'x' }]), 404, undefined);
    }),
    must('RFC 7644 §3.5.2', 'operations are applied in order', async (scim) => {
      const user = await scim.user();
      const after = await scim.patched(
        user,
        { op: 'add', path: 'title', value: 'one' },
        { op: 'replace', path: 'title', value: 'two' },
        { op: 'add', path: 'emails', value: [work] },
        { op: 'remove', path: 'emails[type eq "work"]' },
      );
      expect(after['title']).toBe('two');
      expect(after).not.toHaveProperty('emails');
    }),
    must('RFC 7644 §3.5.2', 'all or nothing: if one operation fails, the User does not change', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      const operations = [
        { op: 'replace', path: 'title', value: 'Porter' },
        { op: 'remove', path: 'userName' },
      ];
      expect((await scim.patch(pathOf(user), operations)).status).toBe(400);
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    must('RFC 7644 §3.5.2', 'all or nothing: if one operation fails, the Group and its members do not change', async (scim) => {
      const user = await scim.user();
      const group = await scim.group();
      const operations = [
        { op: 'add', path: 'members', value: [{ value: user.id }] },
        { op: 'remove', path: 'displayName' },
      ];
      expect((await scim.patch(pathOf(group), operations)).status).toBe(400);
      expect(await scim.read(pathOf(group))).toEqual(group);
    }),
    must('RFC 7644 §3.5.2', 'a body without an array of Operations returns 400 with invalidSyntax', async (scim) => {
      const path = pathOf(await scim.user());
      expectError(await scim.send('PATCH', path, { schemas: [urns.patch] }), 400, 'invalidSyntax');
      expectError(await scim.send('PATCH', path, { schemas: [urns.patch], Operations: 'all' }), 400, 'invalidSyntax');
      expectError(await scim.send('PATCH', path, []), 400, 'invalidSyntax');
    }),
    must('RFC 7644 §3.5.2', 'each operation has one op: add, remove or replace', async (scim) => {
      const path = pathOf(await scim.user());
      for (const op of ['move', '', 7, null, undefined])
        expectError(await scim.patch(path, [{ op, path: 'title', value: 'x' }]), 400, 'invalidSyntax');
    }),
    must('RFC 7644 §3.5.2', 'an invalid path returns 400 with invalidPath', async (scim) => {
      const path = pathOf(await scim.user());
      for (const wrong of ['emails[type eq "work"', 'title]', '.title', 'name..givenName'])
        expectError(await scim.patch(path, [{ op: 'replace', path: wrong, value: 'x' }]), 400, 'invalidPath');
    }),
    must('RFC 7644 §3.12', 'an invalid filter inside a path returns 400 with invalidFilter', async (scim) => {
      const user = await scim.user({ emails: [work] });
      for (const path of ['emails[type like "work"].value', 'emails[]'])
        expectError(await scim.patch(pathOf(user), [{ op: 'replace', path, value: 'x' }]), 400, 'invalidFilter');
    }),
    must('RFC 7644 §3.5.2', 'a path can start with the URN of the core schema', async (scim) => {
      const after = await scim.patched(await scim.user(), { op: 'replace', path: `${urns.user}:name.familyName`, value: 'Sand' });
      expect(after['name']).toEqual({ familyName: 'Sand' });
    }),
    must('RFC 7644 §3.5.2', 'a path with the URN of an extension adds that URN to schemas', async (scim) => {
      const after = await scim.patched(await scim.user(), { op: 'add', path: `${urns.enterprise}:department`, value: 'Lab' });
      expect(after[urns.enterprise]).toEqual({ department: 'Lab' });
      expect(after.schemas.toSorted()).toEqual([urns.user, urns.enterprise].toSorted());
    }),
    must('RFC 7644 §3.10', 'in a path, the URN, the attribute name and the sub-attribute name are case-insensitive', async (scim) => {
      const after = await scim.patched(
        await scim.user(),
        { op: 'add', path: `${urns.enterprise.toUpperCase()}:DEPARTMENT`, value: 'Lab' },
        { op: 'add', path: 'NAME.FamilyName', value: 'Sand' },
      );
      expect(after).toMatchObject({ [urns.enterprise]: { department: 'Lab' }, name: { familyName: 'Sand' } });
    }),
    must('RFC 7644 §3.5.2', 'if a value becomes primary, all others stop being primary', async (scim) => {
      const user = await scim.user({ emails: [{ ...work, primary: true }, home] });
      const after = await scim.patched(user, { op: 'replace', path: 'emails[type eq "home"].primary', value: true });
      const emails = after['emails'] as readonly { type: string; primary?: boolean }[];
      expect(emails.filter(({ primary }) => primary === true).map(({ type }) => type)).toEqual(['home']);
    }),
    must('RFC 7644 §3.5.2', 'if a primary value is added, all others stop being primary', async (scim) => {
      const user = await scim.user({ emails: [{ ...work, primary: true }] });
      const after = await scim.patched(user, { op: 'add', path: 'emails', value: [{ ...home, primary: true }] });
      const emails = after['emails'] as readonly { type: string; primary?: boolean }[];
      expect(emails.filter(({ primary }) => primary === true).map(({ type }) => type)).toEqual(['home']);
    }),
    must('RFC 7644 §3.5.2', 'an operation on a readOnly attribute returns 400 with mutability', async (scim) => {
      const user = await scim.user();
      for (const path of ['id', 'meta.created', 'meta', 'groups'])
        expectError(await scim.patch(pathOf(user), [{ op: 'replace', path, value: 'x' }]), 400, 'mutability');
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    must('RFC 7644 §3.5.2', 'a value of the wrong type returns 400 with invalidValue', async (scim) => {
      const user = await scim.user();
      expectError(await scim.patch(pathOf(user), [{ op: 'replace', path: 'title', value: 7 }]), 400, 'invalidValue');
      expectError(await scim.patch(pathOf(user), [{ op: 'add', path: 'active', value: 'perhaps' }]), 400, 'invalidValue');
      expectError(await scim.patch(pathOf(user), [{ op: 'replace', path: 'userName', value: null }]), 400, 'invalidValue');
    }),
    must('RFC 7644 §3.5.2', 'a userName in use by another User returns 409 with uniqueness', async (scim) => {
      await scim.user({ userName: 'mira' });
      const user = await scim.user({ userName: 'otto' });
      expectError(await scim.patch(pathOf(user), [{ op: 'replace', path: 'userName', value: 'Mira' }]), 409, 'uniqueness');
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    must('RFC 7644 §3.5.2.1', 'a PATCH without effect succeeds and changes neither lastModified nor version', async (scim) => {
      const user = await scim.user({ title: 'Guard', emails: [work] });
      scim.server.clock.advance(60_000);
      const same = [
        { op: 'add', path: 'title', value: 'Guard' },
        { op: 'add', path: 'emails', value: [work] },
        { op: 'replace', path: 'userName', value: user['userName'] },
      ];
      expect((await scim.patched(user, ...same)).meta).toEqual(user.meta);
    }),
    should('RFC 7644 §3.5.2', 'adding an existing member or removing an absent member succeeds and changes nothing', async (scim) => {
      const [one, two] = [await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }] });
      scim.server.clock.advance(60_000);
      const after = await scim.patched(
        group,
        { op: 'add', path: 'members', value: [{ value: one.id }] },
        { op: 'remove', path: `members[value eq "${two.id}"]` },
      );
      expect(after).toEqual(group);
    }),
    differs(
      must('RFC 7644 §3.5.2', 'the value of op is lower-case', async (scim) => {
        const user = await scim.user({ nickName: 'M' });
        const after = await scim.patched(
          user,
          { op: 'Add', path: 'title', value: 'Guard' },
          { op: 'REPLACE', path: 'displayName', value: 'Mira' },
          { op: 'Remove', path: 'nickName' },
        );
        expect(after).toMatchObject({ title: 'Guard', displayName: 'Mira' });
        expect(after).not.toHaveProperty('nickName');
      }),
      'any case is accepted, because Entra ID sends Add, Replace and Remove',
    ),
    differs(
      must('RFC 7644 §3.5.2', 'the body has the PatchOp URN in schemas', async (scim) => {
        const path = pathOf(await scim.user());
        const { status } = await scim.send('PATCH', path, { Operations: [{ op: 'add', path: 'title', value: 'x' }] });
        expect(status).toBe(204);
      }),
      'a body without schemas is accepted, because the method determines the message',
    ),
    differs(
      must('RFC 7644 §3.5.2', 'Operations has at least one operation', async (scim) => {
        const user = await scim.user();
        expect(await scim.patched(user)).toEqual(user);
      }),
      'an empty array succeeds and changes nothing, because one test suite sends it',
    ),
    differs(
      must('RFC 7644 §3.5.2', 'an unknown attribute returns 400 with invalidPath', async (scim) => {
        const user = await scim.user();
        expect(await scim.patched(user, { op: 'add', path: 'fruit', value: 'x' }, { op: 'replace', value: { fruit: 1 } })).toEqual(user);
      }),
      'it is ignored, because Entra ID sends all mapped attributes, and one unknown name must not prevent the other changes',
    ),
    differs(
      must('RFC 7644 §3.5.2', 'in an operation without a path, the keys of the value are attribute names', async (scim) => {
        const value = {
          displayName: 'Mira',
          'name.familyName': 'Sand',
          [`${urns.enterprise}:employeeNumber`]: '4711',
          'emails[type eq "work"].value': work.value,
        };
        const after = await scim.patched(await scim.user(), { op: 'replace', value });
        expect(after).toMatchObject({
          emails: [work],
          displayName: 'Mira',
          name: { familyName: 'Sand' },
          [urns.enterprise]: { employeeNumber: '4711' },
        });
      }),
      'dotted names, URN paths and value paths are also accepted as keys, because Entra ID sends them if the flag aadOptscim062020 is set',
    ),
    differs(
      must('RFC 7644 §3.5.2', 'in an operation without a path, readOnly attributes in the value cause an error', async (scim) => {
        const group = await scim.group();
        const after = await scim.patched(group, { op: 'replace', value: { id: group.id, displayName: 'Lab' } });
        expect(after).toMatchObject({ id: group.id, displayName: 'Lab' });
      }),
      'they are ignored, because Okta sends the id together with the new name; operations with the path of a readOnly attribute are rejected',
    ),
    differs(
      must('RFC 7643 §4.3', 'the value of manager is complex', async (scim) => {
        const boss = await scim.user();
        const user = await scim.user();
        const path = `${urns.enterprise}:manager`;
        for (const operation of [
          { op: 'Add', path, value: boss.id },
          { op: 'Replace', path, value: { value: boss.id } },
          { op: 'Add', path: 'manager', value: [{ value: boss.id, $ref: null }] },
          { op: 'Replace', path: `${urns.enterprise}.manager`, value: boss.id },
        ]) {
          const after = await scim.patched(user, operation);
          expect(after[urns.enterprise]).toMatchObject({ manager: { value: boss.id } });
          expect(Object.keys(await scim.patched(user, { op: 'Replace', path, value: '' }))).not.toContain(urns.enterprise);
        }
      }),
      'a string, an array with one element and the attribute name without its URN are also accepted, and "" clears the attribute, because Entra ID and its test suites send all of these forms',
    ),
  ],
};
