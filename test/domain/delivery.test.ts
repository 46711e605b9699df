import { describe, expect, it } from 'vitest';
import { excludes, rejectsRemoval, type Decision } from '../../src/domain/delivery.ts';
import type { LeaverReason } from '../../src/domain/target.ts';

const noon = new Date('2026-11-21T12:00:00Z');
const before = new Date('2026-11-21T11:59:59Z');
const after = new Date('2026-11-21T12:00:01Z');
const by = { by: 'jo', at: before };
const rejected: Decision = { is: 'removalRejected', reason: 'outOfScope', condition: 'is staff', since: before, ...by };

describe('a rejected removal', () => {
  it.each<readonly [string, Decision | undefined, { reason: LeaverReason; condition?: string; since: Date }, boolean]>([
    ['covers the same leaving', rejected, { reason: 'outOfScope', condition: 'is staff', since: before }, true],
    ['does not cover another reason', rejected, { reason: 'gone', condition: 'is staff', since: before }, false],
    ['does not cover another condition', rejected, { reason: 'outOfScope', condition: 'has a desk', since: before }, false],
    ['does not cover a later leaving', rejected, { reason: 'outOfScope', condition: 'is staff', since: noon }, false],
    ['is not a pin', { is: 'pinned', ...by }, { reason: 'outOfScope', condition: 'is staff', since: before }, false],
    ['is missing', undefined, { reason: 'outOfScope', condition: 'is staff', since: before }, false],
  ])('%s', (_, decision, leaving, expected) => {
    expect(rejectsRemoval(decision, leaving)).toBe(expected);
  });
});

describe('a person is left out by a Decision', () => {
  it.each<readonly [string, Decision | undefined, boolean]>([
    ['excluded without an end', { is: 'excluded', ...by }, true],
    ['pinned until later', { is: 'pinned', until: after, ...by }, true],
    ['pinned until this moment', { is: 'pinned', until: noon, ...by }, false],
    ['excluded until earlier', { is: 'excluded', until: before, ...by }, false],
    ['only a removal was rejected', rejected, false],
    ['no Decision', undefined, false],
  ])('%s', (_, decision, expected) => {
    expect(excludes(decision, noon)).toBe(expected);
  });
});
