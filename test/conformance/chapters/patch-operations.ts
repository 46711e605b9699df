import { expect } from 'vitest';
import { differs, must, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

const work = { value: 'mira@work.test', type: 'work' };
const home = { value: 'mira@home.test', type: 'home' };
const name = { givenName: 'Mira', familyName: 'Sand' };

const add = 'RFC 7644 §3.5.2.1';
const remove = 'RFC 7644 §3.5.2.2';
const replace = 'RFC 7644 §3.5.2.3';

/** What add, remove and replace do to each kind of target (RFC 7644 §3.5.2.1 to §3.5.2.3). */
export const patchOperations: Chapter = {
  title: 'PATCH operations',
  file: 'patch-operations',
  requirements: [
    must(add, 'add without a value returns 400 with invalidValue', async (scim) => {
      expectError(await scim.patch(pathOf(await scim.user()), [{ op: 'add', path: 'title' }]), 400, 'invalidValue');
    }),
    must(add, 'add without a path adds each attribute of the value', async (scim) => {
      const user = await scim.user({ emails: [work] });
      const after = await scim.patched(user, { op: 'add', value: { title: 'Guard', emails: [home] } });
      expect(after).toMatchObject({ title: 'Guard', emails: [work, home] });
    }),
    must(add, 'add without a path accepts the attributes of an extension under its URN', async (scim) => {
      const after = await scim.patched(await scim.user(), { op: 'add', value: { [urns.enterprise]: { department: 'Lab' } } });
      expect(after[urns.enterprise]).toEqual({ department: 'Lab' });
    }),
    must(add, 'add without a path is rejected if the value is not an object', async (scim) => {
      expect((await scim.patch(pathOf(await scim.user()), [{ op: 'add', value: 'Guard' }])).status).toBe(400);
    }),
    must(add, 'add to an attribute without a value sets it', async (scim) => {
      expect((await scim.patched(await scim.user(), { op: 'add', path: 'title', value: 'Guard' }))['title']).toBe('Guard');
    }),
    must(add, 'add to a single-valued attribute replaces its value', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      expect((await scim.patched(user, { op: 'add', path: 'title', value: 'Porter' }))['title']).toBe('Porter');
    }),
    must(add, 'add to a complex attribute sets the given sub-attributes and keeps the others', async (scim) => {
      const user = await scim.user({ name });
      const after = await scim.patched(user, { op: 'add', path: 'name', value: { familyName: 'Oh', middleName: 'J' } });
      expect(after['name']).toEqual({ givenName: 'Mira', familyName: 'Oh', middleName: 'J' });
    }),
    must(add, 'add to a multi-valued attribute appends one or several values', async (scim) => {
      const user = await scim.user({ emails: [work] });
      expect((await scim.patched(user, { op: 'add', path: 'emails', value: [home] }))['emails']).toEqual([work, home]);
      const other = { value: 'mira@other.test', type: 'other' };
      expect((await scim.patched(user, { op: 'add', path: 'emails', value: other }))['emails']).toEqual([work, home, other]);
    }),
    must(add, 'add to a sub-attribute of a value path sets it in the matching elements', async (scim) => {
      const user = await scim.user({ emails: [work, home] });
      const after = await scim.patched(user, { op: 'add', path: 'emails[type eq "home"].display', value: 'at home' });
      expect(after['emails']).toEqual([work, { ...home, display: 'at home' }]);
    }),
    must(add, 'the RFC example: a member is added to a Group', async (scim) => {
      const [one, two] = [await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }] });
      const after = await scim.patched(group, { op: 'add', path: 'members', value: [{ display: 'Babs', value: two.id }] });
      const ids = (after['members'] as readonly { value: string }[]).map(({ value }) => value);
      expect(ids.toSorted()).toEqual([one.id, two.id].toSorted());
    }),
    must(remove, 'remove without a path returns 400 with noTarget', async (scim) => {
      expectError(await scim.patch(pathOf(await scim.user()), [{ op: 'remove' }]), 400, 'noTarget');
    }),
    must(remove, 'removing a single-valued attribute removes its value', async (scim) => {
      expect(await scim.patched(await scim.user({ title: 'Guard' }), { op: 'remove', path: 'title' })).not.toHaveProperty('title');
    }),
    must(remove, 'removing a multi-valued attribute removes all its values', async (scim) => {
      expect(await scim.patched(await scim.user({ emails: [work, home] }), { op: 'remove', path: 'emails' })).not.toHaveProperty('emails');
    }),
    must(remove, 'removing a complex attribute removes all its sub-attributes', async (scim) => {
      expect(await scim.patched(await scim.user({ name }), { op: 'remove', path: 'name' })).not.toHaveProperty('name');
    }),
    must(remove, 'removing a sub-attribute keeps the others', async (scim) => {
      expect((await scim.patched(await scim.user({ name }), { op: 'remove', path: 'name.givenName' }))['name']).toEqual({
        familyName: 'Sand',
      });
    }),
    must(remove, 'removing the last sub-attribute leaves the attribute without a value', async (scim) => {
      const user = await scim.user({ name: { givenName: 'Mira' } });
      expect(await scim.patched(user, { op: 'remove', path: 'name.givenName' })).not.toHaveProperty('name');
    }),
    must(remove, 'remove with a filter removes the matching elements', async (scim) => {
      const user = await scim.user({ emails: [work, home] });
      expect((await scim.patched(user, { op: 'remove', path: 'emails[type eq "work"]' }))['emails']).toEqual([home]);
    }),
    must(remove, 'the filter in a remove can contain and, or, and other operators', async (scim) => {
      const user = await scim.user({ emails: [work, home] });
      const path = 'emails[type eq "work" and value ew "work.test"]';
      expect((await scim.patched(user, { op: 'remove', path }))['emails']).toEqual([home]);
    }),
    must(remove, 'removing the last element leaves the attribute without a value', async (scim) => {
      const user = await scim.user({ emails: [work] });
      expect(await scim.patched(user, { op: 'remove', path: 'emails[type eq "work"]' })).not.toHaveProperty('emails');
    }),
    must(remove, 'removing a sub-attribute of a value path removes it from the matching elements', async (scim) => {
      const user = await scim.user({
        emails: [
          { ...work, display: 'W' },
          { ...home, display: 'H' },
        ],
      });
      const after = await scim.patched(user, { op: 'remove', path: 'emails[type eq "work"].display' });
      expect(after['emails']).toEqual([work, { ...home, display: 'H' }]);
    }),
    must(remove, 'removing a required attribute returns 400 with mutability', async (scim) => {
      expectError(await scim.patch(pathOf(await scim.user()), [{ op: 'remove', path: 'userName' }]), 400, 'mutability');
      expectError(await scim.patch(pathOf(await scim.group()), [{ op: 'remove', path: 'displayName' }]), 400, 'mutability');
    }),
    must(remove, 'removing a readOnly attribute returns 400 with mutability', async (scim) => {
      for (const path of ['id', 'meta', 'groups', 'meta.created'])
        expectError(await scim.patch(pathOf(await scim.user()), [{ op: 'remove', path }]), 400, 'mutability');
    }),
    must(remove, 'the RFC example: one member is removed by members[value eq …]', async (scim) => {
      const [one, two] = [await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }, { value: two.id }] });
      const after = await scim.patched(group, { op: 'remove', path: `members[value eq "${one.id}"]` });
      expect(after['members']).toMatchObject([{ value: two.id }]);
    }),
    must(remove, 'the RFC example: removing members without a filter empties the Group', async (scim) => {
      const group = await scim.group({ members: [{ value: (await scim.user()).id }] });
      expect(await scim.patched(group, { op: 'remove', path: 'members' })).not.toHaveProperty('members');
    }),
    must(remove, 'the RFC example: one request removes a member and adds another', async (scim) => {
      const [one, two] = [await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }] });
      const after = await scim.patched(
        group,
        { op: 'remove', path: `members[value eq "${one.id}"]` },
        { op: 'add', path: 'members', value: [{ value: two.id }] },
      );
      expect(after['members']).toMatchObject([{ value: two.id }]);
    }),
    must(remove, 'removing an absent attribute succeeds', async (scim) => {
      const user = await scim.user();
      expect(await scim.patched(user, { op: 'remove', path: 'title' }, { op: 'remove', path: 'emails[type eq "work"]' })).toEqual(user);
    }),
    differs(
      must(remove, 'a remove has no value: only the path determines what is removed', async (scim) => {
        const [one, two] = [await scim.user(), await scim.user()];
        const group = await scim.group({ members: [{ value: one.id }, { value: two.id }] });
        const after = await scim.patched(group, { op: 'Remove', path: 'members', value: [{ $ref: null, value: one.id }] });
        expect(after['members']).toMatchObject([{ value: two.id }]);
      }),
      'if the operation has a value, only the elements in the value are removed, because Entra ID removes single members this way',
    ),
    must(replace, 'replace without a path replaces each attribute of the value and keeps the others', async (scim) => {
      const user = await scim.user({ title: 'Guard', nickName: 'M', emails: [work] });
      const after = await scim.patched(user, { op: 'replace', value: { title: 'Porter', emails: [home] } });
      expect(after).toMatchObject({ title: 'Porter', nickName: 'M', emails: [home] });
      expect(after['emails']).toHaveLength(1);
    }),
    must(replace, 'replacing a single-valued attribute sets the new value', async (scim) => {
      const user = await scim.user({ title: 'Guard' });
      expect((await scim.patched(user, { op: 'replace', path: 'title', value: 'Porter' }))['title']).toBe('Porter');
    }),
    must(replace, 'replacing an absent attribute works like add', async (scim) => {
      const after = await scim.patched(
        await scim.user(),
        { op: 'replace', path: 'title', value: 'Porter' },
        { op: 'replace', path: 'emails', value: [work] },
      );
      expect(after).toMatchObject({ title: 'Porter', emails: [work] });
    }),
    must(replace, 'replacing a multi-valued attribute without a filter replaces all its values', async (scim) => {
      const user = await scim.user({ emails: [work, home] });
      const other = { value: 'x@other.test', type: 'other' };
      expect((await scim.patched(user, { op: 'replace', path: 'emails', value: [other] }))['emails']).toEqual([other]);
    }),
    must(replace, 'replacing a complex attribute sets the given sub-attributes and keeps the others', async (scim) => {
      const after = await scim.patched(await scim.user({ name }), { op: 'replace', path: 'name', value: { familyName: 'Oh' } });
      expect(after['name']).toEqual({ givenName: 'Mira', familyName: 'Oh' });
    }),
    must(replace, 'replacing a sub-attribute sets it and keeps the others', async (scim) => {
      const after = await scim.patched(await scim.user({ name }), { op: 'replace', path: 'name.familyName', value: 'Oh' });
      expect(after['name']).toEqual({ givenName: 'Mira', familyName: 'Oh' });
    }),
    must(replace, 'replacing a sub-attribute of a value path sets it in every matching element', async (scim) => {
      const user = await scim.user({
        phoneNumbers: [
          { value: '1', type: 'work' },
          { value: '2', type: 'work' },
          { value: '3', type: 'home' },
        ],
      });
      const after = await scim.patched(user, { op: 'replace', path: 'phoneNumbers[type eq "work"].display', value: 'W' });
      const phoneNumbers = after['phoneNumbers'] as readonly { display?: string }[];
      expect(phoneNumbers.map(({ display }) => display)).toEqual(['W', 'W', undefined]);
    }),
    must(replace, 'replace with a value path replaces the matching elements', async (scim) => {
      const user = await scim.user({
        addresses: [
          { type: 'work', locality: 'Graz', country: 'AT' },
          { type: 'home', locality: 'Wien' },
        ],
      });
      const value = { type: 'work', locality: 'Linz', country: 'AT' };
      const after = await scim.patched(user, { op: 'replace', path: 'addresses[type eq "work"]', value });
      expect(after['addresses']).toEqual([value, { type: 'home', locality: 'Wien' }]);
    }),
    must(replace, 'the RFC example: all members of a Group are replaced', async (scim) => {
      const [one, two, three] = [await scim.user(), await scim.user(), await scim.user()];
      const group = await scim.group({ members: [{ value: one.id }] });
      const after = await scim.patched(group, { op: 'replace', path: 'members', value: [{ value: two.id }, { value: three.id }] });
      const ids = (after['members'] as readonly { value: string }[]).map(({ value }) => value);
      expect(ids.toSorted()).toEqual([two.id, three.id].toSorted());
    }),
    must(replace, 'a replace that clears a required attribute is rejected', async (scim) => {
      const user = await scim.user();
      expect((await scim.patch(pathOf(user), [{ op: 'replace', path: 'userName', value: '' }])).status).toBe(400);
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    differs(
      must(replace, 'replace with a filter that matches nothing returns 400 with noTarget', async (scim) => {
        const user = await scim.user({ emails: [home] });
        const after = await scim.patched(user, { op: 'Replace', path: 'emails[type eq "work"].value', value: work.value });
        expect(after['emails']).toEqual([home, work]);
      }),
      'an element is created from the eq terms of the filter, because Entra ID relies on this behaviour',
    ),
    must(replace, 'replace with a filter that matches nothing and does not describe an element returns 400 with noTarget', async (scim) => {
      const user = await scim.user({ emails: [home] });
      for (const path of [
        'emails[type ne "home"].value',
        'emails[value sw "x"].display',
        'emails[type eq "work" or type eq "other"].value',
      ])
        expectError(await scim.patch(pathOf(user), [{ op: 'replace', path, value: 'x@y.test' }]), 400, 'noTarget');
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    differs(
      must('RFC 7643 §4.1.2', 'the value of a role is a plain string', async (scim) => {
        const role = JSON.stringify({ id: '1', value: 'Editor', displayName: 'The editor' });
        const after = await scim.patched(await scim.user(), { op: 'Add', path: 'roles', value: [{ value: role }] });
        expect(after['roles']).toEqual([{ value: 'Editor', display: 'The editor' }]);
      }),
      'a string that contains a JSON object with value and displayName is parsed into sub-attributes, because Entra ID sends app roles this way',
    ),
    differs(
      must('RFC 7643 §4.2', 'a member is an object', async (scim) => {
        const user = await scim.user();
        const after = await scim.patched(await scim.group(), { op: 'add', path: 'members', value: user.id });
        expect(after['members']).toMatchObject([{ value: user.id }]);
      }),
      'an id as a plain string is also accepted, because Microsoft’s test collection sends it',
    ),
  ],
};
