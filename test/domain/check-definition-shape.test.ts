import { describe, expect, it } from 'vitest';
import { findShapeFault } from '../../src/domain/check-definition-shape.ts';
import { definitionOf } from '../outbound/engine/harness.ts';

const good = definitionOf({
  rows: { each: 'groups', as: 'group', none: 'one' },
  scope: [{ name: 'all', rule: 'true', leavers: [{ do: 'delete', afterMs: 5 }] }],
  tables: { sites: { HH: 'Hamburg' } },
  settings: { url: 'https://x.test', deep: [{ a: [null, 1, true] }] },
  schedule: { onChange: true, reconcile: '0 3 * * *', timezone: 'Europe/London' },
});

/** A copy with the value at one path replaced. */
function replaced(path: readonly (string | number)[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(good)) as Record<string | number, unknown>;
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string | number, unknown>, copy);
  holder[path.at(-1) ?? ''] = value;
  return JSON.parse(JSON.stringify(copy));
}

describe('a stored definition', () => {
  it('written by this release is valid', () => {
    expect(findShapeFault(JSON.parse(JSON.stringify(good)), 'front-desk')).toBeUndefined();
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [['scope'], undefined, 'scope is missing'],
    [['scope'], {}, 'scope is not a list'],
    [['scope', 0], null, 'scope.0 is not a map of keys'],
    [['mapping', 'Email'], 'email', 'mapping.Email is not a map of keys'],
    [['mapping'], null, 'mapping is not a map of keys'],
    [['match'], [['Email', 1]], 'match.0.1 is not text'],
    [['can'], ['creat'], 'can.0 is not one of: create, update, deactivate, delete'],
    [['guard', 'changes'], undefined, 'guard.changes is missing'],
    [['guard', 'removals', 'most'], '25', 'guard.removals.most is not a number'],
    [['groupIds'], { Hosts: 'g1' }, 'groupIds.Hosts is not a list'],
    [['leavers', 'gone'], [{ do: 'archive', afterMs: 0 }], 'leavers.gone.0.do is not one of: deactivate, delete'],
    [['schedule', 'onChange'], 1, 'schedule.onChange is not true or false'],
    [['tables', 'sites', 'HH'], 7, 'tables.sites.HH is not text'],
    [['target'], 'other', 'target is other, not front-desk'],
  ])('with %j = %j is rejected with the reason', (path, value, fault) => {
    expect(findShapeFault(replaced(path, value), 'front-desk')).toBe(fault);
  });

  it.each([null, 5, 'x', [], true])('cannot be %j', (value) => {
    expect(findShapeFault(value, 'front-desk')).toBeDefined();
  });

  it('is checked without the keys inherited from its prototype', () => {
    expect(findShapeFault({}, 'front-desk')).toBe('target is missing');
  });

  it('with endlessly nested settings is refused before the stack overflows', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as unknown;
    expect(findShapeFault({ ...good, settings: deep }, 'front-desk')).toMatch(/nested more than 100 levels deep$/);
  });
});
