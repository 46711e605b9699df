import { expect } from 'vitest';
import { differs, may, must, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';
import type { JsonObject } from '../../../src/scim/resource.ts';

const full = {
  schemas: [urns.user, urns.enterprise],
  userName: 'mira',
  displayName: 'Mira Sand',
  title: 'Guard',
  name: { givenName: 'Mira', familyName: 'Sand' },
  emails: [{ value: 'mira@contoso.test', type: 'work', primary: true }],
  [urns.enterprise]: { department: 'Lab', employeeNumber: '4711' },
};

const keys = (body: JsonObject) =>
  Object.keys(body)
    .filter((key) => key !== 'id' && key !== 'schemas')
    .toSorted();

/** Which attributes a response contains: attributes, excludedAttributes, returned (RFC 7644 §3.4.2.5, §3.9, §3.10; RFC 7643 §7). */
export const projection: Chapter = {
  title: 'Attributes in responses',
  file: 'projection',
  requirements: [
    must(
      'RFC 7643 §7',
      'returned default: all attributes with a value are returned unless the request selects attributes',
      async (scim) => {
        const user = await scim.user(full);
        expect(keys(user)).toEqual([urns.enterprise, 'displayName', 'emails', 'meta', 'name', 'title', 'userName'].toSorted());
      },
    ),
    must('RFC 7644 §3.4.2.5', 'attributes in a GET of a resource: only the named attributes and id are returned', async (scim) => {
      const user = await scim.user(full);
      const { body } = await scim.get(`${pathOf(user)}?attributes=userName,title`);
      expect(body['id']).toBe(user.id);
      expect(keys(body)).toEqual(['title', 'userName']);
    }),
    must('RFC 7644 §3.4.2.5', 'attributes in a GET of a list: only the named attributes and id are returned', async (scim) => {
      const user = await scim.user(full);
      const [one] = (await scim.list('/Users', { attributes: 'userName' })).resources;
      expect(one).toMatchObject({ id: user.id, userName: 'mira' });
      expect(keys(one ?? {})).toEqual(['userName']);
    }),
    must('RFC 7644 §3.9', 'attributes in a POST: only the named attributes and id are returned', async (scim) => {
      const { status, body } = await scim.post('/Users?attributes=title', full);
      expect(status).toBe(201);
      expect(body['id']).toEqual(expect.any(String));
      expect(keys(body)).toEqual(['title']);
    }),
    must('RFC 7644 §3.9', 'attributes in a PUT: only the named attributes and id are returned', async (scim) => {
      const user = await scim.user(full);
      const { status, body } = await scim.put(`${pathOf(user)}?attributes=title`, { ...full, title: 'Porter' });
      expect([status, body['title'], keys(body)]).toEqual([200, 'Porter', ['title']]);
    }),
    must('RFC 7644 §3.5.2', 'attributes in a PATCH: the response is 200 with only the named attributes and id', async (scim) => {
      const user = await scim.user(full);
      const { status, body } = await scim.patch(`${pathOf(user)}?attributes=title`, [{ op: 'replace', path: 'title', value: 'Porter' }]);
      expect([status, body['id'], body['title'], keys(body)]).toEqual([200, user.id, 'Porter', ['title']]);
    }),
    must(
      'RFC 7644 §3.4.2.5',
      'excludedAttributes in a GET of a resource: all attributes except the named ones are returned',
      async (scim) => {
        const user = await scim.user(full);
        const { body } = await scim.get(`${pathOf(user)}?excludedAttributes=name,emails,meta`);
        expect(keys(body)).toEqual([urns.enterprise, 'displayName', 'title', 'userName'].toSorted());
      },
    ),
    must('RFC 7644 §3.4.2.5', 'excludedAttributes in a GET of a list: all attributes except the named ones are returned', async (scim) => {
      const user = await scim.user();
      await scim.group({ displayName: 'Lab', members: [{ value: user.id }] });
      const [group] = (await scim.list('/Groups', { excludedAttributes: 'members', filter: 'displayName eq "Lab"' })).resources;
      expect(keys(group ?? {})).toEqual(['displayName', 'meta']);
    }),
    must('RFC 7644 §3.9', 'excludedAttributes in a POST, PUT or PATCH: all attributes except the named ones are returned', async (scim) => {
      const made = await scim.post('/Users?excludedAttributes=title', full);
      expect(made.body).not.toHaveProperty('title');
      const path = `/Users/${made.body['id'] as string}?excludedAttributes=title`;
      expect((await scim.put(path, full)).body).not.toHaveProperty('title');
      const patched = await scim.patch(path, [{ op: 'replace', path: 'nickName', value: 'M' }]);
      expect(patched.body).toMatchObject({ nickName: 'M', userName: 'mira' });
      expect(patched.body).not.toHaveProperty('title');
    }),
    must('RFC 7643 §7', 'returned always: id is returned even if it is excluded', async (scim) => {
      const user = await scim.user(full);
      expect((await scim.get(`${pathOf(user)}?excludedAttributes=id,userName`)).body).toMatchObject({ id: user.id });
    }),
    must('RFC 7643 §3', 'schemas is returned even if it is excluded: each representation contains it', async (scim) => {
      const user = await scim.user(full);
      for (const query of ['excludedAttributes=schemas', 'attributes=title']) {
        expect((await scim.get(`${pathOf(user)}?${query}`)).body['schemas']).toContain(urns.user);
      }
    }),
    must('RFC 7644 §3.4.2.5', 'if a sub-attribute is named, its parent attribute contains only that sub-attribute', async (scim) => {
      const user = await scim.user(full);
      const { body } = await scim.get(`${pathOf(user)}?attributes=name.givenName,emails.value`);
      expect(body['name']).toEqual({ givenName: 'Mira' });
      expect(body['emails']).toEqual([{ value: 'mira@contoso.test' }]);
      expect(keys(body)).toEqual(['emails', 'name']);
    }),
    must('RFC 7644 §3.4.2.5', 'a sub-attribute can be excluded', async (scim) => {
      const user = await scim.user(full);
      const { body } = await scim.get(`${pathOf(user)}?excludedAttributes=name.givenName,emails.primary`);
      expect(body['name']).toEqual({ familyName: 'Sand' });
      expect(body['emails']).toEqual([{ value: 'mira@contoso.test', type: 'work' }]);
    }),
    must('RFC 7644 §3.10', 'attribute names can be prefixed with the URN of their schema', async (scim) => {
      const user = await scim.user(full);
      const { body } = await scim.get(`${pathOf(user)}?attributes=${urns.user}:name.familyName,${urns.enterprise}:department`);
      expect(body['name']).toEqual({ familyName: 'Sand' });
      expect(body[urns.enterprise]).toEqual({ department: 'Lab' });
    }),
    must('RFC 7644 §3.10', 'the URN, the attribute name and the sub-attribute name are case-insensitive', async (scim) => {
      const user = await scim.user(full);
      const { body } = await scim.get(`${pathOf(user)}?attributes=NAME.givenname,${urns.enterprise.toUpperCase()}:Department`);
      expect(body['name']).toEqual({ givenName: 'Mira' });
      expect(body[urns.enterprise]).toEqual({ department: 'Lab' });
    }),
    may('RFC 7644 §3.10', 'the URN of an extension selects the whole extension', async (scim) => {
      const user = await scim.user(full);
      const named = await scim.get(`${pathOf(user)}?attributes=${urns.enterprise}`);
      expect(named.body[urns.enterprise]).toEqual({ department: 'Lab', employeeNumber: '4711' });
      const without = await scim.get(`${pathOf(user)}?excludedAttributes=${urns.enterprise}`);
      expect(Object.keys(without.body)).not.toContain(urns.enterprise);
    }),
    must('RFC 7644 §3.4.2.5', 'an unknown attribute name is ignored', async (scim) => {
      const user = await scim.user(full);
      expect(keys((await scim.get(`${pathOf(user)}?attributes=fruit,title`)).body)).toEqual(['title']);
    }),
    must('RFC 7643 §7', 'returned never: a password is not returned, even if it is requested', async (scim) => {
      const user = await scim.user({ password: 's3cr3t-x' });
      const { status, text } = await scim.get(`${pathOf(user)}?attributes=password`);
      expect(status).toBe(200);
      expect(text).not.toMatch(/password|s3cr3t/);
    }),
    must('RFC 7644 §3.9', 'a request with both attributes and excludedAttributes returns 400 with invalidValue', async (scim) => {
      const query = 'attributes=name,title&excludedAttributes=title';
      const user = await scim.user(full);
      for (const path of [pathOf(user), '/Users']) expectError(await scim.get(`${path}?${query}`), 400, 'invalidValue');
      expectError(await scim.put(`${pathOf(user)}?${query}`, { ...full, title: 'Porter' }), 400, 'invalidValue');
      expect(await scim.read(pathOf(user))).toEqual(user);
    }),
    differs(
      must('RFC 7644 §3.9', 'the attributes parameter accepts attribute names, not filters', async (scim) => {
        const user = await scim.user(full);
        expect((await scim.query(pathOf(user), { attributes: 'emails[type eq "work"]' })).body['emails']).toMatchObject([
          { value: 'mira@contoso.test' },
        ]);
      }),
      'a filter in brackets after an attribute name is also accepted, because Microsoft’s test collection contains such names',
    ),
  ],
};
