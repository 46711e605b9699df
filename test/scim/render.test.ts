import { expect, test } from 'vitest';
import { renderGroup, renderUser } from '../../src/scim/render.ts';
import { enterpriseUserUrn, schemas } from './samples.ts';

const envelope = {
  id: 'u-1',
  created: new Date('2026-01-31T08:30:00Z'),
  modified: new Date('2026-02-01T08:30:00Z'),
  location: 'https://scim.contoso.test/scim/Users/u-1',
};

test('a User is returned with its id, its schemas and its meta', () => {
  expect(renderUser({ userName: 'mira' }, envelope, schemas)).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: 'u-1',
    userName: 'mira',
    meta: {
      resourceType: 'User',
      created: '2026-01-31T08:30:00.000Z',
      lastModified: '2026-02-01T08:30:00.000Z',
      location: 'https://scim.contoso.test/scim/Users/u-1',
    },
  });
});

test('a User has its extensions in schemas, and its groups and version if they are known', () => {
  const user = { userName: 'mira', [enterpriseUserUrn]: { department: 'Lab' } };
  const rendered = renderUser(user, { ...envelope, version: 'W/"3"', groups: [{ value: 'g-1', display: 'Lab' }] }, schemas);
  expect(rendered).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUserUrn],
    groups: [{ value: 'g-1', display: 'Lab' }],
    meta: { version: 'W/"3"' },
  });
});

test('empty lists are omitted (RFC 7643 §2.5)', () => {
  expect(renderUser({ userName: 'mira' }, { ...envelope, groups: [] }, schemas)).not.toHaveProperty('groups');
  expect(renderGroup({ displayName: 'Lab' }, { ...envelope, members: [] }, schemas)).not.toHaveProperty('members');
});

test('a Group is returned with its members', () => {
  const members = [{ value: 'u-1', type: 'User', $ref: 'https://scim.contoso.test/scim/Users/u-1' }];
  expect(renderGroup({ displayName: 'Lab' }, { ...envelope, members }, schemas)).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Lab',
    members,
    meta: { resourceType: 'Group' },
  });
});
