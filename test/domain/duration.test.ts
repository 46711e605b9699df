import { describe, expect, it } from 'vitest';
import { durationText } from '../../src/config/schemas/setting-quantities.ts';
import { durationPattern, toMilliseconds } from '../../src/domain/duration.ts';
import { duration } from '../../src/outbound/drivers/setting-units.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['030d', 2_592_000_000],
  ])('%s is %i ms, in the files of the site and in the settings of a target', (text, ms) => {
    expect(durationPattern.test(text)).toBe(true);
    expect([toMilliseconds(text), durationText.parse(text), duration.parse(text)]).toEqual([ms, ms, ms]);
  });

  it.each(['', '30', 's', '1.5h', '-1s', '1 h', '1w', '1234567s', '1m30s', '30S'])('cannot be %j', (text) => {
    expect(durationPattern.test(text)).toBe(false);
    expect([durationText.safeParse(text).success, duration.safeParse(text).success]).toEqual([false, false]);
  });

  it('in another format throws a bug error when it was not checked before', () => {
    expect(() => toMilliseconds('1w')).toThrow('1w is not a duration');
  });
});
