import * as fc from 'fast-check';
import { enterpriseUserUrn, type ScimGroup, type ScimUser } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, defineComplex } from '../../../src/scim/schema/definition.ts';

export const userExtension = 'urn:contoso:scim:2.0:Visitor';
export const groupExtension = 'urn:contoso:scim:2.0:Team';

const own = [
  defineAttribute('floor', '', { type: 'integer' }),
  defineAttribute('ratio', '', { type: 'decimal' }),
  defineAttribute('since', '', { type: 'dateTime' }),
  defineAttribute('trained', '', { type: 'boolean' }),
  defineAttribute('code', '', { caseExact: true }),
  defineAttribute('key', '', { type: 'binary', caseExact: true }),
  defineAttribute('tags', '', { multiValued: true }),
  defineComplex('desk', '', [
    defineAttribute('value', ''),
    defineAttribute('zone', '', { caseExact: true }),
    defineAttribute('at', '', { type: 'dateTime' }),
  ]),
  defineComplex(
    'rooms',
    '',
    [
      defineAttribute('value', ''),
      defineAttribute('type', ''),
      defineAttribute('primary', '', { type: 'boolean' }),
      defineAttribute('size', '', { type: 'integer' }),
      defineAttribute('until', '', { type: 'dateTime' }),
    ],
    { multiValued: true },
  ),
];

/** The standard schemas, and for Users and Groups an extension with attributes of all types. */
export const schemasWithExtensions = compileSchemas([
  { resourceType: 'User', schema: { id: userExtension, name: 'Visitor', description: '', attributes: own } },
  { resourceType: 'Group', schema: { id: groupExtension, name: 'Team', description: '', attributes: own } },
]);

/** Names of the extension's attributes and sub-attributes, without URN. */
export const ownNames = own.flatMap(({ name, subAttributes }) => [name, ...(subAttributes ?? []).map((sub) => `${name}.${sub.name}`)]);

/** Texts that are easily confused with each other or with other types. */
export const texts = [
  'Mira',
  'mira',
  'MIRA SAND',
  'sand',
  'Ren\u00e9',
  'RENE\u0301',
  'rene',
  'M\u00dcLLER',
  'm\u00fcller',
  '\uff2d\uff29\uff32\uff21',

  '\u0130stanbul',
  '\u212a',
  'k',
  'stra\u00dfe',
  '\u03a3\u03c3\u03c2',
  '\u{1f600}',
  '\uff5e',
  'a\0b',
  'a',
  'b',
  ' ',
  '%',
  '_',
  '"',
  '\\',
  "O'Hara",
  '10',
  '9',
  '0',
  '-1.5',
  'true',
  'False',
  'null',
  '{}',
  '[]',
  'work',
  'Home',
  'other',
  '2026-01-31T08:30:00Z',
];

/** The same instants in several spellings, and their neighbours. */
export const dates = [
  '2026-01-31T08:30:00Z',
  '2026-01-31T10:30:00+02:00',
  '2026-01-31T08:30:00.0000000Z',
  '2026-01-31T08:30:00.0000001Z',
  '2026-01-31T08:30:00.5Z',
  '2026-01-31T08:30:00.50',
  '2026-01-31T01:30:00.4999999-07:00',
  '0001-01-03T00:00:00.0000000Z',

  '2026-11-21T12:00:00.000Z',
  '2026-11-21T12:00:00.003Z',
  '2026-11-21T13:00:00.003+01:00',
  '9999-12-31T24:00:00Z',
  '2026-01-31T23:59:60Z',
];

const numbers = [0, 1, -1, 9, 10, 1.5, 0.1, -0.1, 1e21, 2 ** 60, 1e-7, 123456789.123];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'grapheme' }) },
);
const date = fc.constantFrom(...dates);
const number = fc.oneof(fc.constantFrom(...numbers), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());

/** Values of an attribute that had another declaration when they were written. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  date,
  fc.boolean(),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    '',
    [null],
    [[]],
    [[1]],
    [''],
    { value: '' },
    { value: [] },
    { value: { a: '' } },
    [{}, 'a'],
    [{ value: ['a'] }],
  ),
  fc.array(fc.oneof(text, fc.record({ value: fc.oneof(text, number), type: text }, { requiredKeys: [] })), { maxLength: 3 }),
);

function rarelyOdd<T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

const element = fc.record(
  { value: text, type: fc.constantFrom('work', 'Work', 'home', 'other', 'm\u00fcll'), primary: fc.boolean(), display: text },
  { requiredKeys: [] },
);

const extension = fc.record(
  {
    // No longer declared.
    gone: text,
    floor: rarelyOdd(number),
    ratio: rarelyOdd(number),
    since: rarelyOdd(date),
    trained: rarelyOdd(fc.boolean()),
    code: rarelyOdd(text),
    key: rarelyOdd(fc.constantFrom('AAEC', 'aaec', '')),
    tags: rarelyOdd(fc.array(text, { maxLength: 3 })),
    desk: rarelyOdd(fc.record({ value: text, zone: text, at: date }, { requiredKeys: [] })),
    rooms: rarelyOdd(
      fc.array(
        fc.record(
          { value: text, type: fc.constantFrom('work', 'Home'), primary: fc.boolean(), size: rarelyOdd(number), until: rarelyOdd(date) },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    ),
  },
  { requiredKeys: [] },
);

/** A User with a userName that begins with its index in the list; `managers` are the possible values of its manager. */
export function anyUser(index: number, managers: readonly string[]): fc.Arbitrary<ScimUser> {
  return fc.record(
    {
      userName: text.map((one) => `${one}${index}`),
      externalId: fc.constantFrom('E-1', 'e-1', 'E-2'),
      displayName: text,
      title: text,
      nickName: text,
      active: fc.boolean(),
      name: fc.record({ familyName: text, givenName: text }, { requiredKeys: [] }),
      emails: fc.array(element, { maxLength: 3 }),
      phoneNumbers: fc.array(element, { maxLength: 2 }),
      x509Certificates: fc.array(fc.record({ value: fc.constantFrom('AAEC', 'aaec') }), { maxLength: 2 }),
      [enterpriseUserUrn]: fc.record(
        { department: text, manager: fc.record({ value: fc.constantFrom(...managers), $ref: text }, { requiredKeys: [] }) },
        { requiredKeys: [] },
      ),
      [userExtension]: extension,
    },
    { requiredKeys: ['userName'] },
  );
}

/** A Group with a name that begins with its index in the list. */
export function anyGroup(index: number): fc.Arbitrary<ScimGroup> {
  return fc.record(
    { displayName: text.map((one) => `${one}${index}`), externalId: fc.constantFrom('G-1', 'g-1'), [groupExtension]: extension },
    { requiredKeys: ['displayName'] },
  );
}
