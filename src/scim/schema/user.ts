// The schema of the core User.
import { userUrn } from '../resource.ts';
import { defineAttribute, defineComplex, defineMultiValued, type SchemaDefinition } from './definition.ts';

const name = defineComplex('name', "The parts of the person's name.", [
  defineAttribute('formatted', 'The full name, formatted for display.'),
  defineAttribute('familyName', 'The family name.'),
  defineAttribute('givenName', 'The given name.'),
  defineAttribute('middleName', 'The middle names.'),
  defineAttribute('honorificPrefix', 'A prefix of the name, such as a title.'),
  defineAttribute('honorificSuffix', 'A suffix of the name.'),
]);

const addresses = defineComplex(
  'addresses',
  'Postal addresses.',
  [
    defineAttribute('formatted', 'The full address, formatted for display.'),
    defineAttribute('streetAddress', 'Street and house number; may have several lines.'),
    defineAttribute('locality', 'City or town.'),
    defineAttribute('region', 'State or region.'),
    defineAttribute('postalCode', 'Postal code.'),
    defineAttribute('country', 'Country.'),
    defineAttribute('type', 'The purpose of the address.', { canonicalValues: ['work', 'home', 'other'] }),
    defineAttribute('primary', 'Whether this is the preferred address; true for at most one address.', { type: 'boolean' }),
  ],
  { multiValued: true },
);

const groups = defineComplex(
  'groups',
  'The groups that the user is a member of. Read-only: change the groups instead.',
  [
    defineAttribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
    defineAttribute('$ref', 'The address of the group.', {
      type: 'reference',
      referenceTypes: ['Group'],
      caseExact: true,
      mutability: 'readOnly',
    }),
    defineAttribute('display', 'The name of the group.', { mutability: 'readOnly' }),
    defineAttribute('type', 'The kind of membership.', { mutability: 'readOnly', canonicalValues: ['direct', 'indirect'] }),
  ],
  { multiValued: true, mutability: 'readOnly' },
);

/** The core User of RFC 7643 §4.1, with the characteristics of §8.7.1. */
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
    defineAttribute('displayName', 'The display name of the person.'),
    defineAttribute('nickName', 'The nickname of the person.'),
    defineAttribute('profileUrl', 'The address of a page about the person.', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    defineAttribute('title', 'The job title.'),
    defineAttribute('userType', 'The relationship to the organization, such as employee or contractor.'),
    defineAttribute('preferredLanguage', 'The preferred language, as in Accept-Language.'),
    defineAttribute('locale', 'The locale for dates and numbers.'),
    defineAttribute('timezone', 'The time zone, such as Europe/Vienna.'),
    defineAttribute('active', 'Whether the account is active.', { type: 'boolean' }),
    defineAttribute('password', 'Accepted and discarded; users do not sign in to this service.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    defineMultiValued('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    defineMultiValued('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    defineMultiValued('ims', 'Instant messaging addresses.', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    defineMultiValued('photos', 'URLs of photos.', ['photo', 'thumbnail'], {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    addresses,
    groups,
    defineMultiValued('entitlements', 'Entitlements of the person.', []),
    defineMultiValued('roles', 'Roles of the person.', []),
    defineMultiValued('x509Certificates', 'Certificates of the person.', [], { type: 'binary', caseExact: true }),
  ],
};
