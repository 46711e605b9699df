import { describe, expect, it } from 'vitest';
import { checkClocks, forgetWindow, spanWindows } from '../../../src/outbound/engine/guard/check-clocks.ts';
import type { DueSteps } from '../../../src/outbound/engine/guard/clock-changes.ts';
import type { GuardCounts } from '../../../src/store/outbound-reads.ts';
import { ago, day, hour, noon } from './inputs.ts';

const settings = { removals: { most: 25, share: 0.05, withinMs: day, waitMs: 0 }, changes: { share: 0.3, withinMs: hour } };
const nothing = { inWindow: 0, held: 0 };
const counts: GuardCounts = { removals: nothing, changes: nothing, active: 1000, removedInWindow: 0 };

/** People with a step that is due in this time, and people with a step that was due then before the edit. */
const due = (people: number, inMs: number, others = 0): DueSteps => ({ dueAt: ago(-inMs), people, others });

/** Checks steps with the same `counts` in every window. */
function judge(steps: readonly DueSteps[], change: Partial<GuardCounts> = {}): string | undefined {
  const windows = spanWindows(day, steps).map((window) => ({ ...window, counts: { ...counts, ...change } }));
  return checkClocks(settings, windows);
}

describe('the Guard and leaver clocks', () => {
  it.each<[string, readonly DueSteps[], Partial<GuardCounts>, string | undefined]>([
    ['holds no clock without any', [], {}, undefined],
    ['lets the most go that it allows', [due(25, day)], {}, undefined],
    ['holds one more', [due(26, day)], {}, '26 removals; the limit is 25 within 24 h'],
    ['adds up what falls due within its window', [due(20, day), due(6, day + hour)], {}, '26 removals; the limit is 25 within 24 h'],
    ['judges a long spread hour by hour', Array.from({ length: 90 }, (_, n) => due(1, n * hour)), {}, undefined],
    ['judges apart what falls due later than that', [due(20, day), due(6, 2 * day)], {}, undefined],
    [
      'names each part of the number',
      [due(0, 2 * hour, 3), due(20, 3 * hour)],
      { removals: { inWindow: 2, held: 1 } },
      '26 removals (20 from this plan, 3 from other leaver delays, 2 already done or in progress, 1 already on hold); the limit is 25 within 24 h',
    ],
    ['does not count other steps outside the window', [due(0, hour, 20), due(20, hour + day)], {}, undefined],
    ['does not judge steps of others alone', [due(1, hour), due(0, 2 * day, 30)], {}, undefined],
    [
      'counts the share of the people who are there then',
      [due(5, day)],
      { active: 50 },
      '5 removals; the limit is 5% of 50 people within 24 h',
    ],
    ['holds the last people', [due(3, day)], { active: 3 }, '3 removals; everyone would be removed'],
    [
      'adds to an open hold',
      [due(1, day)],
      { removals: { inWindow: 0, held: 2 } },
      '3 removals (1 from this plan, 2 already on hold); others are already on hold',
    ],
  ])('%s', (_, steps, change, expected) => {
    expect(judge(steps, change)).toBe(expected);
  });

  it('checks each step with the window that ends when the step is due', () => {
    const windows = spanWindows(day, [due(1, hour), due(0, 2 * hour, 4), due(2, day), due(3, day + hour)]);
    expect(windows).toEqual([
      { from: ago(day - hour), people: 1, others: 0 },
      { from: noon, people: 3, others: 4 },
      { from: ago(-hour), people: 5, others: 4 },
    ]);
  });

  it('ignores earlier removals outside the window, but not held removals', () => {
    expect(forgetWindow({ ...counts, removals: { inWindow: 4, held: 2 }, removedInWindow: 3 })).toEqual({
      ...counts,
      removals: { inWindow: 0, held: 2 },
    });
  });
});
