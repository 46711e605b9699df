import { describe, expect, it } from 'vitest';
import { checkClocks } from '../../../src/outbound/engine/check-clocks.ts';
import type { ClockChanges } from '../../../src/outbound/engine/clock-changes.ts';
import type { GuardCounts } from '../../../src/store/outbound-reads.ts';
import { ago, day, hour, noon } from './inputs.ts';

const settings = { removals: { most: 25, share: 0.05, withinMs: day, waitMs: 0 }, changes: { share: 0.3, withinMs: hour } };
const nothing = { inWindow: 0, held: 0 };
const counts: GuardCounts = { removals: nothing, changes: nothing, active: 1000, removedInWindow: 0 };

/** People whose step is due in this time. */
const due = (people: number, inMs: number) => ({ dueAt: ago(-inMs), people });

describe('the Guard and leaver clocks', () => {
  it.each<[string, ClockChanges['due'], Partial<GuardCounts>, string | undefined]>([
    ['holds no clock without any', [], {}, undefined],
    ['lets the most go that it allows', [due(25, day)], {}, undefined],
    ['holds one more', [due(26, day)], {}, '26 removals; the limit is 25 within 24 h'],
    ['adds up what falls due within its window', [due(20, day), due(6, day + hour)], {}, '26 removals; the limit is 25 within 24 h'],
    ['judges a long spread hour by hour', Array.from({ length: 90 }, (_, n) => due(1, n * hour)), {}, undefined],
    ['judges apart what falls due later than that', [due(20, day), due(6, 2 * day)], {}, undefined],
    [
      'counts what was removed already within its window',
      [due(6, hour)],
      { removals: { inWindow: 20, held: 0 } },
      '26 removals; the limit is 25 within 24 h',
    ],
    ['forgets it after the window', [due(6, day)], { removals: { inWindow: 20, held: 0 } }, undefined],
    [
      'counts the share of the people who are there then',
      [due(5, day)],
      { active: 50 },
      '5 removals; the limit is 5% of 50 people within 24 h',
    ],
    ['holds the last people', [due(3, day)], { active: 3 }, '3 removals; everyone would be removed'],
    ['adds to an open hold', [due(1, day)], { removals: { inWindow: 0, held: 2 } }, '3 removals; others are already on hold'],
  ])('%s', (_, steps, change, expected) => {
    expect(checkClocks(settings, { ...counts, ...change }, { due: steps }, noon)).toBe(expected);
  });
});
