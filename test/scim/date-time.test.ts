import { expect, test } from 'vitest';
import { compareInstants, parseDateTime } from '../../src/scim/date-time.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0, 0],
  ['1970-01-01T00:00:00', 0, 0],
  ['1970-01-01T01:00:00+01:00', 0, 0],
  ['1969-12-31T23:59:59.25z', -1, 0.25],
  ['2026-01-31T08:30:00Z', 1_769_848_200, 0],
  ['2015-10-10T14:38:21.8617979-07:00', 1_444_513_101, 0.8617979],
  ['2026-01-31', 1_769_817_600, 0],
  ['2026-01-30T24:00:00.0Z', 1_769_817_600, 0],
  ['0001-01-03T00:00:00.0000000Z', -62_135_424_000, 0],
])('%s is %d seconds and %d', (text, seconds, fraction) => {
  expect(parseDateTime(text)).toEqual({ seconds, fraction });
});

test.each([
  ['2026-02-30T00:00:00Z'],
  ['2026-13-01T00:00:00Z'],
  ['2026-01-01T25:00:00Z'],
  ['2026-01-01T24:30:00Z'],
  ['2026-01-01T24:00:01Z'],
  ['2026-01-01T24:00:00.5Z'],
  ['2026-01-01T00:60:00Z'],
  ['2026-02-30'],
  ['2026-01-01Z'],
  ['yesterday'],
  [''],
])('%j is not a valid date and time', (text) => {
  expect(parseDateTime(text)).toBeUndefined();
});

test('times that Date would round to the same value are distinguished', () => {
  const earlier = parseDateTime('2026-01-31T08:30:00.0000001Z');
  const later = parseDateTime('2026-01-31T08:30:00.0000002Z');
  if (!earlier || !later) throw new Error('both are dates');
  expect(compareInstants(earlier, later)).toBeLessThan(0);
  expect(compareInstants(later, earlier)).toBeGreaterThan(0);
});
