import { describe, expect, it } from 'vitest';
import { findCronFault, startCron } from '../../src/domain/cron.ts';

describe('a schedule', () => {
  it.each([['0 3 * * *'], ['*/15 6-20 * * 1-5'], ['0 3 * * MON'], ['0 3 L * *'], ['* * * * * *'], ['@daily']])('%s is one', (reconcile) => {
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
  ])('%.20s is none, and says why with an example', (reconcile, why) => {
    const fault = findCronFault({ reconcile });
    expect(fault).toMatchObject({ key: 'reconcile', hint: expect.stringContaining("'0 3 * * *'") });
    expect(fault?.message).toContain('is not a cron expression');
    expect(fault?.message).toContain(why);
  });

  it('that parses and never comes true is a fault too', () => {
    // The first Monday of a month is never the 29th.
    expect(findCronFault({ reconcile: '0 0 29 2 1#1' })?.message).toMatch(/^never comes true/);
    expect(() => startCron({ reconcile: '0 0 29 2 1#1' }, () => undefined)).toThrow('next matching date');
  });

  it.each(['Mars/Olympus', '', 'GMT+2', '__proto__'])('in the time zone "%s" is none', (timezone) => {
    expect(findCronFault({ reconcile: '0 3 * * *', timezone })).toMatchObject({ key: 'timezone', message: 'is not a time zone' });
  });

  it('without an expression does not run', () => {
    expect(findCronFault({})).toBeUndefined();
    expect(startCron({}, () => undefined)).toBeUndefined();
  });
});
