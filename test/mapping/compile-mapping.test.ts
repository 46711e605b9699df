import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MappingRule, TargetDefinition } from '../../src/domain/target.ts';
import { compileDefinition } from '../../src/mapping/compile-definition.ts';
import type { Mapped } from '../../src/mapping/compile-mapping.ts';
import { aDefinition } from './definition.ts';
import { aView } from './view.ts';

function map(definition: Partial<TargetDefinition>, view: Parameters<typeof aView>[0]): Mapped {
  return compileDefinition(aDefinition(definition), []).map(aView(view));
}

describe('the mapping of one field', () => {
  const cases: readonly (readonly [string, MappingRule, string, Mapped])[] = [
    ['a text', { from: 'title' }, 'Porter', { is: 'rows', rows: [{ F: 'Porter' }], notes: [] }],
    ['a constant', { value: 'DE' }, '', { is: 'rows', rows: [{ F: 'DE' }], notes: [] }],
    ['a constant that is not text', { value: false }, '', { is: 'rows', rows: [{ F: false }], notes: [] }],
    ['an empty text is sent by default', { from: 'title' }, '', { is: 'rows', rows: [{ F: '' }], notes: [] }],
    [
      'an empty text left out',
      { from: 'title', empty: 'omit' },
      '',
      { is: 'rows', rows: [{}], notes: [{ field: 'F', text: 'is omitted because it is empty' }] },
    ],
    [
      'blanks count as empty',
      { from: 'title', empty: 'omit' },
      '  ',
      { is: 'rows', rows: [{}], notes: [{ field: 'F', text: 'is omitted because it is empty' }] },
    ],
    [
      'an empty text that must not be',
      { from: 'title', empty: 'hold' },
      '',
      { is: 'heldBack', field: 'F', why: 'F is empty (title). Fill it in the directory.', partial: {} },
    ],
    ['as long as allowed', { from: 'title', max: 3 }, 'a😀b', { is: 'rows', rows: [{ F: 'a😀b' }], notes: [] }],
    [
      'too long holds by default',
      { from: 'title', max: 3 },
      'abcd',
      { is: 'heldBack', field: 'F', why: 'F is longer than 3 characters. Shorten it in the directory, or set long: cut.', partial: {} },
    ],
    [
      'too long and cut',
      { from: 'title', max: 2, long: 'cut' },
      'a😀b',
      { is: 'rows', rows: [{ F: 'a😀' }], notes: [{ field: 'F', text: 'is truncated to 2 characters' }] },
    ],
    [
      'too long and left out',
      { from: 'title', max: 2, long: 'omit' },
      'abc',
      { is: 'rows', rows: [{}], notes: [{ field: 'F', text: 'is omitted because it is longer than 2 characters' }] },
    ],
    ['a list', { from: 'title.split(",")' }, 'a,b', { is: 'rows', rows: [{ F: ['a', 'b'] }], notes: [] }],
    [
      'an empty list',
      { from: 'groups', empty: 'omit' },
      '',
      { is: 'rows', rows: [{}], notes: [{ field: 'F', text: 'is omitted because it is empty' }] },
    ],
    ['a number', { from: 'size(title)' }, 'abc', { is: 'rows', rows: [{ F: 3 }], notes: [] }],
    ['true or false', { from: 'title == "x"', empty: 'hold' }, 'abc', { is: 'rows', rows: [{ F: false }], notes: [] }],
  ];
  it.each(cases)('%s', (_name, rule, title, expected) => {
    expect(map({ mapping: { F: rule } }, { title })).toEqual(expected);
  });

  it('a value that is missing in its table makes the row invalid, naming field, value and table', () => {
    const mapped = map(
      { tables: { offices: { Graz: 'GRZ' } }, mapping: { 'Site Name': { from: 'lookup("offices", office)' } } },
      { office: 'Wien 1010' },
    );
    expect(mapped).toEqual({
      is: 'heldBack',
      field: 'Site Name',
      why: 'Site Name: "Wien 1010" is not in the table offices. Add it under tables.offices, or correct it in the directory.',
      partial: {},
    });
  });

  it('an expression that fails for this person makes the row invalid, naming the field', () => {
    expect(map({ mapping: { Boss: { from: 'user.boss' } } }, {})).toEqual({
      is: 'heldBack',
      field: 'Boss',
      why: 'Boss: boss does not exist. Test it first: has(user.boss) ? user.boss : ""',
      partial: {},
    });
  });

  it('an invalid row still lists its valid fields', () => {
    const mapping = { Email: { from: 'email' }, Name: { from: 'displayName', empty: 'hold' }, Title: { from: 'title' } } as const;
    expect(map({ mapping }, { email: 'a@b', title: 'Porter' })).toMatchObject({ partial: { Email: 'a@b', Title: 'Porter' } });
  });

  it('a field of the mapping can have the name of an Object.prototype property', () => {
    const mapped = map({ mapping: { ['__proto__']: { from: 'title' }, constructor: { from: 'email' } } }, { title: 'T', email: 'e' });
    if (mapped.is !== 'rows') throw new Error('held back');
    expect(Object.entries(mapped.rows[0] ?? {})).toEqual([
      ['__proto__', 'T'],
      ['constructor', 'e'],
    ]);
  });
});

describe('the mapping to several rows', () => {
  const rows = { each: 'groups.filter(g, g.startsWith("VM-"))', as: 'group', none: 'one' } as const;
  const mapping = { Email: { from: 'email' }, Group: { from: 'group' } };

  it('makes one row for each value, without duplicates', () => {
    const mapped = map({ rows, mapping }, { email: 'a@b', groups: ['VM-A', 'Other', 'VM-B', 'VM-A'] });
    expect(mapped).toEqual({ is: 'rows', rows: [{ Email: 'a@b', Group: 'VM-A' }, { Email: 'a@b', Group: 'VM-B' }], notes: [] }); // prettier-ignore
  });

  it('makes one row with an empty value for an empty list', () => {
    expect(map({ rows, mapping }, { email: 'a@b' })).toEqual({ is: 'rows', rows: [{ Email: 'a@b', Group: '' }], notes: [] });
  });

  it('makes no valid row for an empty list with `none: hold`', () => {
    expect(map({ rows: { ...rows, none: 'hold' }, mapping }, {})).toMatchObject({ is: 'heldBack', field: 'rows' });
  });
});

it('a scope condition that cannot be evaluated also makes the row invalid', () => {
  const mapped = map(
    { scope: [{ name: 'site', rule: 'lookup("offices", office) == "GRZ"' }], tables: { offices: {} } },
    { office: 'Linz' },
  );
  expect(mapped).toMatchObject({ is: 'heldBack', field: 'scope', partial: { Email: '' } });
});

it('any view gives rows or a reason, and never throws', () => {
  const compiled = compileDefinition(
    aDefinition({
      tables: { offices: { Graz: 'GRZ' } },
      scope: [{ name: 's', rule: '!same(department, "x") && memberOf("Hosts")' }],
      mapping: {
        Email: { from: 'lower(email)', empty: 'hold', max: 20, long: 'hold' },
        Phone: { from: 'e164(mobile, country)', empty: 'omit' },
        Site: { from: 'lookup("offices", office)' },
        Since: { from: 'date(title, "DD.MM.YYYY")' },
        Pattern: { from: 'department.matches(division)' },
      },
    }),
    [],
  );
  const views = fc.record({ email: fc.string(), mobile: fc.string(), country: fc.string(), office: fc.constantFrom('Graz', 'constructor', ''), title: fc.string(), department: fc.string(), division: fc.string() }); // prettier-ignore
  fc.assert(fc.property(views, (view) => ['rows', 'heldBack'].includes(compiled.map(aView(view)).is)));
});

it('10,000 people with 12 fields are mapped within a few seconds', () => {
  const expressions = ['lower(email)', 'givenName', 'familyName', 'department', 'trim(title)', 'digits(mobile)', 'ascii(displayName)', 'lookup("offices", office)', 'join(groups, ";")', 'default(city, "Graz")', 'truncate(displayName, 20)', 'manager.email']; // prettier-ignore
  const compiled = compileDefinition(
    aDefinition({
      tables: { offices: { Graz: 'GRZ' } },
      scope: [{ name: 'a', rule: 'memberOf("Hosts")' }, { name: 'b', rule: '!same(department, "Contractors")' }], // prettier-ignore
      mapping: Object.fromEntries(expressions.map((from, index) => [`F${index}`, { from }])),
    }),
    [],
  );
  const begun = performance.now();
  for (let n = 0; n < 10_000; n += 1) {
    const view = aView({
      email: `P${n}@contoso.com`,
      displayName: `Person ${n}`,
      office: 'Graz',
      groups: ['All', 'Hosts'],
      mobile: '+43 660 1',
    });
    if (!compiled.scope(view).holds || compiled.map(view).is !== 'rows') throw new Error('not mapped');
  }
  expect(performance.now() - begun).toBeLessThan(4_000);
});
