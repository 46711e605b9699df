import { expect } from 'vitest';
import { must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

/** Deleting (RFC 7644 §3.6). */
export const deleting: Chapter = {
  title: 'Deleting',
  file: 'deleting',
  requirements: [
    must('RFC 7644 §3.6', 'a DELETE returns 204 without a body', async (scim) => {
      for (const one of [await scim.user(), await scim.group()])
        expect(await scim.delete(pathOf(one))).toMatchObject({ status: 204, text: '' });
    }),
    must('RFC 7644 §3.6', 'a DELETE of an unknown resource returns 404', async (scim) => {
      expectError(await scim.delete('/Users/nobody'), 404, undefined);
      expectError(await scim.delete('/Groups/none'), 404, undefined);
    }),
    must('RFC 7644 §3.6', 'every operation on a deleted resource returns 404', async (scim) => {
      const user = await scim.user();
      await scim.delete(pathOf(user));
      expectError(await scim.get(pathOf(user)), 404, undefined);
      expectError(await scim.put(pathOf(user), { schemas: [urns.user], userName: 'mira' }), 404, undefined);
      expectError(await scim.patch(pathOf(user), [{ op: 'replace', path: 'title', value: 'x' }]), 404, undefined);
      expectError(await scim.delete(pathOf(user)), 404, undefined);
    }),
    must('RFC 7644 §3.6', 'a deleted resource is not in any list and is not found by any filter', async (scim) => {
      const user = await scim.user({ userName: 'mira' });
      await scim.delete(pathOf(user));
      expect((await scim.list('/Users')).totalResults).toBe(0);
      expect(await scim.find('userName eq "mira"')).toEqual([]);
    }),
    should('RFC 7644 §3.6', 'the userName or displayName of a deleted resource can be used again', async (scim) => {
      await scim.delete(pathOf(await scim.user({ userName: 'mira' })));
      await scim.delete(pathOf(await scim.group({ displayName: 'Lab' })));
      expect((await scim.user({ userName: 'mira' }))['userName']).toBe('mira');
      expect((await scim.group({ displayName: 'Lab' }))['displayName']).toBe('Lab');
    }),
    must('RFC 7643 §4.2', 'a deleted User is no longer a member of any Group', async (scim) => {
      const user = await scim.user();
      const group = await scim.group({ members: [{ value: user.id }] });
      await scim.delete(pathOf(user));
      expect((await scim.list('/Groups', { filter: 'members pr' })).totalResults).toBe(0);
      expect(await scim.read(pathOf(group))).not.toHaveProperty('members');
    }),
    must(
      'RFC 7644 §3.6',
      'deleting a Group does not delete its members, and removes the Group from their groups attribute',
      async (scim) => {
        const user = await scim.user();
        await scim.delete(pathOf(await scim.group({ members: [{ value: user.id }] })));
        expect(await scim.read(pathOf(user))).not.toHaveProperty('groups');
      },
    ),
  ],
};
