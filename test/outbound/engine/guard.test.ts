import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeGuarded, type Guarded } from '../../../src/domain/guard-counts.ts';
import { checkGuard, type GuardResult } from '../../../src/outbound/engine/guard/guard.ts';
import type { GuardCounts } from '../../../src/store/outbound-reads.ts';

const settings = { removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } };
const counts = (
  change: Partial<{ inWindow: number; held: number; active: number; removed: number; changed: number; changesHeld: number }> = {},
): GuardCounts => ({
  removals: { inWindow: change.inWindow ?? 0, held: change.held ?? 0 },
  changes: { inWindow: change.changed ?? 0, held: change.changesHeld ?? 0 },
  active: change.active ?? 1000,
  removedInWindow: change.removed ?? change.inWindow ?? 0,
});

const none = { removals: 0, changes: 0 };

function describeVerdict(what: Guarded, verdict: GuardResult): string | undefined {
  const hold = verdict[what];
  return hold && describeGuarded(what, hold.total, hold.limit);
}

describe('the Guard', () => {
  it.each([
    ['25 of 1,000 are released', counts(), 25, undefined],
    ['26 of 1,000 are too many', counts(), 26, '26 removals; the limit is 25 within 24 h'],
    ['earlier ones in the window count', counts({ inWindow: 20, active: 980 }), 6, '26 removals; the limit is 25 within 24 h'],
    ['5 of 100 are 5%', counts({ active: 100 }), 5, undefined],
    ['6 of 100 are more than 5%', counts({ active: 100 }), 6, '6 removals; the limit is 5% of 100 people within 24 h'],
    ['the share is of those at the start of the window', counts({ active: 96, inWindow: 4 }), 1, undefined],
    ['3 of 20 are released, because the share applies from 4 on', counts({ active: 20 }), 3, undefined],
    ['4 of 20 are more than 5%', counts({ active: 20 }), 4, '4 removals; the limit is 5% of 20 people within 24 h'],
    ['the last person is held', counts({ active: 1 }), 1, '1 removal; everyone would be removed'],
    ['the last three are held', counts({ active: 3 }), 3, '3 removals; everyone would be removed'],
    [
      'queued removals count when no one would be left',
      counts({ active: 3, inWindow: 2, removed: 0 }),
      1,
      '3 removals; everyone would be removed',
    ],
    ['one more joins those that are held', counts({ held: 30 }), 1, '31 removals; the limit is 25 within 24 h'],
    ['one more joins one that is held', counts({ held: 1 }), 1, '2 removals; others are already on hold'],
    [
      'the last person does not count twice when the removal is held and planned again',
      counts({ active: 1, held: 1 }),
      1,
      '2 removals; others are already on hold',
    ],
    ['nothing planned holds nothing', counts({ held: 30 }), 0, undefined],
  ])('decides on removals: %s', (_, given, removals, said) => {
    expect(describeVerdict('removals', checkGuard(settings, given, { removals, changes: 0 }, none))).toBe(said);
  });

  it.each([
    ['49 changes are released, however few people there are', counts({ active: 50 }), 49, undefined],
    ['300 of 1,000 are 30%', counts(), 300, undefined],
    ['301 of 1,000 are more', counts(), 301, '301 changes; the limit is 30% of 1,000 people within 1 h'],
    ['later ones join those that are held', counts({ changesHeld: 301 }), 1, '302 changes; the limit is 30% of 1,000 people within 1 h'],
    ['later ones join those that are held, even below the limit', counts({ changesHeld: 2 }), 1, '3 changes; others are already on hold'],
  ])('decides on mass changes: %s', (_, given, changes, said) => {
    expect(describeVerdict('changes', checkGuard(settings, given, { removals: 0, changes }, none))).toBe(said);
  });

  it('counts a held Delivery that the Plan replaces or drops only once, and keeps holding', () => {
    const withdrawn = { removals: 1, changes: 1 };
    const removals = checkGuard(settings, counts({ held: 26 }), { removals: 1, changes: 0 }, withdrawn);
    expect(describeVerdict('removals', removals)).toBe('26 removals; the limit is 25 within 24 h');
    expect(describeVerdict('removals', checkGuard(settings, counts({ held: 1 }), { removals: 1, changes: 0 }, withdrawn))).toBe(
      '1 removal; others are already on hold',
    );
    const changes = checkGuard(settings, counts({ changesHeld: 301 }), { removals: 0, changes: 1 }, withdrawn);
    expect(describeVerdict('changes', changes)).toBe('301 changes; the limit is 30% of 1,000 people within 1 h');
  });

  it('never releases more than the limit, for any distribution of removals over Runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 3000 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }), (people, portions) => {
        let gone = 0;
        let held = 0;
        for (const portion of portions) {
          const wanted = Math.min(portion, people - gone - held);
          const verdict = checkGuard(
            settings,
            counts({ active: people - gone, inWindow: gone, held }),
            { removals: wanted, changes: 0 },
            none,
          );
          if (verdict.removals === undefined) gone += wanted;
          else held += wanted;
        }
        expect(gone).toBeLessThanOrEqual(25);
        expect(gone).toBeLessThanOrEqual(Math.max(3, 0.05 * people));
      }),
    );
  });
});
