import { describe, expect, it } from 'vitest';
import { TargetHealth } from '../../../src/outbound/engine/contact/target-health.ts';
import { failuresThatOpenTheCircuit, maxWaitMs } from '../../../src/outbound/engine/delivery/retry.ts';
import { TestClock } from '../../support/test-clock.ts';

/** A Health with the maximum jitter, so that waits are the full backoff. */
function open() {
  const clock = new TestClock();
  const health = new TargetHealth(clock, () => 1);
  const waitMs = () => {
    const until = health.waitsUntil();
    return until === undefined ? 0 : until.getTime() - clock.now().getTime();
  };
  /** Whether the circuit was open after each of this number of failures. */
  const fail = (times: number) =>
    Array.from({ length: times }, () => {
      health.failed('answered 500');
      return health.waitsUntil() !== undefined;
    });
  return { clock, health, waitMs, fail };
}

describe('the circuit of a Target', () => {
  it(`opens at failure ${failuresThatOpenTheCircuit} in a row, and not earlier`, () => {
    const { health, waitMs, fail } = open();
    expect(fail(failuresThatOpenTheCircuit)).toEqual([false, false, false, false, true]);
    expect([health.trouble, health.needsProbe, waitMs()]).toEqual(['answered 500', true, 1_000]);
  });

  it('stays closed when a success is between the failures', () => {
    const { health, fail } = open();
    fail(failuresThatOpenTheCircuit - 1);
    health.succeeded();
    expect(fail(failuresThatOpenTheCircuit - 1)).not.toContain(true);
    expect(health.trouble).toBe('');
  });

  it('waits longer each time it opens, up to two minutes', () => {
    const { health, waitMs } = open();
    const waits = Array.from({ length: 9 }, () => {
      health.open('connection refused');
      return waitMs();
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
    expect(health.opened).toBe(9);
  });

  it.each([
    ['as long as it was asked to', 600_000, 600_000],
    ['at most an hour', 10 * maxWaitMs, maxWaitMs],
  ])('waits %s', (_, afterMs, expected) => {
    const { health, waitMs } = open();
    health.open('answered 503', afterMs);
    expect(waitMs()).toBe(expected);
  });

  it('needs a probe when its wait is over, and keeps the failure until an attempt succeeds', () => {
    const { clock, health, waitMs } = open();
    health.open('connection refused');
    clock.advance(1_000);
    expect([waitMs(), health.needsProbe]).toEqual([0, true]);
    health.probed();
    expect([health.needsProbe, health.trouble]).toEqual([false, 'connection refused']);
    health.succeeded();
    expect([health.trouble, health.opened, health.succeededAt]).toEqual(['', 0, clock.now()]);
  });

  it('attributes a failure to the record only when the attempt before it succeeded', () => {
    const { health, fail } = open();
    expect(health.chargesAttempts).toBe(true);
    fail(1);
    expect(health.chargesAttempts).toBe(false);
    health.recovered();
    expect([health.chargesAttempts, health.succeededAt]).toEqual([true, undefined]);
  });
});

describe('a Target that asks for a waiting time', () => {
  it('gets neither a request nor a probe until then, and a technician can end the waiting time', () => {
    const { clock, health, waitMs } = open();
    health.slowDown(30_000);
    expect([waitMs(), health.needsProbe, health.trouble]).toEqual([30_000, false, '']);
    clock.advance(30_000);
    expect(waitMs()).toBe(0);
    health.slowDown(30_000);
    health.forget();
    expect(waitMs()).toBe(0);
  });

  it('waits for the later of waiting time and circuit', () => {
    const { health, waitMs } = open();
    health.open('answered 503');
    health.slowDown(30_000);
    expect(waitMs()).toBe(30_000);
  });
});

describe('records that are reported missing', () => {
  it.each([
    ['three of ten people', 3, 0.1, 10, false],
    ['a fourth of ten people', 4, 0.1, 10, true],
    ['ten of a thousand people: few for its size', 10, 0.01, 1_000, false],
    ['eleven of a thousand people', 11, 0.01, 1_000, true],
  ])('are too many by number and share: %s', (_, times, share, active, tooMany) => {
    const { health } = open();
    const answers = Array.from({ length: times }, () => health.missed(share, active));
    expect(answers.at(-1)).toBe(tooMany);
  });

  it('are no longer counted after an hour, or when a technician resumes', () => {
    const { clock, health } = open();
    const four = () => Array.from({ length: 4 }, () => health.missed(0, 10)).at(-1);
    expect(four()).toBe(true);
    clock.advance(3_600_000);
    expect(health.missed(0, 10)).toBe(false);
    expect(four()).toBe(true);
    health.forget();
    expect(health.missed(0, 10)).toBe(false);
  });
});
