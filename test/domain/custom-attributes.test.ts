import { describe, expect, it, test } from 'vitest';
import { toPersonView, type CustomAttribute } from '../../src/domain/person-view.ts';
import { compileExpression } from '../../src/mapping/expression/compile-expression.ts';
import { personLanguage } from '../../src/mapping/expression/language.ts';
import { aUser } from '../support/builders.ts';

const urn = 'urn:contoso:2.0:User';
const types = ['text', 'boolean', 'number', 'integer', 'date'] as const;

function view(attribute: Omit<CustomAttribute, 'urn' | 'name'>, value: unknown) {
  const user = aUser({ [urn]: { x: value } });
  return toPersonView({ id: 'p-1', source: 'default', user }, [], undefined, [{ urn, name: 'x', ...attribute }]);
}

describe('a declared attribute in the PersonView', () => {
  it.each<[CustomAttribute['type'], unknown, unknown]>([
    ['text', 'A', 'A'],
    ['boolean', true, true],
    ['number', 1.5, 1.5],
    ['integer', 3, 3],
    ['date', '2026-01-31T08:30:00Z', '2026-01-31T08:30:00Z'],
    ['date', '2026-01-31', '2026-01-31'],
  ])('of type %s has the value %j', (type, value, expected) => {
    expect(view({ type }, value).custom).toEqual({ x: expected });
    expect(view({ type, many: true }, [value, value]).custom).toEqual({ x: [expected, expected] });
  });

  it.each<[CustomAttribute['type'], unknown]>([
    ['text', ''],
    ['boolean', false],
    ['number', 0],
    ['integer', 0],
    ['date', ''],
  ])('of type %s is %j when it is absent', (type, empty) => {
    expect(view({ type }, undefined).custom).toEqual({ x: empty });
    expect(view({ type, many: true }, undefined).custom).toEqual({ x: [] });
  });

  it.each<[CustomAttribute['type'], unknown]>([
    ['text', 7],
    ['text', ['A']],
    ['boolean', 'true'],
    ['number', '7'],
    ['integer', 1.5],
    ['date', 'soon'],
    ['date', 20260131],
  ])('of type %s is empty while a stored value %j of an earlier declaration does not match', (type, stored) => {
    expect(view({ type }, stored)).toEqual({ ...view({ type }, undefined), user: aUser({ [urn]: { x: stored } }) });
    expect(view({ type, many: true }, 7).custom).toEqual({ x: [] });
    expect(view({ type, many: true }, [stored, stored]).custom).toEqual({ x: [] });
  });
});

test.each<[string, Omit<CustomAttribute, 'urn' | 'name'>, unknown, unknown]>([
  ['x > 2', { type: 'integer' }, 3, true],
  ['x == 3', { type: 'integer' }, 3, true],
  ['x', { type: 'integer' }, 3, 3],
  ['3 in x', { type: 'integer', many: true }, [1, 3], true],
  ['x > 2', { type: 'number' }, 2.5, true],
  ['date(x, "DD.MM.YYYY")', { type: 'date' }, '2026-01-31T08:30:00Z', '31.01.2026'],
  ['date(x, "DD.MM.YYYY")', { type: 'date' }, '2026-01-31', '31.01.2026'],
  ['"A" in x', { type: 'text', many: true }, ['A'], true],
  ['join(x, ";")', { type: 'text', many: true }, ['A', 'B'], 'A;B'],
])('the expression %s on %j returns its result', (text, attribute, value, expected) => {
  const language = personLanguage({ attributes: [{ urn, name: 'x', ...attribute }] });
  expect(compileExpression(text, language, 'anything').run({ view: view(attribute, value) })).toEqual(expected);
});

test.each(types.flatMap((type) => [false, true].map((many) => [type, many] as const)))(
  'an expression on a %s (many: %s) runs for a person without the attribute',
  (type, many) => {
    const language = personLanguage({ attributes: [{ urn, name: 'x', type, many }] });
    expect(compileExpression('x == x', language, 'condition').run({ view: view({ type, many }, undefined) })).toBe(true);
  },
);
