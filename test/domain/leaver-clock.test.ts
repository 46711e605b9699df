import { describe, expect, it } from 'vitest';
import type { Leaving } from '../../src/domain/shadow.ts';
import type { LeaverStep } from '../../src/domain/target.ts';
import { afterReturnMs, updateLeavingState, stepDue } from '../../src/domain/leaver-clock.ts';
import { ago, day, hour, noon, shadowOf } from '../outbound/engine/inputs.ts';

const deactivate: LeaverStep = { do: 'deactivate', afterMs: 0 };
const deleteLater: LeaverStep = { do: 'delete', afterMs: 30 * day };
const since = (ms: number): Leaving => ({ reason: 'gone', since: ago(ms), stepsDone: 0 });
const heard = { since: ago(100 * day), last: ago(hour) };
const when = { now: noon, heard, silentMs: 3 * day };

describe('the next step of a leaver', () => {
  it.each([
    ['none when the list is empty', [], true, since(day), when, 'nothing'],
    ['the first at once', [deactivate, deleteLater], true, since(0), when, 'deactivate now'],
    ['not the first again', [deactivate], false, since(day), when, 'nothing'],
    ['the second when its delay is over', [deactivate, deleteLater], false, since(30 * day), when, 'delete now'],
    ['the second not a moment earlier', [deactivate, deleteLater], false, since(30 * day - 1), when, 'later, in 1 ms'],
    ['a delete at once for a deactivated record', [{ do: 'delete', afterMs: 0 }], false, since(0), when, 'delete now'],
    [
      'an hourly recheck while the source has never connected',
      [deleteLater],
      true,
      since(31 * day),
      { now: noon, silentMs: day },
      'later, in 3600000 ms',
    ],
    [
      'an hourly recheck while the source is silent',
      [deleteLater],
      true,
      since(31 * day),
      { ...when, heard: { since: ago(100 * day), last: ago(3 * day + 1) } },
      'later, in 3600000 ms',
    ],
    [
      'now when the source was silent for exactly as long as allowed',
      [deleteLater],
      true,
      since(31 * day),
      { ...when, heard: { since: ago(100 * day), last: ago(3 * day) } },
      'delete now',
    ],
    [
      'a day after the source came back',
      [deleteLater],
      true,
      since(31 * day),
      { ...when, heard: { since: ago(hour), last: ago(0) } },
      `later, in ${afterReturnMs - hour} ms`,
    ],
    [
      'now when the person left after the source came back',
      [{ do: 'delete', afterMs: 1_000 }],
      true,
      since(2_000),
      { ...when, heard: { since: ago(hour), last: ago(0) } },
      'delete now',
    ],
    ['a step without a delay, however long the silence', [deactivate], true, since(0), { now: noon, silentMs: day }, 'deactivate now'],
  ] as const)('is %s', (_, steps, active, leaving, at, expected) => {
    const due = stepDue(shadowOf({ active }), leaving, steps, at);
    const word = {
      nothing: () => 'nothing',
      now: () => (due.is === 'now' ? `${due.step.do} now` : ''),
      later: () => (due.is === 'later' ? `later, in ${due.at.getTime() - noon.getTime()} ms` : ''),
    }[due.is]();
    expect(word).toBe(expected);
  });
});

describe('the leaver clock', () => {
  const outOfScope = { is: 'leaving', reason: 'outOfScope', condition: 'is staff', since: noon, steps: [] } as const;
  const running: Leaving = { reason: 'outOfScope', condition: 'is staff', since: ago(day), stepsDone: 1 };

  it('continues while reason and condition stay the same', () => {
    expect(updateLeavingState(shadowOf({ leaving: running }), outOfScope)).toBe(running);
  });

  it.each([
    ['there was none', undefined],
    ['the reason is another one', { ...running, reason: 'gone' }],
    ['the condition is another one', { ...running, condition: 'has a desk' }],
  ] as const)('starts when %s', (_, leaving) => {
    expect(updateLeavingState(shadowOf(leaving === undefined ? {} : { leaving }), outOfScope)).toEqual({
      reason: 'outOfScope',
      condition: 'is staff',
      since: noon,
      stepsDone: 0,
    });
  });
});
