import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoginThrottle, type LoginThrottleOptions } from '../../../src/inbound/auth/login-throttle.ts';
import { TestClock } from '../../support/test-clock.ts';

const neverAborted = new AbortController().signal;

function open(options: Omit<LoginThrottleOptions, 'clock'> = {}) {
  const clock = new TestClock();
  const loginThrottle = new LoginThrottle({ clock, ...options });
  /** One failure: the delay of its response in milliseconds, or `tooMany`. */
  const fail = async (address = 'a', signal = neverAborted) => {
    const begun = clock.now().getTime();
    const failing = loginThrottle
      .fail(address, signal)
      .then((refused) => (refused === undefined ? clock.now().getTime() - begun : 'tooMany'));
    while (loginThrottle.waiting > 0) {
      clock.advance(1);
      await Promise.resolve();
    }
    return failing;
  };
  return { clock, loginThrottle, fail };
}

describe('the response to a failed login', () => {
  test('is sent at once for the first five, then delayed twice as long each time, up to 5 seconds', async () => {
    const { fail } = open();
    const waits: unknown[] = [];
    for (let index = 0; index < 13; index += 1) waits.push(await fail());
    expect(waits).toEqual([0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  test('is not delayed because of failures from other addresses', async () => {
    const { fail } = open({ freeFailures: 1 });
    expect(await fail('a')).toBe(0);
    expect(await fail('a')).toBe(250);
    expect(await fail('b')).toBe(0);
  });

  test('is no longer delayed after ten minutes without a failure', async () => {
    const { clock, fail } = open({ freeFailures: 1 });
    await fail();
    expect(await fail()).toBe(250);
    clock.advance(10 * 60_000 - 250);
    expect(await fail()).toBe(500);
    clock.advance(10 * 60_000 + 1);
    expect(await fail()).toBe(0);
  });

  test('is sent at once as a refusal when ten of the same address are waiting, or two hundred in all', async () => {
    const { loginThrottle } = open({ freeFailures: 0 });
    for (let index = 0; index < 10; index += 1) void loginThrottle.fail('a', neverAborted);
    expect(await loginThrottle.fail('a', neverAborted)).toEqual({ retryAfterSeconds: 5 });
    for (let index = 0; index < 190; index += 1) void loginThrottle.fail(`b${index}`, neverAborted);
    expect(loginThrottle.waiting).toBe(200);
    expect(await loginThrottle.fail('c', neverAborted)).toEqual({ retryAfterSeconds: 5 });
    loginThrottle.releaseAll();
  });

  test('no longer counts as waiting after its client has disconnected, and is sent when the daemon stops', async () => {
    const { loginThrottle } = open({ freeFailures: 0, maxDelayedPerAddress: 1 });
    const client = new AbortController();
    const left = loginThrottle.fail('a', client.signal);
    client.abort();
    await left;
    expect(loginThrottle.waiting).toBe(0);
    const waiting = loginThrottle.fail('a', neverAborted);
    loginThrottle.releaseAll();
    await waiting;
    expect(await loginThrottle.fail('a', neverAborted)).toBeUndefined();
  });

  test('depends on a limited number of stored addresses; the least recent is dropped first', async () => {
    const { fail } = open({ freeFailures: 1, maxAddresses: 2 });
    await fail('a');
    await fail('b');
    expect(await fail('a')).toBe(250);
    await fail('c');
    expect(await fail('a')).toBe(500);
    expect(await fail('b')).toBe(0);
  });

  test('is always sent, in any sequence of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3000)), { maxLength: 60 }), async (failures) => {
        const { clock, loginThrottle } = open({ freeFailures: 1, maxDelayedPerAddress: 3, maxDelayed: 5, maxAddresses: 2 });
        const answers: Promise<unknown>[] = [];
        for (const [address, pauseMs] of failures) {
          answers.push(loginThrottle.fail(address, neverAborted));
          expect(loginThrottle.waiting).toBeLessThanOrEqual(5);
          clock.advance(pauseMs);
          await Promise.resolve();
        }
        clock.advance(5_000);
        await Promise.all(answers);
        expect(loginThrottle.waiting).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
