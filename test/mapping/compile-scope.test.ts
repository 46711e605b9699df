import { describe, expect, it } from 'vitest';
import { compileDefinition, DefinitionBroken } from '../../src/mapping/compile-definition.ts';
import { aDefinition } from './definition.ts';
import { aView } from './view.ts';

const scope = [
  { name: 'no contractors', rule: '!same(department, "Contractors")' },
  { name: 'memberOf("Visitor Hosts")', rule: 'memberOf("Visitor Hosts")' },
  { name: 'known office', rule: 'lookup("offices", office) != ""' },
];
const tables = { offices: { Graz: 'GRZ' } };
const judge = (view: Parameters<typeof aView>[0]) => compileDefinition(aDefinition({ scope, tables }), []).scope(aView(view));

describe('a Scope', () => {
  it('includes a person when every condition is true', () => {
    expect(judge({ groups: ['visitor hosts'], office: 'Graz' })).toMatchObject({ holds: true });
  });

  it('names the first condition that fails, and shows the values that each condition read', () => {
    expect(judge({ department: 'Sales', groups: ['Everybody'], office: 'Graz' })).toEqual({
      holds: false,
      firstFailing: 'memberOf("Visitor Hosts")',
      conditions: [
        { ...scope[0], holds: true, values: { department: 'Sales' } },
        { ...scope[1], holds: false, values: { groups: ['Everybody'] } },
        { ...scope[2], holds: true, values: { office: 'Graz' } },
      ],
    });
  });

  it('shows the whole numbers that it read as JSON values', () => {
    const attributes = [
      { urn: 'urn:x:User', name: 'floor', type: 'integer' },
      { urn: 'urn:x:User', name: 'doors', type: 'integer', many: true },
    ] as const;
    const rules = [{ name: 'upstairs', rule: 'floor > 1 && 7 in doors' }];
    const { conditions } = compileDefinition(aDefinition({ scope: rules }), attributes).scope(
      aView({ custom: { floor: 3, doors: [7, 8] } }),
    );
    expect(JSON.parse(JSON.stringify(conditions))).toEqual([{ ...rules[0], holds: true, values: { floor: 3, doors: [7, 8] } }]);
  });

  it('makes no one a Leaver because of a condition that cannot be evaluated', () => {
    const judgement = judge({ groups: ['Visitor Hosts'], office: 'Linz' });
    expect(judgement.holds).toBe(true);
    expect(judgement.firstFailing).toBeUndefined();
    expect(judgement.unjudged).toMatch(/scope "known office": "Linz" is not in the table offices/);
  });

  it('excludes a person by an earlier condition even if a later one cannot be evaluated', () => {
    expect(judge({ department: 'contractors', office: 'Linz' })).toMatchObject({ holds: false, firstFailing: 'no contractors' });
  });

  it('without conditions includes everyone', () => {
    expect(compileDefinition(aDefinition(), []).scope(aView())).toEqual({ holds: true, conditions: [] });
  });

  it('keeps people whose Group was deleted, and reports it', () => {
    const compiled = compileDefinition(
      aDefinition({ scope, tables, groupIds: { 'Visitor Hosts': ['g1'] } }),
      [],
      new Set(['Visitor Hosts']),
    );
    expect(compiled.scope(aView({ office: 'Graz' }))).toMatchObject({ holds: true, unjudged: expect.stringContaining('was deleted') });
  });
});

it('a compiled definition lists the attributes it reads and the Groups it names', () => {
  const compiled = compileDefinition(
    aDefinition({ scope, tables, mapping: { Email: { from: 'email' }, VIP: { from: 'memberOf("VIP")' } } }),
    [],
  );
  expect([...compiled.groups].sort()).toEqual(['VIP', 'Visitor Hosts']);
  expect([...compiled.mappingReads].sort()).toEqual(['email', 'groupIds', 'groups']);
  expect(compiled.reads.has('department')).toBe(true);
});

it('a definition that does not compile reports every broken expression with its path', () => {
  const broken = aDefinition({
    scope: [{ name: 'a', rule: 'email' }],
    mapping: { A: { from: 'emial' }, B: { from: 'lookup("nowhere", office)' }, C: { value: 'x' } },
    rows: { each: 'email', as: 'email', none: 'one' },
  });
  try {
    compileDefinition(broken, []);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof DefinitionBroken)) throw error;
    expect(error.problems.map(({ path }) => path)).toEqual([['rows', 'as'], ['scope', 0, 'rule'], ['rows', 'each'], ['mapping', 'A', 'from'], ['mapping', 'B', 'from']]); // prettier-ignore
  }
});
