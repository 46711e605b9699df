import { describe, expect, it, test } from 'vitest';
import { applyPatch } from '../support/apply-patch.ts';
import { parsePatch } from '../../src/scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../src/scim/patch/reduce-group.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute } from '../../src/scim/schema/definition.ts';
import { isBase64, isInvisible } from '../../src/scim/parse-text.ts';
import { parseGroup, parseUser } from '../../src/scim/parse-resource.ts';
import { aUser, enterpriseUserUrn, errorOf, schemas } from './samples.ts';

const long = 'x'.repeat(1_025);

describe('a text that could not be returned unchanged', () => {
  const places: readonly (readonly [string, (text: string) => unknown])[] = [
    ['userName', (text) => parseUser({ userName: `u${text}` }, schemas)],
    ['title', (text) => parseUser({ userName: 'u', title: text }, schemas)],
    ['emails.type', (text) => parseUser({ userName: 'u', emails: [{ value: 'x', type: text }] }, schemas)],
    ['photos.value', (text) => parseUser({ userName: 'u', photos: [{ value: text }] }, schemas)],
    ['externalId', (text) => parseGroup({ displayName: 'g', externalId: text }, schemas)],
    ['members.value', (text) => parseGroup({ displayName: 'g', members: [{ value: text }] }, schemas)],
    [
      'name.givenName',
      (text) => applyPatch(aUser(), parsePatch({ Operations: [{ op: 'add', value: { 'name.givenName': text } }] }), schemas),
    ],
    [
      'emails.type',
      (text) => applyPatch(aUser(), [{ op: 'add', path: `emails[type eq ${JSON.stringify(text)}].value`, value: 'x' }], schemas),
    ],
    ['members.display', (text) => reduceGroupPatch([{ op: 'add', path: 'members', value: [{ value: 'm', display: text }] }], schemas)],
  ];
  const texts = ['\0', 'a\0b', '\ud800', 'a\udc00', '\udc00\ud800'];

  test.each(places.flatMap(([path, act]) => texts.map((text) => [path, JSON.stringify(text), text, act] as const)))(
    'in %s is refused: %s',
    (path, _, text, act) => {
      const error = errorOf(() => act(text));
      expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' });
      expect(error.detail).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')} contains a character that cannot be stored`));
      expect(error.detail.isWellFormed()).toBe(true);
      expect(error.detail).not.toContain('\0');
    },
  );

  it('does not include a whole surrogate pair, a control character or a combining letter', () => {
    const title = '😀 \u0001\u200b e\u0301 \ufeff';
    expect(parseUser({ userName: 'u', title }, schemas).title).toBe(title);
  });
});

describe('an indexed value', () => {
  test.each<[string, object]>([
    ['userName', { userName: long }],
    ['externalId', { externalId: long }],
    ['displayName', { displayName: long }],
    ['emails.value', { emails: [{ value: long }] }],
    [`${enterpriseUserUrn}:manager.value`, { [enterpriseUserUrn]: { manager: long } }],
  ])('%s has at most 1,024 characters', (path, body) => {
    expect(errorOf(() => parseUser({ userName: 'u', ...body }, schemas))).toEqual({
      status: 400,
      scimType: 'invalidValue',
      detail: `${path} is longer than 1024 characters.`,
    });
    const shorter = JSON.parse(JSON.stringify(body).replace(long, long.slice(1))) as object;
    expect(parseUser({ userName: 'u', ...shorter }, schemas)).toMatchObject(
      path.endsWith('manager.value') ? { userName: 'u' } : { userName: 'u', ...shorter },
    );
  });

  it('is limited in length only where it is indexed', () => {
    expect(parseUser({ userName: 'u', title: long }, schemas).title).toBe(long);
  });
});

describe('a required name without visible characters', () => {
  it.each([' ', '\t\n', '\u00a0', '\u200b', '\ufeff', '\u2060\u00ad', '\u3000', '\u3164', '\u2800', '\ufe0f'])(
    'such as %j is refused',
    (text) => {
      expect(errorOf(() => parseUser({ userName: text }, schemas)).detail).toMatch(/^userName is required/);
      expect(errorOf(() => parseGroup({ displayName: text }, schemas)).detail).toMatch(/^displayName is required/);
      const replace = [{ op: 'replace' as const, path: 'userName', value: text }];
      expect(errorOf(() => applyPatch(aUser(), replace, schemas))).toMatchObject({ scimType: 'invalidValue' });
    },
  );

  it.each(['a\u200b', '0', '-', '\u0301', '李'])('is not %j', (text) => {
    expect(isInvisible(text)).toBe(false);
  });
});

describe('the values of an attribute', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ value: `p${index}` }));
  const add = (count: number) => ({ op: 'add' as const, path: 'photos', value: many(count) });

  it('are at most 1,000, together with the present ones', () => {
    expect(parseUser({ userName: 'u', photos: many(1_000) }, schemas).photos).toHaveLength(1_000);
    expect(errorOf(() => parseUser({ userName: 'u', photos: many(1_001) }, schemas)).detail).toBe('photos has more than 1000 values.');
    const full = applyPatch(aUser(), [add(1_000)], schemas);
    expect(applyPatch(full, [add(10)], schemas)).toBe(full);
    expect(errorOf(() => applyPatch(full, [{ op: 'add', path: 'photos', value: 'one more' }], schemas)).scimType).toBe('invalidValue');
  });

  it('may be as many as a body can contain for the members of a Group', () => {
    expect(parseGroup({ displayName: 'g', members: many(20_000) }, schemas).members).toHaveLength(20_000);
  });
});

test.each([
  ['MIIB+/8=', true],
  ['MIIB-_8', true],
  ['MIIB\n+/8=\n', true],
  ['TQ==', true],
  ['TQ', true],
  ['M', false],
  ['=', false],
  ['T=Q=', false],
  ['<xml>', false],
  ['ü', false],
])('%j is base64: %s', (text, expected) => {
  expect(isBase64(text)).toBe(expected);
});

describe('a declared attribute', () => {
  const urn = 'urn:contoso:User';
  const own = compileSchemas([
    {
      resourceType: 'User',
      schema: {
        id: urn,
        name: 'Contoso',
        description: '',
        attributes: [
          defineAttribute('grade', '', { canonicalValues: ['A', 'Bé'], closed: true }),
          defineAttribute('code', '', { canonicalValues: ['A'], closed: true, caseExact: true, multiValued: true }),
          defineAttribute('usual', '', { canonicalValues: ['A'] }),
          defineAttribute('floor', '', { type: 'integer' }),
          defineAttribute('share', '', { type: 'decimal' }),
          defineAttribute('since', '', { type: 'dateTime' }),
        ],
      },
    },
  ]);
  const parse = (values: object) => parseUser({ userName: 'u', [urn]: values }, own)[urn];

  test.each([
    [{ grade: 'a' }],
    [{ grade: 'BÉ' }],
    [{ code: ['A'] }],
    [{ usual: 'anything' }],
    [{ floor: 1_234_567_890_123_456 }],
    [{ floor: 9_007_199_254_740_991 }],
    [{ share: -9_007_199_254_740_991 }],
    [{ share: 0.123_456_789_012_345_6 }],
    [{ since: '2026-01-31' }],
  ])('accepts %j unchanged', (values) => {
    expect(parse(values)).toEqual(values);
  });

  test.each([
    [{ grade: 'C' }, /^urn:contoso:User:grade must be one of the declared values: A, Bé\.$/],
    [{ code: ['A', 'a'] }, /^urn:contoso:User:code must be one of the declared values: A\.$/],
    [{ floor: 9_007_199_254_740_992 }, /:floor must be a whole number between .* and 9007199254740991, not a number out of range\.$/],
    [{ floor: '9007199254740993' }, /:floor must be a whole number .*, not a string in another format\.$/],
    [{ floor: 1.5 }, /:floor must be a whole number .*, not a number with a fractional part\.$/],
    [{ floor: true }, /:floor must be a whole number .*, not a boolean\.$/],
    [{ floor: '007' }, /:floor must be a whole number .*, not a string in another format\.$/],
    [{ share: '00.5' }, /:share must be a number between .*, not a string in another format\.$/],
    [{ share: '0.12345678901234567' }, /:share must be a number between .*, not a string in another format\.$/],
    [{ share: '9'.repeat(400) }, /:share must be a number between .*, not a string in another format\.$/],
    [{ share: 12_345_678_901_234_567_000 }, /:share must be a number between .*, not a number out of range\.$/],
    [{ share: Infinity }, /:share must be a number between .* and 9007199254740991, not a number out of range\.$/],
    [
      { since: '31.01.2026' },
      /:since must be a date such as 2026-01-31, or a date and time such as .*Z, not a string in another format\.$/,
    ],
    [{ since: 20260131 }, /:since must be a date such as .*, not a number\.$/],
    [{ since: '2026-02-30T00:00:00Z' }, /:since must be a date/],
  ])('refuses %j', (values, detail) => {
    expect(errorOf(() => parse(values))).toEqual({
      status: 400,
      scimType: 'invalidValue',
      detail: expect.stringMatching(detail) as string,
    });
  });
});
