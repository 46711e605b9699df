import { describe, expect, it } from 'vitest';
import { readRecord, toDocument, toPatch } from '../../../../src/outbound/drivers/scim/document.ts';
import { parseFieldPath, PathFault, toFilter } from '../../../../src/outbound/drivers/scim/field-path.ts';
import { scimDriver } from '../../../../src/outbound/drivers/scim/index.ts';
import { aDefinition } from '../../../support/builders.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const core = 'urn:ietf:params:scim:schemas:core:2.0:User';

const anna = {
  userName: 'anna@contoso.com',
  'name.givenName': 'Anna',
  'name.familyName': 'Berg',
  title: '',
  'emails[type eq "work"].value': 'anna@contoso.com',
  'phoneNumbers[type eq "mobile"].value': '+43 660 1',
  'phoneNumbers[type eq "work"].value': '',
  'addresses[type eq "work"].locality': 'Graz',
  'addresses[type eq "work"].country': 'AT',
  [`${enterprise}:department`]: 'Sales',
  [`${enterprise}:manager.value`]: 'm-1',
  roles: ['guard', 'first aider'],
};

describe('a Record', () => {
  it('becomes a document without its empty fields', () => {
    expect(JSON.parse(JSON.stringify(toDocument(anna, true)))).toEqual({
      schemas: [core, enterprise],
      userName: 'anna@contoso.com',
      name: { givenName: 'Anna', familyName: 'Berg' },
      emails: [{ type: 'work', value: 'anna@contoso.com' }],
      phoneNumbers: [{ type: 'mobile', value: '+43 660 1' }],
      addresses: [{ type: 'work', locality: 'Graz', country: 'AT' }],
      roles: [{ value: 'guard' }, { value: 'first aider' }],
      [enterprise]: { department: 'Sales', manager: { value: 'm-1' } },
      active: true,
    });
  });

  it('becomes a patch that clears empty fields and replaces whole lists', () => {
    const { title, userName } = anna;
    const phones = { 'phoneNumbers[type eq "mobile"].value': '', 'phoneNumbers[type eq "work"].value': '' };
    const record = { userName, title, [`${enterprise}:department`]: 'Sales', 'emails[type eq "work"].value': userName, ...phones };
    expect(JSON.parse(JSON.stringify(toPatch(record, true)))).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'replace', path: 'userName', value: userName },
        { op: 'remove', path: 'title' },
        { op: 'replace', path: `${enterprise}:department`, value: 'Sales' },
        { op: 'replace', path: 'emails', value: [{ type: 'work', value: userName }] },
        { op: 'remove', path: 'phoneNumbers' },
        { op: 'replace', path: 'active', value: true },
      ],
    });
  });

  it('is read back from a document with attribute names in any case', () => {
    const document = {
      UserName: 'anna@contoso.com',
      emails: [
        { type: 'home', value: 'x' },
        { Type: 'work', value: 'anna@contoso.com' },
      ],
      name: null,
    };
    expect(readRecord(document, Object.keys(anna))).toEqual({
      userName: 'anna@contoso.com',
      'emails[type eq "work"].value': 'anna@contoso.com',
    });
  });

  it('may have a field with the name of an Object.prototype property', () => {
    expect(JSON.parse(JSON.stringify(toDocument({ 'constructor.name': 'x' }, true)))).toMatchObject({ constructor: { name: 'x' } });
  });
});

describe('the path of a field', () => {
  it.each([
    'a.b.c',
    '__proto__.x',
    'emails[type eq "work"',
    'emails[type pr].value',
    'emails[type eq "a" or type eq "b"].value',
    'emails[type ne "work"].value',
    'emails.value[type eq "work"]',
    '',
    'first name',
  ])('cannot be %j', (text) => {
    expect(() => parseFieldPath(text)).toThrow(PathFault);
  });

  it.each([
    ['userName', 'o"brien\\', 'userName eq "o\\"brien\\\\"'],
    ['name.givenName', 'Anna', 'name.givenName eq "Anna"'],
    ['emails[type eq "work"].value', 'a@x', 'emails[type eq "work" and value eq "a@x"]'],
    [`${enterprise}:employeeNumber`, '7', `${enterprise}:employeeNumber eq "7"`],
  ])('%s becomes for %j the filter %s', (path, value, filter) => {
    expect(toFilter(parseFieldPath(path), value)).toBe(filter);
  });
});

describe('the check of scim settings', () => {
  const check = (mapping: object, settings: object = {}) =>
    scimDriver.check!(
      scimDriver.settings.parse({ url: 'https://x.test/scim', ...settings }),
      aDefinition({ mapping: mapping as never }),
    ).map(({ message }) => message);

  it('reports fields that are not paths, and the field active', () => {
    expect(check({ userName: {}, 'First Name': {}, active: {} })).toEqual([
      'First Name is not the path of a SCIM attribute',
      'active is set by the driver',
    ]);
  });

  it('refuses groups', () => {
    expect(scimDriver.settings.safeParse({ url: 'https://x.test/scim', groups: true }).success).toBe(false);
  });
});
