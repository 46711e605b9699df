import { expect } from 'vitest';
import { differs, may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

/** Names, types and absence of attributes (RFC 7643 §2). */
export const attributes: Chapter = {
  title: 'Attributes',
  file: 'attributes',
  requirements: [
    must('RFC 7643 §2.1', 'attribute names in requests are case-insensitive', async (scim) => {
      const user = await scim.user({ USERNAME: undefined, DisplayName: 'Mira', NAME: { FAMILYNAME: 'Sand' } });
      expect(user).toMatchObject({ displayName: 'Mira', name: { familyName: 'Sand' } });
    }),
    must('RFC 7643 §2.1', 'an extension URN used as a key is case-insensitive', async (scim) => {
      const user = await scim.user({ [urns.enterprise.toUpperCase()]: { DEPARTMENT: 'Lab' } });
      expect(user[urns.enterprise]).toEqual({ department: 'Lab' });
    }),
    should(
      'RFC 7643 §2.1',
      'attribute names are returned in the case that the schema uses, not in the case of the request',
      async (scim) => {
        const user = await scim.user({ DISPLAYNAME: 'Mira' });
        expect(Object.keys(user)).toContain('displayName');
        expect(Object.keys(user)).not.toContain('DISPLAYNAME');
      },
    ),
    must('RFC 7643 §2.1', '$ref is a valid attribute name although it starts with a special character', async (scim) => {
      const user = await scim.user();
      const group = await scim.group({ members: [{ value: user.id }] });
      expect(group['members']).toMatchObject([{ $ref: user.meta.location }]);
    }),
    must('RFC 7643 §2.3.1', 'a string attribute accepts only a string', async (scim) => {
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', title: 7 }), 400, 'invalidValue');
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', title: { x: 1 } }), 400, 'invalidValue');
    }),
    must('RFC 7643 §2.3.1', 'a string is any sequence of Unicode characters and is returned unchanged', async (scim) => {
      const title = 'Zoë – "Ärztin" \\ 医師 \u{1F469}\u{200D}⚕️ \t end';
      expect((await scim.user({ title }))['title']).toBe(title);
    }),
    must('RFC 7643 §2.3.2', 'a boolean attribute accepts true and false and returns them as JSON booleans', async (scim) => {
      expect((await scim.user({ active: false }))['active']).toBe(false);
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', active: 'perhaps' }), 400, 'invalidValue');
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', active: 1 }), 400, 'invalidValue');
    }),
    differs(
      must('RFC 7643 §2.3.2', 'a boolean is the JSON literal true or false', async (scim) => {
        expect((await scim.user({ active: 'False' }))['active']).toBe(false);
        expect((await scim.user({ active: 'TRUE' }))['active']).toBe(true);
      }),
      'the strings "True" and "False", in any case, are also accepted, because Entra ID sends them',
    ),
    must('RFC 7643 §2.3.6', 'a binary attribute accepts only a base64 string', async (scim) => {
      const user = await scim.user({ x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAA=' }] });
      expect(user['x509Certificates']).toEqual([{ value: 'MIIDQzCCAqygAwIBAgICEAA=' }]);
      const body = { schemas: [urns.user], userName: 'a', x509Certificates: [{ value: '%%%' }] };
      expectError(await scim.post('/Users', body), 400, 'invalidValue');
    }),
    must('RFC 7643 §2.3.7', 'a reference attribute accepts a URI as a string and preserves its case', async (scim) => {
      expect((await scim.user({ profileUrl: 'https://Example.test/Mira' }))['profileUrl']).toBe('https://Example.test/Mira');
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', profileUrl: 7 }), 400, 'invalidValue');
    }),
    must('RFC 7643 §2.3.7', 'references that the server creates can be dereferenced', async (scim) => {
      const user = await scim.user();
      const group = await scim.group({ members: [{ value: user.id }] });
      const [member] = group['members'] as readonly { readonly $ref: string }[];
      const path = member?.$ref.slice(`${scim.server.url}/scim`.length) ?? '';
      expect((await scim.read(path)).id).toBe(user.id);
    }),
    must('RFC 7643 §2.3.8', 'a complex attribute accepts only an object that contains its sub-attributes', async (scim) => {
      expect((await scim.user({ name: { givenName: 'Mira' } }))['name']).toEqual({ givenName: 'Mira' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', name: 'Mira Sand' }), 400, 'invalidValue');
    }),
    must('RFC 7643 §2.3.8', 'no sub-attribute is complex', async (scim) => {
      const { resources } = await scim.list('/Schemas');
      const subs = resources.flatMap(
        (schema) => schema['attributes'] as readonly { readonly subAttributes?: readonly { readonly type: string }[] }[],
      );
      expect(subs.filter(({ subAttributes }) => subAttributes !== undefined).length).toBeGreaterThan(5);
      expect(subs.flatMap(({ subAttributes = [] }) => subAttributes.filter(({ type }) => type === 'complex'))).toEqual([]);
    }),
    must('RFC 7643 §2.4', 'a multi-valued attribute is returned as an array with every element of the request', async (scim) => {
      const emails = [
        { value: 'a@contoso.test', type: 'work', primary: true },
        { value: 'b@contoso.test', type: 'home' },
      ];
      expect((await scim.user({ emails }))['emails']).toEqual(emails);
    }),
    must('RFC 7643 §2.4', 'primary is true for at most one element; a create with two primary elements is rejected', async (scim) => {
      const emails = [
        { value: 'a@contoso.test', primary: true },
        { value: 'b@contoso.test', primary: true },
      ];
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'a', emails }), 400, 'invalidValue');
    }),
    should('RFC 7643 §2.4', 'an element that is sent or added twice is returned once', async (scim) => {
      const one = { value: 'a@contoso.test', type: 'work' };
      expect((await scim.user({ emails: [one, { type: one.type, value: one.value }] }))['emails']).toEqual([one]);
      const user = await scim.user({ emails: [one] });
      expect((await scim.patched(user, { op: 'add', path: 'emails', value: [one] }))['emails']).toEqual([one]);
    }),
    may('RFC 7643 §2.4', 'a value of type that is not one of the canonical values is kept', async (scim) => {
      const phoneNumbers = [{ value: '+43 1 555 0100', type: 'reception' }];
      expect((await scim.user({ phoneNumbers }))['phoneNumbers']).toEqual(phoneNumbers);
    }),
    must('RFC 7643 §2.5', 'in a create, null and an empty array mean that the attribute has no value', async (scim) => {
      const user = await scim.user({ title: null, emails: [], name: null, addresses: null, active: null });
      expect(Object.keys(user).toSorted()).toEqual(['id', 'meta', 'schemas', 'userName']);
    }),
    must('RFC 7643 §2.5', 'null inside a complex value means that the sub-attribute has no value', async (scim) => {
      const user = await scim.user({ name: { givenName: 'Mira', familyName: null }, addresses: [{ type: 'work', locality: null }] });
      expect(user).toMatchObject({ name: { givenName: 'Mira' }, addresses: [{ type: 'work' }] });
      expect(user['name']).not.toHaveProperty('familyName');
    }),
    must('RFC 7643 §2.5', 'replacing an attribute with null or an empty array clears the attribute', async (scim) => {
      const user = await scim.user({ title: 'Guard', emails: [{ value: 'a@contoso.test' }] });
      const after = await scim.patched(user, { op: 'replace', path: 'title', value: null }, { op: 'replace', path: 'emails', value: [] });
      expect(after).not.toHaveProperty('title');
      expect(after).not.toHaveProperty('emails');
    }),
    must('RFC 7643 §2.5', 'attributes without a value are omitted from responses, never returned as null', async (scim) => {
      const user = await scim.user({ title: null });
      const { status, text } = await scim.get(pathOf(user));
      expect(status).toBe(200);
      expect(text).not.toContain('null');
    }),
    differs(
      must('RFC 7643 §2.5', 'only null and an empty array mean unassigned; "" is a value', async (scim) => {
        const user = await scim.user({ title: 'Guard', nickName: '' });
        expect(user).not.toHaveProperty('nickName');
        expect(await scim.patched(user, { op: 'replace', path: 'title', value: '' })).not.toHaveProperty('title');
      }),
      'an empty string also clears the attribute, because Microsoft’s null test sends it',
    ),
  ],
};
