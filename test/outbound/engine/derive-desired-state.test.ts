import { describe, expect, it } from 'vitest';
import type { PersonView } from '../../../src/domain/person-view.ts';
import type { Leavers, LeaverStep, ScopeRule } from '../../../src/domain/target.ts';
import { desiredStateFor, type CompiledRules } from '../../../src/outbound/engine/planning/derive-desired-state.ts';
import { aView } from '../../mapping/view.ts';
import { noon } from './inputs.ts';

const row = { Email: 'anna@x.test' };
const deleteNow: readonly LeaverStep[] = [{ do: 'delete', afterMs: 0 }];
const deactivate: readonly LeaverStep[] = [{ do: 'deactivate', afterMs: 0 }];
const everyReason: Leavers = { gone: deleteNow, inactive: deactivate, outOfScope: deleteNow };
const rules: readonly ScopeRule[] = [{ name: 'is staff', rule: 'true' }];

function judgeOf(change: Partial<CompiledRules> = {}): CompiledRules {
  return {
    scope: () => ({ holds: true }),
    map: () => ({ is: 'rows', rows: [row] }),
    leavers: everyReason,
    rules,
    settlesDoubts: true,
    ...change,
  };
}

const outside = { scope: () => ({ holds: false, firstFailing: 'is staff' }) };
const leaving = (reason: string, steps: readonly LeaverStep[], condition?: string) => ({
  is: 'leaving',
  reason,
  since: noon,
  steps,
  ...(condition !== undefined && { condition }),
});

describe('the desired state of a person at a Target', () => {
  it.each<[string, PersonView | undefined, CompiledRules, unknown]>([
    ['in scope: the rows of the mapping', aView(), judgeOf(), { is: 'record', rows: [row] }],
    ['deleted: it leaves as gone', undefined, judgeOf(), leaving('gone', deleteNow)],
    ['not active: it leaves as inactive', aView({ active: false }), judgeOf(), leaving('inactive', deactivate)],
    ['out of scope: it leaves, with the condition', aView(), judgeOf(outside), leaving('outOfScope', deleteNow, 'is staff')],
    [
      'not active and out of scope: the first reason with steps counts',
      aView({ active: false }),
      judgeOf({ ...outside, leavers: { outOfScope: deleteNow } }),
      leaving('outOfScope', deleteNow, 'is staff'),
    ],
    [
      'not active, without steps for any reason: the record stays',
      aView({ active: false }),
      judgeOf({ leavers: {} }),
      leaving('inactive', []),
    ],
    [
      'out of scope by a condition with its own steps: these apply',
      aView(),
      judgeOf({ ...outside, rules: [{ name: 'is staff', rule: 'true', leavers: deactivate }] }),
      leaving('outOfScope', deactivate, 'is staff'),
    ],
    [
      'without a valid row: the reason and what could be made',
      aView(),
      judgeOf({ map: () => ({ is: 'heldBack', why: 'Email is empty', partial: {} }) }),
      { is: 'heldBack', why: 'Email is empty', partial: {} },
    ],
    [
      'with a row that the target refuses: no valid row',
      aView(),
      judgeOf({ refuse: () => 'Name: 王 cannot be written' }),
      { is: 'heldBack', why: 'Name: 王 cannot be written', partial: row },
    ],
    [
      'not active and without a valid row: it leaves',
      aView({ active: false }),
      judgeOf({ refuse: () => 'no' }),
      leaving('inactive', deactivate),
    ],
  ])('is determined for a person %s', (_, view, compiledTarget, expected) => {
    expect(desiredStateFor(view, compiledTarget, noon)).toEqual(expected);
  });
});
