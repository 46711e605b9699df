import { userUrn } from '../resource.ts';
import { defineAttribute, defineComplex, defineMultiValued, type SchemaDefinition } from './definition.ts';

const name = defineComplex('name', 'The parts of the name of the person.', [
  defineAttribute('formatted', 'The full name, as it is to be shown.'),
  defineAttribute('familyName', 'The family name.'),
  defineAttribute('givenName', 'The given name.'),
  defineAttribute('middleName', 'The middle names.'),
  defineAttribute('honorificPrefix', 'What stands before the name, such as a title.'),
  defineAttribute('honorificSuffix', 'What stands after the name.'),
]);

const addresses = defineComplex(
  'addresses',
  'Postal addresses.',
  [
    defineAttribute('formatted', 'The full address, as it is to be shown.'),
    defineAttribute('streetAddress', 'Street and house number, perhaps of several lines.'),
    defineAttribute('locality', 'City or town.'),
    defineAttribute('region', 'State or region.'),
    defineAttribute('postalCode', 'Postal code.'),
    defineAttribute('country', 'Country.'),
    defineAttribute('type', 'What the address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
    defineAttribute('primary', 'Whether this is the preferred address; true at most once.', { type: 'boolean' }),
  ],
  { multiValued: true },
);

const groups = defineComplex(
  'groups',
  'The groups that the user is a member of; changed through the groups.',
  [
    defineAttribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
    defineAttribute('$ref', 'The address of the group.', {
      type: 'reference',
      referenceTypes: ['Group'],
      caseExact: true,
      mutability: 'readOnly',
    }),
    defineAttribute('display', 'The name of the group.', { mutability: 'readOnly' }),
    defineAttribute('type', 'How the user is a member.', { mutability: 'readOnly', canonicalValues: ['direct', 'indirect'] }),
  ],
  { multiValued: true, mutability: 'readOnly' },
);

/** The core User of RFC 7643 §4.1, characteristics as in §8.7.1. */
export const userSchema: SchemaDefinition = {
  id: userUrn,
  name: 'User',
  description: 'User Account',
  attributes: [
    defineAttribute('userName', 'The name that the person signs in with at the identity provider.', {
      required: true,
      uniqueness: 'server',
    }),
    name,
    defineAttribute('displayName', 'The name of the person, as it is to be shown.'),
    defineAttribute('nickName', 'The casual name of the person.'),
    defineAttribute('profileUrl', 'The address of a page about the person.', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    defineAttribute('title', 'The job title.'),
    defineAttribute('userType', 'The relation to the organization, such as employee or contractor.'),
    defineAttribute('preferredLanguage', 'The language that the person prefers, as in Accept-Language.'),
    defineAttribute('locale', 'The place whose customs for dates and numbers apply.'),
    defineAttribute('timezone', 'The time zone, as the time zone database names it.'),
    defineAttribute('active', 'Whether the account may be used.', { type: 'boolean' }),
    defineAttribute('password', 'Accepted and thrown away: nobody signs in here.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    defineMultiValued('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    defineMultiValued('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    defineMultiValued('ims', 'Addresses for instant messages.', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    defineMultiValued('photos', 'Addresses of pictures.', ['photo', 'thumbnail'], {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    addresses,
    groups,
    defineMultiValued('entitlements', 'Things that the person is entitled to.', []),
    defineMultiValued('roles', 'Roles that the person has.', []),
    defineMultiValued('x509Certificates', 'Certificates of the person.', [], { type: 'binary', caseExact: true }),
  ],
};
