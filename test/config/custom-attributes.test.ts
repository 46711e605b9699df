import { describe, expect, it } from 'vitest';
import { toExtensions } from '../../src/config/schemas/custom-attributes.ts';
import { schemaResources } from '../../src/scim/discovery.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { readFiles } from './folder.ts';

const read = (text: string) => readFiles({ 'vestibule.yaml': text });
const urn = 'urn:contoso:2.0:User';

describe('a declaration', () => {
  it('is only a type, or a type with other properties', () => {
    const { daemon, problems } = read(`attributes:
  ${urn}:
    badgeNumber: text
    floor: integer
    desk: { type: text, caseExact: true, description: Where the person sits., values: [A, B], closed: true }
    areas: { type: text, many: true }
`);
    expect(problems).toEqual([]);
    expect(daemon.attributes).toEqual([
      { urn, name: 'badgeNumber', type: 'text' },
      { urn, name: 'floor', type: 'integer' },
      { urn, name: 'desk', type: 'text', caseExact: true, description: 'Where the person sits.', values: ['A', 'B'], closed: true },
      { urn, name: 'areas', type: 'text', many: true },
    ]);
  });

  it.each([
    ['{ contoso: { a: text } }', 'attributes.contoso', /is not a valid URN/],
    ['{ "urn:x:a b": { a: text } }', 'attributes.urn:x:a b', /is not a valid URN/],
    ['{ "urn:x:ü": { a: text } }', 'attributes.urn:x:ü', /is not a valid URN/],
    ['{ urn:x:y: { a-b: text } }', 'attributes.urn:x:y.a-b', /is not a valid name/],
    ['{ urn:x:y: { a: datum } }', 'attributes.urn:x:y.a', /is "datum"/],
    ['{ urn:x:y: { a: 7 } }', 'attributes.urn:x:y.a', /is the number 7/],
    ['{ urn:x:y: { a: { many: true } } }', 'attributes.urn:x:y.a.type', /is missing/],
    ['{ urn:x:y: { a: { type: text, multi: true } } }', 'attributes.urn:x:y.a.multi', /unknown key/],
    ['{ urn:x:y: { a: { type: number, caseExact: true } } }', 'attributes.urn:x:y.a.caseExact', /is available only for the type text/],
    ['{ urn:x:y: { a: { type: number, values: ["1"] } } }', 'attributes.urn:x:y.a.values', /is available only for the type text/],
    ['{ urn:x:y: { a: { type: text, closed: true } } }', 'attributes.urn:x:y.a.closed', /has no effect without values/],
    ['{ urn:x:y: { department: text } }', 'attributes.urn:x:y.department', /department is already the name of an attribute/],
    ['{ urn:x:y: { import: text } }', 'attributes.urn:x:y.import', /word of the expression language/],
    ['{ urn:x:y: { constructor: text } }', 'attributes.urn:x:y.constructor', /is a reserved name/],
    ['{ urn:x:y: { a: text }, urn:x:z: { a: text } }', 'attributes.urn:x:z.a', /already declared under urn:x:y/],
    ['{ urn:x:y: { a: text, A: text } }', 'attributes.urn:x:y.A', /already declared as a/],
    ['{ urn:x:y: { a: text }, urn:x:Y: { b: text } }', 'attributes.urn:x:Y.b', /already declared as urn:x:y/],
    [
      '{ "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { a: text } }',
      'attributes."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".a',
      /built-in/,
    ],
  ])('%s is a problem', (text, path, message) => {
    const site = read(`attributes: ${text}`);
    expect(site.problems).toEqual([
      expect.objectContaining({ file: 'vestibule.yaml', path, level: 'problem', message: expect.stringMatching(message) }),
    ]);
    expect(site.daemonBroken).toBe(true);
  });
});

it('declared attributes become one SCIM schema per URN, using only RFC 7643 §7 keywords', () => {
  const extensions = toExtensions([
    { urn: 'urn:a', name: 'x', type: 'text', caseExact: true, values: ['A'], closed: true, description: 'The x.' },
    { urn: 'urn:b', name: 'y', type: 'boolean' },
    { urn: 'urn:a', name: 'z', type: 'number', many: true },
    { urn: 'urn:b', name: 'v', type: 'integer' },
    { urn: 'urn:b', name: 'w', type: 'date' },
  ]);
  const usual = { required: false, caseExact: false, mutability: 'readWrite', returned: 'default', uniqueness: 'none' };
  const shown = schemaResources(compileSchemas(extensions), '').filter(({ id }) => id === 'urn:a' || id === 'urn:b');
  expect(shown.map(({ id, attributes }) => [id, attributes])).toEqual([
    [
      'urn:a',
      [
        { ...usual, name: 'x', type: 'string', multiValued: false, caseExact: true, canonicalValues: ['A'], description: 'The x.' },
        { ...usual, name: 'z', type: 'decimal', multiValued: true, description: 'Custom attribute (number).' },
      ],
    ],
    [
      'urn:b',
      [
        { ...usual, name: 'y', type: 'boolean', multiValued: false, description: 'Custom attribute (boolean).' },
        { ...usual, name: 'v', type: 'integer', multiValued: false, description: 'Custom attribute (integer).' },
        { ...usual, name: 'w', type: 'dateTime', multiValued: false, description: 'Custom attribute (date).' },
      ],
    ],
  ]);
});

it.each([
  ['{ typ: text }', [['typ', 'unknown key', 'Did you mean type?']]],
  ['{ type: text, descripton: a }', [['descripton', 'unknown key', 'Did you mean description?']]],
  ['{ type: integer, values: [1, 2] }', [['values', 'is available only for the type text', 'Remove it.']]],
  [
    '{ type: text, many: yes, values: [7] }',
    [
      ['many', 'is "yes", not true or false', 'Write true, without quotes.'],
      ['values.0', 'is the number 7, not text', "Put it in quotes: '7'"],
    ],
  ],
  ['[text]', [['', 'is a list, not a map (keys with values)', 'Remove the dashes (or brackets) and write one key: value on each line.']]],
])('the long form %s says which key is wrong', (form, expected) => {
  const { problems } = read(`attributes: { urn:x:y: { a: ${form} } }`);
  expect(problems.map(({ path, message, hint }) => [path.replace(/^attributes\.urn:x:y\.a\.?/, ''), message, hint])).toEqual(expected);
});

it('a URN of groups causes a warning, because only people have attributes', () => {
  const { problems, daemon } = read('attributes: { "urn:contoso:2.0:Group": { a: text, b: text } }');
  expect(problems).toMatchObject([
    { level: 'warning', path: 'attributes."urn:contoso:2.0:Group"', message: expect.stringContaining('only for people') },
  ]);
  expect(daemon.attributes).toHaveLength(2);
});

it('a name must begin with a letter', () => {
  expect(read('attributes: { urn:x:y: { _x: text } }').problems).toMatchObject([
    { message: 'is not a valid name', hint: expect.stringContaining('begin with a letter') },
  ]);
});
