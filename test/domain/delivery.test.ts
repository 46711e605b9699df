import { describe, expect, it } from 'vitest';
import { excludes, rejectsRemoval, type Decision } from '../../src/domain/delivery.ts';
import type { LeaverReason } from '../../src/domain/target.ts';

const noon = new Date('2026-11-21T12:00:00Z');
const before = new Date('2026-11-21T11:59:59Z');
const after = new Date('2026-11-21T12:00:01Z');
const by = { by: 'jo', at: before };
const rejected: Decision = { is: 'removalRejected', reason: 'outOfScope', condition: 'is staff', since: before, ...by };

describe('rejectsRemoval', () => {
  it.each<readonly [string, Decision | undefined, { reason: LeaverReason; condition?: string; since: Date }, boolean]>([
    [
      'returns true for the same reason, condition and time',
      rejected,
      { reason: 'outOfScope', condition: 'is staff', since: before },
      true,
    ],
    ['returns false for another reason', rejected, { reason: 'gone', condition: 'is staff', since: before }, false],
    ['returns false for another condition', rejected, { reason: 'outOfScope', condition: 'has a desk', since: before }, false],
    ['returns false if the person left later', rejected, { reason: 'outOfScope', condition: 'is staff', since: noon }, false],
    [
      'does not count a pin as a rejected removal',
      { is: 'pinned', ...by },
      { reason: 'outOfScope', condition: 'is staff', since: before },
      false,
    ],
    ['returns false without a Decision', undefined, { reason: 'outOfScope', condition: 'is staff', since: before }, false],
  ])('%s', (_, decision, leaving, expected) => {
    expect(rejectsRemoval(decision, leaving)).toBe(expected);
  });
});

describe('excludes', () => {
  it.each<readonly [string, Decision | undefined, boolean]>([
    ['returns true for an exclusion without an end', { is: 'excluded', ...by }, true],
    ['returns true for a pin that ends later', { is: 'pinned', until: after, ...by }, true],
    ['returns false for a pin that ends now', { is: 'pinned', until: noon, ...by }, false],
    ['returns false for an exclusion that has ended', { is: 'excluded', until: before, ...by }, false],
    ['returns false for a rejected removal', rejected, false],
    ['returns false without a Decision', undefined, false],
  ])('%s', (_, decision, expected) => {
    expect(excludes(decision, noon)).toBe(expected);
  });
});
