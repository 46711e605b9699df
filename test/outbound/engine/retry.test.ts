import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, recordRetry, targetRetry } from '../../../src/outbound/engine/delivery/retry.ts';

describe('backoff', () => {
  it.each([
    ['a record', recordRetry, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000, 900_000]],
    ['a target that is down', targetRetry, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]],
  ])('of %s doubles up to its limit', (_, { baseMs, capMs }, expected) => {
    expect(expected.map((_wait, index) => backoffMs(index + 1, baseMs, capMs, 1))).toEqual(expected);
  });

  it('is multiplied by a factor between one half and one, for any attempt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, jitter) => {
        const whole = backoffMs(attempt, 1_000, 60_000, 1);
        const wait = backoffMs(attempt, 1_000, 60_000, jitter);
        expect(wait).toBeGreaterThanOrEqual(whole / 2);
        expect(wait).toBeLessThanOrEqual(whole);
        expect(whole).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
