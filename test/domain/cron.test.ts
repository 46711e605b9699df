import { describe, expect, it } from 'vitest';
import { findCronFault, hadTimeSince, startCron } from '../../src/domain/cron.ts';

describe('a schedule', () => {
  it.each([['0 3 * * *'], ['*/15 6-20 * * 1-5'], ['0 3 * * MON'], ['0 3 L * *'], ['* * * * * *'], ['@daily']])('may be %s', (reconcile) => {
    expect(findCronFault({ reconcile, timezone: 'Europe/London' })).toBeUndefined();
  });

  it.each([
    ['61 3 * * *', '61 is not valid for minute'],
    ['0 3 * *', 'expected 5 or 6 fields but got 4'],
    ['0 3 31 2 *', '31 2 is an impossible day of month'],
    ['every night', 'expected 5 or 6 fields but got 2'],
    ['', 'illegal characters'],
    ['__proto__ * * * *', 'illegal characters'],
    ['constructor * * * *', 'constructor is not valid for minute'],
    [`${'0-59,'.repeat(20_000)}1 * * * *`, 'it has more than 500 characters'],
  ])('%.20s is refused with a reason and an example', (reconcile, why) => {
    const fault = findCronFault({ reconcile });
    expect(fault).toMatchObject({ key: 'reconcile', hint: expect.stringContaining("'0 3 * * *'") });
    expect(fault?.message).toContain('is not a cron expression');
    expect(fault?.message).toContain(why);
  });

  it('that parses but never matches a date is refused', () => {
    // The first Monday of a month is never the 29th.
    expect(findCronFault({ reconcile: '0 0 29 2 1#1' })?.message).toMatch(/^never matches a date/);
    expect(() => startCron({ reconcile: '0 0 29 2 1#1' }, () => undefined)).toThrow('next matching date');
  });

  it.each(['Mars/Olympus', '', 'GMT+2', '__proto__'])('in the time zone "%s" is refused', (timezone) => {
    expect(findCronFault({ reconcile: '0 3 * * *', timezone })).toMatchObject({ key: 'timezone', message: 'is not a time zone' });
  });

  it('without an expression does not run', () => {
    expect(findCronFault({})).toBeUndefined();
    expect(startCron({}, () => undefined)).toBeUndefined();
  });
});

describe('the search for a missed time of a schedule', () => {
  const nightly = { reconcile: '0 3 * * *', timezone: 'Europe/London' };
  const at = (text: string) => new Date(`${text}Z`);

  it.each([
    ['finds a time in between', nightly, '2026-11-20T12:00', '2026-11-21T12:00', true],
    ['finds a time that is now', nightly, '2026-11-20T12:00', '2026-11-21T03:00', true],
    ['does not count the time at which it begins', nightly, '2026-11-21T03:00', '2026-11-21T12:00', false],
    ['finds no time that is yet to come', nightly, '2026-11-21T03:00:01', '2026-11-22T02:59:59', false],
    ['follows the summer time of its zone', nightly, '2026-07-01T01:30', '2026-07-01T02:30', true],
    ['does not follow the summer time of another zone', { ...nightly, timezone: 'UTC' }, '2026-07-01T01:30', '2026-07-01T02:30', false],
    ['finds a time months ago', { reconcile: '0 3 1 1 *', timezone: 'UTC' }, '2026-01-01T02:00', '2026-02-11T12:00', true],
    ['finds a time with seconds', { reconcile: '30 0 3 * * *', timezone: 'UTC' }, '2026-11-21T03:00:29', '2026-11-21T03:00:30', true],
    [
      'does not find a time with other seconds',
      { reconcile: '30 0 3 * * *', timezone: 'UTC' },
      '2026-11-21T03:00:30',
      '2026-11-21T03:00:59',
      false,
    ],
    [
      'finds a time for every span that is too long to search',
      { reconcile: '0 3 1 1 *', timezone: 'UTC' },
      '1970-01-01T00:00',
      '2026-11-21T12:00',
      true,
    ],
    ['finds no time without an expression', {}, '2026-11-20T12:00', '2026-11-21T12:00', false],
    ['finds no time in an empty span', nightly, '2026-11-21T12:00', '2026-11-20T12:00', false],
  ])('%s', async (_, schedule, since, now, had) => {
    expect(await hadTimeSince(schedule, at(since), at(now), new AbortController().signal)).toBe(had);
  });

  it('ends when the daemon stops', async () => {
    const yearly = { reconcile: '0 3 1 1 *', timezone: 'UTC' };
    const stopping = new AbortController();
    const looking = hadTimeSince(yearly, at('2026-01-02T00:00'), at('2026-12-31T00:00'), stopping.signal);
    stopping.abort();
    const began = performance.now();
    expect(await looking).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
