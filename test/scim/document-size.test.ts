import { describe, expect, it, test } from 'vitest';
import { applyPatch } from '../support/apply-patch.ts';
import { reduceGroupPatch } from '../../src/scim/patch/reduce-group.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../src/scim/schema/definition.ts';
import { parseGroup, parseUser } from '../../src/scim/parse-resource.ts';
import { aUser, enterpriseUserUrn, errorOf, schemas } from './samples.ts';

const own = compileSchemas([
  {
    resourceType: 'User',
    schema: {
      id: 'urn:contoso:User',
      name: 'Contoso',
      description: '',
      attributes: [
        defineAttribute('note', ''),
        defineAttribute('tags', '', { multiValued: true }),
        defineAttribute('since', '', { type: 'dateTime' }),
      ],
    },
  },
]);

const text = (length: number) => 'x'.repeat(length);

describe('a text value', () => {
  test.each<[string, number, (value: string) => unknown]>([
    ['title', 10_000, (title) => parseUser({ userName: 'u', title }, schemas)],
    ['name.givenName', 10_000, (givenName) => parseUser({ userName: 'u', name: { givenName } }, schemas)],
    ['emails.display', 10_000, (display) => parseUser({ userName: 'u', emails: [{ value: 'v', display }] }, schemas)],
    ['profileUrl', 10_000, (profileUrl) => parseUser({ userName: 'u', profileUrl }, schemas)],
    [`${enterpriseUserUrn}:department`, 10_000, (department) => parseUser({ userName: 'u', [enterpriseUserUrn]: { department } }, schemas)],
    ['urn:contoso:User:note', 10_000, (note) => parseUser({ userName: 'u', 'urn:contoso:User': { note } }, own)],
    ['urn:contoso:User:tags', 10_000, (tag) => parseUser({ userName: 'u', 'urn:contoso:User': { tags: [tag] } }, own)],
    ['x509Certificates.value', 65_536, (value) => parseUser({ userName: 'u', x509Certificates: [{ value }] }, schemas)],
    ['photos.value', 65_536, (value) => parseUser({ userName: 'u', photos: [{ value }] }, schemas)],
    ['members.display', 1_024, (display) => parseGroup({ displayName: 'g', members: [{ value: 'm', display }] }, schemas)],
    ['members.type', 1_024, (type) => parseGroup({ displayName: 'g', members: [{ value: 'm', type }] }, schemas)],
    ['title', 10_000, (value) => applyPatch(aUser(), [{ op: 'replace', path: 'title', value }], schemas)],
    ['addresses.formatted', 10_000, (value) => applyPatch(aUser(), [{ op: 'add', path: 'addresses.formatted', value }], schemas)],
    ['members.display', 1_024, (display) => reduceGroupPatch([{ op: 'add', path: 'members', value: [{ value: 'm', display }] }], schemas)],
  ])('in %s has at most %i characters', (path, most, act) => {
    expect(() => act(text(most))).not.toThrow();
    expect(errorOf(() => act(text(most + 1)))).toEqual({
      status: 400,
      scimType: 'invalidValue',
      detail: `${path} is longer than ${most} characters.`,
    });
  });

  it('that is too long is refused before it is read as a date or number', () => {
    const body = { userName: 'u', 'urn:contoso:User': { since: `2026-01-31T08:30:00.${'0'.repeat(10_000)}Z` } };
    expect(errorOf(() => parseUser(body, own)).detail).toBe('urn:contoso:User:since is longer than 10000 characters.');
  });
});

/** A User with exactly this number of bytes; ä has two. */
function userOf(bytes: number): { readonly userName: string; readonly addresses: readonly { readonly formatted: string }[] } {
  const ten = Array.from({ length: 10 }, (_, index) => ({ formatted: String(index).padEnd(9_000, 'x') }));
  const missing = bytes - Buffer.byteLength(JSON.stringify({ userName: 'ä', addresses: [...ten, { formatted: '' }] }));
  return { userName: 'ä', addresses: [...ten, { formatted: text(missing) }] };
}

describe('a User document', () => {
  const tooLarge = { status: 400, scimType: 'invalidValue', detail: 'The User would have 100001 bytes (max 100000).' };

  it('may have at most 100,000 bytes when it is received', () => {
    expect(Buffer.byteLength(JSON.stringify(userOf(100_000)))).toBe(100_000);
    expect(parseUser(userOf(100_000), schemas).addresses).toHaveLength(11);
    expect(errorOf(() => parseUser(userOf(100_001), schemas))).toEqual(tooLarge);
  });

  it('may have at most 100,000 bytes after a PATCH', () => {
    const patch = (value: string) => applyPatch(userOf(99_988), [{ op: 'add', path: 'title', value }], schemas);
    expect(patch('x').title).toBe('x');
    expect(errorOf(() => patch('xx'))).toEqual(tooLarge);
  });

  it('that is already larger may shrink, and not grow', () => {
    const stored = { ...userOf(100_000), title: text(20_000) };
    expect(applyPatch(stored, [{ op: 'replace', path: 'title', value: text(10_000) }], schemas).title).toHaveLength(10_000);
    expect(applyPatch(stored, [{ op: 'remove', path: 'title' }], schemas).title).toBeUndefined();
    expect(errorOf(() => applyPatch(stored, [{ op: 'add', path: 'nickName', value: 'x' }], schemas)).scimType).toBe('invalidValue');
  });
});

test('a Group document is limited by its members only', () => {
  const members = Array.from({ length: 5_000 }, (_, index) => ({ value: `member-${index}`, display: text(50) }));
  expect(parseGroup({ displayName: 'g', members }, schemas).members).toHaveLength(5_000);
});
