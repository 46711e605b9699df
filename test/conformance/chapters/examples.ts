import { expect } from 'vitest';
import type { JsonObject } from '../../../src/scim/resource.ts';
import { must, type Chapter, type Requirement } from '../requirement.ts';
import { pathOf, urns, type Stored } from '../scim.ts';

const minimal = { schemas: [urns.user], userName: 'bjensen@example.com' };

// The values of RFC 7643 §8.2, with the country code of its erratum 5990; what the server sets is left out.
const full = {
  schemas: [urns.user],
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [
    {
      type: 'work',
      streetAddress: '100 Universal City Plaza',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'US',
      formatted: '100 Universal City Plaza\nHollywood, CA 91608 US',
      primary: true,
    },
    {
      type: 'home',
      streetAddress: '456 Hollywood Blvd',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'US',
      formatted: '456 Hollywood Blvd\nHollywood, CA 91608 US',
    },
  ],
  phoneNumbers: [
    { value: '555-555-5555', type: 'work' },
    { value: '555-555-4444', type: 'mobile' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' },
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/T', type: 'thumbnail' },
  ],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx' }],
};

const enterprise = {
  ...full,
  schemas: [urns.user, urns.enterprise],
  [urns.enterprise]: {
    employeeNumber: '701984',
    costCenter: '4130',
    organization: 'Universal Studios',
    division: 'Theme Park',
    department: 'Tour Operations',
  },
};

/** A row that a User of these values comes back as it was sent, from POST, GET and PUT. */
function comesBack(section: string, text: string, user: JsonObject): Requirement {
  return must(section, text, async (scim) => {
    const made = await scim.user(user);
    expect(withoutOurs(made)).toEqual(user);
    expect(withoutOurs(await scim.read(pathOf(made)))).toEqual(user);
    expect(withoutOurs((await scim.put(pathOf(made), user)).body)).toEqual(user);
  });
}

function withoutOurs({ id: _id, meta: _meta, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** The examples of the RFCs that no other chapter has. */
export const examples: Chapter = {
  title: 'Examples from the RFCs',
  file: 'examples',
  requirements: [
    comesBack('RFC 7643 §8.1', 'the minimal User is returned unchanged', minimal),
    comesBack('RFC 7643 §8.2', 'the full User is returned unchanged', full),
    comesBack('RFC 7643 §8.3', 'the enterprise User is returned unchanged', enterprise),
    must(
      'RFC 7643 §8.3',
      'the enterprise User with password, groups and a manager is accepted, and returned without password and groups',
      async (scim) => {
        const boss = await scim.user({ displayName: 'John Smith' });
        const manager = { value: boss.id, displayName: 'John Smith' };
        const sent = { ...enterprise, password: 't1meMa$heen', groups: [{ value: 'x', display: 'Tour Guides' }] };
        const user = await scim.user({ ...sent, [urns.enterprise]: { ...enterprise[urns.enterprise], manager } });
        expect(user[urns.enterprise]).toMatchObject({ department: 'Tour Operations', manager: { value: boss.id } });
        expect(user).not.toHaveProperty('password');
        expect(user).not.toHaveProperty('groups');
      },
    ),
    must('RFC 7643 §8.4', 'the Group with two members is returned with the URI and the type of each member', async (scim) => {
      const people = [await scim.user({ displayName: 'Babs Jensen' }), await scim.user({ displayName: 'Mandy Pepperidge' })];
      const members = people.map(({ id, meta }) => ({ value: id, $ref: meta.location, display: 'any' }));
      const group = await scim.group({ displayName: 'Tour Guides', members });
      const shown = group['members'] as readonly JsonObject[];
      for (const { id, meta } of people)
        expect(shown).toContainEqual(expect.objectContaining({ value: id, $ref: meta.location, type: 'User' }));
    }),
    must('RFC 7644 §3.5.2.1', 'the RFC example: add without a path adds e-mail addresses and a nickname', async (scim) => {
      const user = await scim.user();
      const value = { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' };
      const after = await scim.patched(user, { op: 'add', value });
      expect(after).toMatchObject({ emails: [{ value: 'babs@jensen.org', type: 'home' }], nickName: 'Babs' });
    }),
    must('RFC 7644 §3.5.2.2', 'the RFC example: e-mail addresses are removed by type and by a part of their value', async (scim) => {
      const user = await scim.user({
        emails: [
          { value: 'bjensen@example.com', type: 'work' },
          { value: 'bjensen@other.test', type: 'work' },
          { value: 'babs@example.com', type: 'home' },
        ],
      });
      const after = await scim.patched(user, { op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' });
      expect((after['emails'] as readonly JsonObject[]).map(({ value }) => value)).toEqual(['bjensen@other.test', 'babs@example.com']);
    }),
    must('RFC 7644 §3.5.2.3', 'the RFC example: the work address is replaced as a whole', async (scim) => {
      const user = await scim.user({ addresses: full.addresses });
      const value = {
        type: 'work',
        streetAddress: '911 Universal City Plaza',
        locality: 'Hollywood',
        region: 'CA',
        postalCode: '91608',
        country: 'US',
        formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
        primary: true,
      };
      const after = await scim.patched(user, { op: 'replace', path: 'addresses[type eq "work"]', value });
      expect(after['addresses']).toEqual([value, full.addresses[1]]);
    }),
    must('RFC 7644 §3.5.2.3', 'the RFC example: the street of the work address is replaced', async (scim) => {
      const user = await scim.user({ addresses: full.addresses });
      const value = '1010 Broadway Ave';
      const after = await scim.patched(user, { op: 'replace', path: 'addresses[type eq "work"].streetAddress', value });
      expect(after['addresses']).toEqual([{ ...full.addresses[0], streetAddress: value }, full.addresses[1]]);
    }),
    must('RFC 7644 §3.5.2.3', 'the RFC example: replace without a path replaces the e-mail addresses and the nickname', async (scim) => {
      const user = await scim.user({ emails: [{ value: 'old@example.com', type: 'work' }], nickName: 'Old' });
      const emails = [
        { value: 'bjensen@example.com', type: 'work', primary: true },
        { value: 'babs@jensen.org', type: 'home' },
      ];
      const after: Stored = await scim.patched(user, { op: 'replace', value: { emails, nickname: 'Babs' } });
      expect(after).toMatchObject({ emails, nickName: 'Babs' });
      expect(after['emails']).toHaveLength(2);
    }),
  ],
};
