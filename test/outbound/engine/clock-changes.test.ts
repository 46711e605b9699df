import { describe, expect, it } from 'vitest';
import { personSubject } from '../../../src/domain/ids.ts';
import type { Leaving } from '../../../src/domain/shadow.ts';
import { ClockChangeCounter, compareClocks, type ClockChange } from '../../../src/outbound/engine/guard/clock-changes.ts';
import { planSubject, type SubjectInput } from '../../../src/outbound/engine/planning/planner.ts';
import { ago, annasRow, day, deliveryOf, inputOf, noon, shadowOf } from './inputs.ts';

const week = { do: 'delete', afterMs: 7 * day } as const;
const month = { do: 'delete', afterMs: 30 * day } as const;
const atOnce = { do: 'deactivate', afterMs: 0 } as const;
const hosts = { name: 'hosts', rule: 'title == "host"' };
const applied = { leavers: { outOfScope: [month], inactive: [atOnce, month] }, scope: [hosts] };

const outOfScope = (...steps: readonly { do: 'delete' | 'deactivate'; afterMs: number }[]): SubjectInput['desired'] => ({
  is: 'leaving',
  reason: 'outOfScope',
  condition: 'hosts',
  since: noon,
  steps,
});
const running: Leaving = { reason: 'outOfScope', condition: 'hosts', since: ago(8 * day), stepsDone: 0 };
const rejection = {
  is: 'removalRejected',
  by: 'mira',
  at: ago(day),
  reason: 'outOfScope',
  condition: 'hosts',
  since: ago(8 * day),
} as const;

/** `begins delete in 7 d`, in the form of a table cell. */
function wordOf(change: ClockChange | undefined): string {
  if (change === undefined) return 'nothing';
  const { step, dueAt } = change.clock;
  return `${change.is} ${step.do} in ${(dueAt.getTime() - noon.getTime()) / day} d`;
}

function compare(input: Partial<SubjectInput>, before: Parameters<typeof compareClocks>[1] = applied): string {
  const whole = inputOf(input);
  const { shadow, decision } = whole;
  return wordOf(compareClocks({ plan: planSubject(whole), ...(shadow && { shadow }), ...(decision && { decision }) }, before));
}

describe('a leaver clock', () => {
  it.each<[string, Partial<SubjectInput>, string]>([
    ['does not begin for a person who stays', { shadow: shadowOf() }, 'nothing'],
    ['begins for a person who leaves with a delay', { shadow: shadowOf(), desired: outOfScope(week) }, 'begins delete in 7 d'],
    ['does not begin for a person without a record', { desired: outOfScope(week) }, 'nothing'],
    [
      'does not begin where the first step has no delay: that is an action',
      { shadow: shadowOf(), desired: outOfScope(atOnce, week) },
      'nothing',
    ],
    ['does not begin without a step: the record stays', { shadow: shadowOf(), desired: outOfScope() }, 'nothing'],
    [
      'begins for a record that was deactivated, by a step that the list did not have',
      {
        shadow: shadowOf({ active: false, leaving: { reason: 'gone', since: ago(day), stepsDone: 1 } }),
        desired: { ...outOfScope(month), reason: 'gone' } as never,
      },
      'begins delete in 30 d',
    ],
    ['goes on', { shadow: shadowOf({ leaving: running }), desired: outOfScope(month) }, 'nothing'],
    [
      'changes with the delay',
      { shadow: shadowOf({ leaving: running }), desired: outOfScope({ ...week, afterMs: 9 * day }) },
      'changes delete in 1 d',
    ],
    [
      'changes with the step',
      { shadow: shadowOf({ leaving: running }), desired: outOfScope({ do: 'deactivate', afterMs: 30 * day }) },
      'changes deactivate in 22 d',
    ],
    [
      'changes with the reason, and starts again',
      { shadow: shadowOf({ leaving: { ...running, condition: 'old' } }), desired: outOfScope(month) },
      'changes delete in 30 d',
    ],
    ['is nothing beside a removal that is due now', { shadow: shadowOf({ leaving: running }), desired: outOfScope(week) }, 'nothing'],
    ['ends when the person is in scope again', { shadow: shadowOf({ leaving: running }) }, 'ends delete in 22 d'],
    [
      'ends when the person is in scope again without a valid row',
      { shadow: shadowOf({ leaving: running }), desired: { is: 'heldBack', why: 'Email is empty' } },
      'ends delete in 22 d',
    ],
    ['ends when the list has no step any more', { shadow: shadowOf({ leaving: running }), desired: outOfScope() }, 'ends delete in 22 d'],
    [
      'ends with its held removal',
      { shadow: shadowOf({ leaving: { ...running, since: ago(30 * day) } }), open: deliveryOf({ action: 'delete', state: 'held' }) },
      'ends delete in 0 d',
    ],
    [
      'does not end while a removal is being sent',
      { shadow: shadowOf({ leaving: running }), open: deliveryOf({ action: 'delete', state: 'sending' }) },
      'nothing',
    ],
    ['does not run after a rejection', { shadow: shadowOf({ leaving: running }), decision: rejection }, 'nothing'],
    [
      'does not change after a rejection',
      { shadow: shadowOf({ leaving: running }), decision: rejection, desired: outOfScope({ ...week, afterMs: 9 * day }) },
      'nothing',
    ],
    [
      'does not end for a person for whom no step was left',
      { shadow: shadowOf({ leaving: { reason: 'gone', since: ago(day), stepsDone: 0 } }) },
      'nothing',
    ],
  ])('%s', (_, input, word) => {
    expect(compare(input)).toBe(word);
  });

  it('uses the steps of the failing condition when it has its own', () => {
    const before = { ...applied, scope: [{ ...hosts, leavers: [{ do: 'delete', afterMs: 10 * day } as const] }] };
    expect(compare({ shadow: shadowOf({ leaving: running }) }, before)).toBe('ends delete in 2 d');
  });
});

describe('counted clock changes', () => {
  const clock = { reason: 'outOfScope', condition: 'hosts', step: week, dueAt: noon } as const;
  const person = (id: string) => ({ subject: personSubject(id), rows: [annasRow] });

  it('are grouped by reason, condition and step, the earliest due first, with the first three people', () => {
    const counter = new ClockChangeCounter(day);
    for (const id of ['a', 'b', 'c', 'd']) counter.add({ is: 'begins', clock: { ...clock, dueAt: ago(id === 'c' ? day : 0) } }, person(id));
    counter.add({ is: 'begins', clock: { reason: 'inactive', step: month, dueAt: ago(2 * day) } }, person('e'));
    counter.add({ is: 'changes', clock, before: { ...clock, dueAt: ago(-day) } }, person('f'));
    counter.add({ is: 'changes', clock, before: { ...clock, dueAt: ago(3 * day) } }, person('g'));
    counter.addUnchanged(clock);
    const { begins, changes, ends, due } = counter.toChanges();
    expect(begins.map(({ reason, people, dueAt, first }) => [reason, people, dueAt, first.map(({ subject }) => subject.id)])).toEqual([
      ['inactive', 1, ago(2 * day), ['e']],
      ['outOfScope', 4, ago(day), ['a', 'b', 'c']],
    ]);
    expect(changes).toMatchObject([{ people: 2, dueAt: noon, wasDueAt: ago(3 * day) }]);
    expect(ends).toEqual([]);
    expect(due).toEqual([
      { dueAt: ago(2 * day), people: 1, others: 0 },
      { dueAt: ago(day), people: 1, others: 0 },
      { dueAt: noon, people: 5, others: 1 },
    ]);
  });
});
