import { describe, expect, it, test } from 'vitest';
import { applyPatch } from '../../support/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { ScimUser } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../../src/scim/schema/definition.ts';
import { aUser, enterpriseUserUrn, errorOf, schemas } from '../samples.ts';

function patch(user: ScimUser, ...operations: object[]): ScimUser {
  return applyPatch(user, parsePatch({ Operations: operations }), schemas);
}

const work = { type: 'work', value: 'mira.sand@contoso.test', primary: true };
const home = { type: 'home', value: 'mira@example.org' };

it('elements that a change makes equal are kept once (RFC 7643 §2.4)', () => {
  const other = { type: 'work', value: 'sand@contoso.test' };
  const emails = [{ type: 'work', value: 'mira@contoso.test' }, other, home];
  const changed = patch(aUser({ emails }), { op: 'replace', path: 'emails[type eq "work"].value', value: other.value });
  expect(changed.emails).toEqual([other, home]);
});

describe('add (RFC 7644 §3.5.2.1)', () => {
  it('sets a single value, absent or present', () => {
    expect(patch(aUser(), { op: 'add', path: 'title', value: 'Porter' })).toEqual(aUser({ title: 'Porter' }));
    expect(patch(aUser(), { op: 'add', path: 'displayName', value: 'Mira' })).toEqual(aUser({ displayName: 'Mira' }));
  });

  it('merges the sub-attributes of a complex value', () => {
    const name = { formatted: 'Mira Sand', familyName: 'Sand', givenName: 'Mira', middleName: 'A.' };
    expect(patch(aUser(), { op: 'add', path: 'name', value: { middleName: 'A.' } })).toEqual(aUser({ name }));
    expect(patch(aUser(), { op: 'add', path: 'name.middleName', value: 'A.' })).toEqual(aUser({ name }));
  });

  it('appends to multi-valued attributes', () => {
    const other = { type: 'other', value: 'm@contoso.test' };
    expect(patch(aUser(), { op: 'add', path: 'emails', value: [other] })).toEqual(aUser({ emails: [work, home, other] }));
    expect(patch(aUser(), { op: 'add', path: 'emails', value: other })).toEqual(aUser({ emails: [work, home, other] }));
  });

  it('does not append a duplicate element, but updates the one with the same value and type', () => {
    const user = aUser();
    expect(patch(user, { op: 'add', path: 'emails', value: [home, home] })).toBe(user);
    expect(patch(user, { op: 'add', path: 'emails', value: [{ ...home, display: 'Home' }] })).toEqual(
      aUser({ emails: [work, { ...home, display: 'Home' }] }),
    );
    const asOther = { ...home, type: 'other' };
    expect(patch(user, { op: 'add', path: 'emails', value: [asOther] })).toEqual(aUser({ emails: [work, home, asOther] }));
  });

  it('adds each attribute of a value without a path, extensions too', () => {
    const value = { nickName: 'Mi', emails: [{ type: 'other', value: 'm@contoso.test' }], [enterpriseUserUrn]: { division: 'R&D' } };
    expect(patch(aUser(), { op: 'add', value })).toEqual(
      aUser({
        nickName: 'Mi',
        emails: [work, home, { type: 'other', value: 'm@contoso.test' }],
        [enterpriseUserUrn]: { ...aUser()[enterpriseUserUrn], division: 'R&D' },
      }),
    );
  });

  it('accepts the URN of an extension as a path', () => {
    expect(patch(aUser(), { op: 'add', path: enterpriseUserUrn, value: { division: 'R&D' } })[enterpriseUserUrn]).toEqual({
      ...aUser()[enterpriseUserUrn],
      division: 'R&D',
    });
  });

  it('merges into the elements that a filter selects', () => {
    expect(patch(aUser(), { op: 'add', path: 'emails[type eq "home"]', value: { display: 'Home' } })).toEqual(
      aUser({ emails: [work, { ...home, display: 'Home' }] }),
    );
  });
});

describe('replace (RFC 7644 §3.5.2.3)', () => {
  it('sets a value, absent or present', () => {
    expect(patch(aUser(), { op: 'replace', path: 'title', value: 'Porter' })).toEqual(aUser({ title: 'Porter' }));
    expect(patch(aUser(), { op: 'replace', path: 'userName', value: 'new@contoso.test' })).toEqual(aUser({ userName: 'new@contoso.test' }));
  });

  it('keeps the sub-attributes of a complex value that the new value omits', () => {
    expect(patch(aUser(), { op: 'replace', path: 'name', value: { familyName: 'Oh' } })).toEqual(
      aUser({ name: { ...aUser().name, familyName: 'Oh' } }),
    );
  });

  it('replaces all elements by the given ones', () => {
    const one = { type: 'work', value: 'm@contoso.test' };
    expect(patch(aUser(), { op: 'replace', path: 'emails', value: [one] })).toEqual(aUser({ emails: [one] }));
    expect(patch(aUser(), { op: 'replace', value: { emails: [one] } })).toEqual(aUser({ emails: [one] }));
  });

  it('replaces each selected element by the given element', () => {
    const user = aUser({
      addresses: [
        { type: 'work', locality: 'Graz' },
        { type: 'home', locality: 'Wien' },
      ],
    });
    expect(
      patch(user, { op: 'replace', path: 'addresses[type eq "work"]', value: { type: 'work', locality: 'Linz', country: 'AT' } }).addresses,
    ).toEqual([
      { type: 'work', locality: 'Linz', country: 'AT' },
      { type: 'home', locality: 'Wien' },
    ]);
  });

  it('changes a sub-attribute of all selected elements', () => {
    const user = patch(aUser(), { op: 'replace', path: 'emails[value co "mira"].display', value: 'Mira' });
    expect(user.emails).toEqual([
      { ...work, display: 'Mira' },
      { ...home, display: 'Mira' },
    ]);
  });

  it('changes a sub-attribute of all elements when there is no filter', () => {
    expect(patch(aUser(), { op: 'replace', path: 'emails.display', value: 'Mira' }).emails?.map((email) => email.display)).toEqual([
      'Mira',
      'Mira',
    ]);
  });
});

describe('remove (RFC 7644 §3.5.2.2)', () => {
  it('removes an attribute, a sub-attribute, an extension or the selected elements', () => {
    expect(patch(aUser(), { op: 'remove', path: 'displayName' })).not.toHaveProperty('displayName');
    expect(patch(aUser(), { op: 'remove', path: 'name.formatted' }).name).toEqual({ familyName: 'Sand', givenName: 'Mira' });
    expect(patch(aUser(), { op: 'remove', path: enterpriseUserUrn })).not.toHaveProperty([enterpriseUserUrn]);
    expect(patch(aUser(), { op: 'remove', path: `${enterpriseUserUrn}:department` })[enterpriseUserUrn]).not.toHaveProperty('department');
    expect(patch(aUser(), { op: 'remove', path: 'emails[type eq "work"]' })).toEqual(aUser({ emails: [home] }));
    expect(patch(aUser(), { op: 'remove', path: 'emails' })).not.toHaveProperty('emails');
    expect(patch(aUser(), { op: 'remove', path: 'emails[type eq "home"].type' }).emails).toEqual([work, { value: home.value }]);
  });

  it('leaves no empty attribute behind', () => {
    expect(patch(aUser(), { op: 'remove', path: 'emails[value pr]' })).not.toHaveProperty('emails');
    expect(patch(aUser({ name: { givenName: 'Mira' } }), { op: 'remove', path: 'name.givenName' })).not.toHaveProperty('name');
    expect(
      patch(aUser({ [enterpriseUserUrn]: { department: 'Lab' } }), { op: 'remove', path: `${enterpriseUserUrn}:department` }),
    ).not.toHaveProperty([enterpriseUserUrn]);
  });

  it('is the effect of null for a whole extension in a value without a path', () => {
    expect(patch(aUser(), { op: 'replace', value: { [enterpriseUserUrn]: null } })).not.toHaveProperty([enterpriseUserUrn]);
    const user = aUser();
    expect(patch(user, { op: 'replace', value: { [enterpriseUserUrn]: {} } }, { op: 'add', value: { [enterpriseUserUrn]: null } })).toBe(
      user,
    );
  });

  it('is the effect of an empty object in an array for a complex value', () => {
    expect(patch(aUser(), { op: 'replace', path: 'name', value: [null] })).not.toHaveProperty('name');
  });

  it('of an absent attribute changes nothing', () => {
    const user = aUser();
    expect(
      patch(
        user,
        { op: 'remove', path: 'title' },
        { op: 'remove', path: 'emails[type eq "other"]' },
        { op: 'remove', path: 'emails[type eq "x"].value' },
      ),
    ).toBe(user);
  });
});

describe('lists of simple values', () => {
  const urn = 'urn:contoso:User';
  const own = compileSchemas([
    {
      resourceType: 'User',
      schema: { id: urn, name: 'Contoso', description: '', attributes: [defineAttribute('tags', '', { multiValued: true })] },
    },
  ]);
  const tagged = (...tags: string[]) => aUser(tags.length > 0 ? { [urn]: { tags } } : {});

  test.each<[object, readonly string[]]>([
    [{ op: 'add', path: `${urn}:tags`, value: 'C' }, ['A', 'B', 'C']],
    [{ op: 'add', path: `${urn}:tags`, value: ['B', 'C', 'C'] }, ['A', 'B', 'C']],
    [{ op: 'add', path: `${urn}:tags`, value: 'b' }, ['A', 'B', 'b']],
    [{ op: 'replace', path: `${urn}:tags`, value: ['C'] }, ['C']],
    [{ op: 'replace', value: { [urn]: { tags: ['C'] } } }, ['C']],
    [{ op: 'remove', path: `${urn}:tags`, value: ['A', 'x'] }, ['B']],
    [{ op: 'remove', path: `${urn}:tags[value eq "a"]` }, ['B']],
    [{ op: 'remove', path: `${urn}:tags[value sw "x"]` }, ['A', 'B']],
    [{ op: 'remove', path: `${urn}:tags[value pr]` }, []],
    [{ op: 'replace', path: `${urn}:tags[value eq "A"]`, value: 'C' }, ['C', 'B']],
    [{ op: 'replace', path: `${urn}:tags[value eq "A"]`, value: 'B' }, ['B']],
    [{ op: 'replace', path: `${urn}:tags[value eq "x"]`, value: 'C' }, ['A', 'B', 'C']],
    [{ op: 'remove', path: `${urn}:tags` }, []],
  ])('%j gives %j', (operation, expected) => {
    expect(applyPatch(tagged('A', 'B'), parsePatch({ Operations: [operation] }), own)).toEqual(tagged(...expected));
  });
});

describe('primary (RFC 7644 §3.5.2)', () => {
  it('moves to an added or changed element', () => {
    const added = { value: 'm@contoso.test', primary: true };
    expect(patch(aUser(), { op: 'add', path: 'emails', value: added }).emails).toEqual([{ ...work, primary: false }, home, added]);
    expect(patch(aUser(), { op: 'replace', path: 'emails[type eq "home"].primary', value: true }).emails).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });

  it('cannot be true for several elements at once', () => {
    expect(errorOf(() => patch(aUser(), { op: 'replace', path: 'emails[value pr].primary', value: true }))).toMatchObject({
      scimType: 'invalidValue',
    });
    expect(
      errorOf(() =>
        patch(aUser(), {
          op: 'add',
          path: 'emails',
          value: [
            { value: 'a', primary: true },
            { value: 'b', primary: true },
          ],
        }),
      ),
    ).toMatchObject({ scimType: 'invalidValue' });
  });
});

describe('several operations in one PATCH', () => {
  it('are applied in order', () => {
    const user = patch(
      aUser(),
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: 'Porter' },
      { op: 'replace', path: 'title', value: 'Head Porter' },
      { op: 'add', path: 'emails', value: [{ type: 'other', value: 'm@contoso.test' }] },
      { op: 'remove', path: 'emails[type eq "work"]' },
    );
    expect(user).toEqual(aUser({ title: 'Head Porter', emails: [home, { type: 'other', value: 'm@contoso.test' }] }));
  });

  it('are all applied or none, and never modify the given User', () => {
    const user = aUser();
    expect(
      errorOf(() => patch(user, { op: 'replace', path: 'title', value: 'Porter' }, { op: 'replace', path: 'active', value: 'maybe' })),
    ).toMatchObject({
      scimType: 'invalidValue',
    });
    patch(user, { op: 'replace', path: 'title', value: 'Porter' }, { op: 'remove', path: 'emails' });
    expect(user).toEqual(aUser());
  });

  it('without a change in the end return the same object', () => {
    const user = aUser();
    expect(patch(user)).toBe(user);
    expect(patch(user, { op: 'replace', path: 'displayName', value: 'Mira Sand' })).toBe(user);
    expect(patch(user, { op: 'replace', path: 'emails', value: [work, home] })).toBe(user);
    expect(patch(user, { op: 'replace', path: 'title', value: 'Porter' }, { op: 'remove', path: 'title' })).toBe(user);
  });
});

describe('an invalid operation', () => {
  test.each([
    ['remove without a path', { op: 'remove' }, 'noTarget', /requires a path/],
    ['remove of a required attribute', { op: 'remove', path: 'userName' }, 'mutability', /userName is required/],
    ['emptying a required attribute', { op: 'replace', path: 'userName', value: '' }, 'invalidValue', /userName is required/],
    ['a blank required attribute', { op: 'replace', path: 'userName', value: '  ' }, 'invalidValue', /userName is required/],
    ['a change of id', { op: 'replace', path: 'id', value: 'x' }, 'mutability', /id is read-only/],
    ['a change of meta', { op: 'replace', path: 'meta.created', value: 'x' }, 'mutability', /meta\.created is read-only/],
    ['a change of groups', { op: 'add', path: 'groups', value: [{ value: 'g' }] }, 'mutability', /groups is read-only/],
    ['a change of the name of a manager', { op: 'add', path: 'manager.displayName', value: 'x' }, 'mutability', /displayName is read-only/],
    ['an invalid path', { op: 'add', path: 'name..x', value: 'x' }, 'invalidPath', /name\.\.x/],
    ['an open bracket', { op: 'add', path: 'emails[type eq "work"', value: 'x' }, 'invalidPath', /unclosed/],
    ['extra text after a bracket', { op: 'add', path: 'emails[type pr]value', value: 'x' }, 'invalidPath', /after the closing bracket/],
    ['brackets after text', { op: 'add', path: 'userName[value pr]', value: 'x' }, 'invalidPath', /no elements/],
    ['a malformed filter', { op: 'add', path: 'emails[type is "work"].value', value: 'x' }, 'invalidFilter', /operator/],
    ['an impossible comparison', { op: 'add', path: 'emails[primary gt true].value', value: 'x' }, 'invalidFilter', /primary/],
    ['a number for text', { op: 'add', path: 'title', value: 7 }, 'invalidValue', /title must be a string, not a number/],
    ['text for a boolean', { op: 'add', path: 'active', value: 'yes' }, 'invalidValue', /active must be true or false/],
    ['text for a name', { op: 'add', path: 'name', value: 'Mira' }, 'invalidValue', /name must be an object/],
    ['several values for one', { op: 'add', path: 'title', value: ['a', 'b'] }, 'invalidValue', /title/],
    ['text without a path', { op: 'replace', value: 'Mira' }, 'invalidValue', /attributes/],
    ['text for an extension', { op: 'replace', path: enterpriseUserUrn, value: 'Lab' }, 'invalidValue', /must be an object/],
    [
      'no value that a filter could create',
      { op: 'replace', path: 'emails[value sw "x"].display', value: 'x' },
      'noTarget',
      /value sw "x"/,
    ],
    [
      'a filter over an unknown sub-attribute',
      { op: 'replace', path: 'emails[type eq "other" and nope eq "x"].value', value: 'm@contoso.test' },
      'invalidFilter',
      /emails has no sub-attribute "nope"/,
    ],
    [
      'a sub-attribute under an alias that filters do not know',
      { op: 'add', path: 'roles[displayName eq "Host"].value', value: 'host' },
      'invalidFilter',
      /roles has no sub-attribute "displayName"/,
    ],
  ])('is refused: %s', (_, operation, scimType, detail) => {
    expect(errorOf(() => patch(aUser(), operation))).toEqual({ status: 400, scimType, detail: expect.stringMatching(detail) as string });
  });

  it('has an error without values of a person', () => {
    expect(errorOf(() => patch(aUser(), { op: 'add', path: 'name', value: 'Mira Sand' })).detail).not.toContain('Mira');
  });
});

test('an immutable attribute of an extension can be set once', () => {
  const withBadge = compileSchemas([
    {
      resourceType: 'User',
      schema: {
        id: 'urn:contoso:User',
        name: 'Contoso',
        description: '',
        attributes: [defineAttribute('badge', '', { mutability: 'immutable' })],
      },
    },
  ]);
  const set = (user: ScimUser, value: string) => applyPatch(user, [{ op: 'add', path: 'urn:contoso:User:badge', value }], withBadge);
  const once = set(aUser(), '17');
  expect(once['urn:contoso:User']).toEqual({ badge: '17' });
  expect(set(once, '17')).toBe(once);
  expect(errorOf(() => set(once, '18'))).toMatchObject({ scimType: 'mutability' });
});

describe('the body of a PATCH (parsePatch)', () => {
  test.each([
    [undefined, 'invalidSyntax'],
    ['text', 'invalidSyntax'],
    [[], 'invalidSyntax'],
    [{}, 'invalidSyntax'],
    [{ Operations: {} }, 'invalidSyntax'],
    [{ Operations: [null] }, 'invalidSyntax'],
    [{ Operations: [{}] }, 'invalidSyntax'],
    [{ Operations: [{ op: 'delete', path: 'title' }] }, 'invalidSyntax'],
    [{ Operations: [{ op: 'add', path: 7, value: 'x' }] }, 'invalidSyntax'],
    [{ Operations: [{ op: 'add', path: 'title' }] }, 'invalidValue'],
  ])('%j is refused', (body, scimType) => {
    expect(errorOf(() => parsePatch(body))).toMatchObject({ status: 400, scimType });
  });

  it('is read with names in any case, null or empty paths as none, and extra keys ignored', () => {
    expect(parsePatch({ operations: [{ name: 'x', op: 'ADD', path: null, value: { a: 1 } }] })).toEqual([{ op: 'add', value: { a: 1 } }]);
    expect(parsePatch({ Operations: [{ op: 'Replace', path: ' ', value: null }] })).toEqual([{ op: 'replace', value: null }]);
  });
});
