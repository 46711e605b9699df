import { describe, expect, it } from 'vitest';
import { checkClocks } from '../../src/engine/check-clocks.ts';
import type { ClockGroup } from '../../src/engine/clock-changes.ts';
import type { GuardCounts } from '../../src/store/outbound.ts';
import { ago, day, hour, noon } from './inputs.ts';

const settings = { removals: { most: 25, share: 0.05, withinMs: day, waitMs: 0 }, changes: { share: 0.3, withinMs: hour } };
const nothing = { inWindow: 0, held: 0 };
const counts: GuardCounts = { removals: nothing, changes: nothing, active: 1000, removedInWindow: 0 };

/** A group of people whose step is due in this time. */
const group = (people: number, inMs: number): ClockGroup => ({
  reason: 'outOfScope',
  step: 'delete',
  dueAt: ago(-inMs),
  people,
  first: [],
});

describe('the Guard and leaver clocks', () => {
  it.each<[string, readonly ClockGroup[], readonly ClockGroup[], Partial<GuardCounts>, string | undefined]>([
    ['holds no clock without any', [], [], {}, undefined],
    ['lets the most go that it allows', [group(25, day)], [], {}, undefined],
    ['holds one more', [group(26, day)], [], {}, '26 removals; the limit is 25 within 24 h'],
    ['adds up what falls due within its window', [group(20, day)], [group(6, day + hour)], {}, '26 removals; the limit is 25 within 24 h'],
    ['judges apart what falls due later than that', [group(20, day)], [group(6, 2 * day)], {}, undefined],
    [
      'counts what was removed already within its window',
      [group(6, hour)],
      [],
      { removals: { inWindow: 20, held: 0 } },
      '26 removals; the limit is 25 within 24 h',
    ],
    ['forgets it after the window', [group(6, day)], [], { removals: { inWindow: 20, held: 0 } }, undefined],
    [
      'counts the share of the people who are there then',
      [group(5, day)],
      [],
      { active: 50 },
      '5 removals; the limit is 5% of 50 people within 24 h',
    ],
    ['holds the last people', [group(3, day)], [], { active: 3 }, '3 removals; everyone would be removed'],
    ['adds to an open hold', [group(1, day)], [], { removals: { inWindow: 0, held: 2 } }, '3 removals; others are already on hold'],
  ])('%s', (_, begins, changes, change, expected) => {
    expect(checkClocks(settings, { ...counts, ...change }, { begins, changes, ends: [group(99, day)] }, noon)).toBe(expected);
  });
});
