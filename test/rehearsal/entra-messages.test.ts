import { describe, expect, test } from 'vitest';
import type { EntraPerson } from '../../src/rehearsal/entra-directory.ts';
import {
  toAddMembersPatch,
  toFilterQuery,
  toGroupBody,
  toManagerPatch,
  toRemoveMembersPatch,
  toRenamePatch,
  toUserBody,
  toUserPatch,
} from '../../src/rehearsal/entra-messages.ts';
import { enterpriseUserUrn } from '../../src/scim/resource.ts';

const mira: EntraPerson = {
  objectId: '1',
  userPrincipalName: 'mira.sand@contoso.test',
  mailNickname: 'mira.sand',
  accountEnabled: true,
  displayName: 'Mira Sand',
  givenName: 'Mira',
  surname: 'Sand',
  mail: 'mira.sand@contoso.test',
  department: 'Lab',
  physicalDeliveryOfficeName: 'B2/101',
  city: 'Graz',
  manager: '2',
};
const inDefault = { shape: 'default', clearEmpty: false } as const;
const compliant = { shape: 'compliant', clearEmpty: false } as const;

// docs/entra-facts.md#creating-people
describe('a create request', () => {
  test('has every mapped attribute at its SCIM path, and no manager', () => {
    expect(toUserBody(mira)).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUserUrn],
      meta: { resourceType: 'User' },
      userName: 'mira.sand@contoso.test',
      active: true,
      externalId: 'mira.sand',
      displayName: 'Mira Sand',
      name: { givenName: 'Mira', familyName: 'Sand' },
      emails: [{ primary: true, type: 'work', value: 'mira.sand@contoso.test' }],
      addresses: [{ type: 'work', formatted: 'B2/101', locality: 'Graz' }],
      [enterpriseUserUrn]: { department: 'Lab' },
    });
  });

  test('omits empty attributes', () => {
    const { mail: _, ...silent } = mira;
    expect(toUserBody(silent)).not.toHaveProperty('emails');
    expect(toUserBody({ ...mira, mail: '' })).not.toHaveProperty('emails');
  });

  // docs/entra-facts.md#creating-groups
  test('of a group has no members and the second URN of Microsoft’s sample', () => {
    const body = toGroupBody({ objectId: '9', displayName: 'Lab Staff', members: ['1'] });
    expect(body).not.toHaveProperty('members');
    expect(body['schemas']).toContain('http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group');
  });
});

// docs/entra-facts.md#patch-by-default
describe('an update request in the default format', () => {
  test('has one operation with a capital name for each attribute, Add for a new one', () => {
    const now = { ...mira, displayName: 'Mira Oh', surname: 'Oh', mail: 'mira.oh@contoso.test', department: 'QA', mobile: '+43 1' };
    expect(toUserPatch(mira, now, inDefault)?.Operations).toEqual([
      { op: 'Replace', path: 'displayName', value: 'Mira Oh' },
      { op: 'Replace', path: 'name.familyName', value: 'Oh' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'mira.oh@contoso.test' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+43 1' },
      { op: 'Replace', path: `${enterpriseUserUrn}:department`, value: 'QA' },
    ]);
  });

  test('sends active as text', () => {
    expect(toUserPatch(mira, { ...mira, accountEnabled: false }, inDefault)?.Operations).toEqual([
      { op: 'Replace', path: 'active', value: 'False' },
    ]);
  });

  test('is not built if nothing differs, or only the manager', () => {
    expect(toUserPatch(mira, { ...mira, manager: '3' }, inDefault)).toBeUndefined();
  });

  test('does not mention an attribute that became empty, unless configured to clear it', () => {
    const { mail: _, ...silent } = mira;
    expect(toUserPatch(mira, silent, inDefault)).toBeUndefined();
    expect(toUserPatch(mira, silent, { ...inDefault, clearEmpty: true })?.Operations).toEqual([
      { op: 'Remove', path: 'emails[type eq "work"].value' },
    ]);
  });
});

// docs/entra-facts.md#patch-with-the-flag
describe('an update request with the aadOptscim062020 flag', () => {
  test('combines single values in one operation without a path, and keeps value paths separate', () => {
    const now = { ...mira, displayName: 'Mira Oh', surname: 'Oh', mail: 'mira.oh@contoso.test', department: 'QA' };
    expect(toUserPatch(mira, now, compliant)?.Operations).toEqual([
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'mira.oh@contoso.test' },
      { op: 'replace', value: { displayName: 'Mira Oh', 'name.familyName': 'Oh', [`${enterpriseUserUrn}:department`]: 'QA' } },
    ]);
  });

  test('disables a person by path with a boolean', () => {
    expect(toUserPatch(mira, { ...mira, accountEnabled: false }, compliant)?.Operations).toEqual([
      { op: 'replace', path: 'active', value: false },
    ]);
  });
});

describe('requests for references and groups', () => {
  test.each([
    ['manager, default', toManagerPatch('7c', 'default'), { op: 'Add', path: `${enterpriseUserUrn}:manager`, value: '7c' }],
    ['manager, flag', toManagerPatch('7c', 'compliant'), { op: 'add', path: `${enterpriseUserUrn}:manager`, value: { value: '7c' } }],
    ['no manager', toManagerPatch(undefined, 'default'), { op: 'Remove', path: `${enterpriseUserUrn}:manager` }],
    ['rename, default', toRenamePatch('Lab Crew', 'default'), { op: 'Replace', path: 'displayName', value: 'Lab Crew' }],
    ['rename, flag', toRenamePatch('Lab Crew', 'compliant'), { op: 'replace', value: { displayName: 'Lab Crew' } }],
    ['add', toAddMembersPatch(['7c'], 'default'), { op: 'Add', path: 'members', value: [{ $ref: null, value: '7c' }] }],
    ['remove, default', toRemoveMembersPatch(['7c'], 'default'), { op: 'Remove', path: 'members', value: [{ $ref: null, value: '7c' }] }],
    ['remove, flag', toRemoveMembersPatch(['7c'], 'compliant'), { op: 'remove', path: 'members[value eq "7c"]' }],
  ])('%s', (_, patch, operation) => {
    expect(patch.Operations).toEqual([operation]);
    expect(patch.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:PatchOp']);
  });

  // docs/entra-facts.md#query-encoding
  test('encode queries as forms: spaces as +, quotes as %22', () => {
    expect(toFilterQuery('userName', 'a+b@c.test')).toBe('filter=userName+eq+%22a%2Bb%40c.test%22');
  });
});
