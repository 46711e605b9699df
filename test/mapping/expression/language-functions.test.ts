import * as fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { toAscii } from '../../../src/mapping/expression/to-ascii.ts';
import { checkDateFormat, formatDate } from '../../../src/mapping/expression/format-date.ts';
import { truncate } from '../../../src/mapping/expression/language-functions.ts';
import { toDigits, toE164 } from '../../../src/mapping/expression/phone-number.ts';
import { HeldBack } from '../../../src/mapping/expression/expression-problem.ts';

describe('e164', () => {
  it.each([
    ['+43 660 123 45 67', '', '+436601234567'],
    ['+43 (0)660 1234567', 'DE', '+436601234567'],
    ['0043 660 1234567', '', '+436601234567'],
    ['(030) 1234-567', 'DE', '+49301234567'],
    ['030 1234567', 'de', '+49301234567'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['06 20 123 4567', 'HU', '+36201234567'],
    ['(425) 555-0100', 'US', '+14255550100'],
    ['1-425-555-0100', 'US', '+14255550100'],
    ['011 44 20 7946 0000', 'US', '+442079460000'],
    ['020 7946 0000 ext. 12', 'GB', '+442079460000'],
    ['8 (495) 123-45-67', 'RU', '+74951234567'],
    ['011 15-3456-7890', 'AR', '+5491134567890'],
    ['010 49 30 1234567', 'JP', '+49301234567'],
    ['0011 49 30 1234567', 'AU', '+49301234567'],
    ['+49 030 1234567', '', '+49301234567'],
    ['+39 (0)6 1234 5678', '', '+390612345678'],
    ['+420 (0)212 345 678', '', '+420212345678'],
    ['(0)30 1234567', 'DE', '+49301234567'],
    ['+49 30 1234567; +49 171 1234567', '', '+49301234567'],
    ['+999 123456789', '', '+999123456789'],
    ['555-0100', 'US', ''],
    ['020 7946 0000', '', ''],
    ['020 7946 0000', 'constructor', ''],
    ['020 7946 0000', 'United Kingdom', ''],
    ['', 'GB', ''],
    ['+43', '', ''],
    ['+1234567890123456', '', ''],
    ['call me', 'GB', ''],
  ])('%s in %s → %s', (text, country, expected) => {
    expect(toE164(text, country)).toBe(expected);
  });

  it.each(getCountries())('reads the numbers of %s, as dialled inside the country and from abroad', (country) => {
    const example = getExampleNumber(country, examples);
    const written = [example?.formatNational(), example?.formatInternational(), `00${toDigits(example?.number ?? '')}`];
    expect(written.map((text) => toE164(text ?? '', country))).toEqual(Array.from({ length: 3 }, () => example?.number));
  });

  it('returns an empty text, or + and 7 to 15 digits, for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('DE', 'US', 'IT', 'xx', ''), (text, country) =>
        /^(\+[1-9]\d{6,14})?$/.test(toE164(text, country)),
      ),
    );
  });
});

it('digits returns the digits of a text', () => {
  expect(toDigits('+43 (0) 660-1a')).toBe('4306601');
});

describe('ascii', () => {
  it.each([
    ['Jörg Müller', 'Jorg Muller'],
    ['Strauß', 'Strauss'],
    ['Łukasz Żółć', 'Lukasz Zolc'],
    ['Søren Ærø', 'Soren AEro'],
    ['O’Brien', "O'Brien"],
    ['王 Li', '? Li'],
    ['plain', 'plain'],
  ])('%s → %s', (text, expected) => {
    expect(toAscii(text)).toBe(expected);
  });

  it('returns only ASCII', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.from(toAscii(text)).every((sign) => sign <= '\u007f')));
  });
});

describe('date', () => {
  it.each([
    ['2026-03-09', 'DD.MM.YYYY', '09.03.2026'],
    ['2026-03-09T23:30:05Z', 'D/M/YY HH:mm:ss', '9/3/26 23:30:05'],
    ['2026-03-09 08:05', 'HH:mm', '08:05'],
    ['2024-02-29', 'YYYYMMDD', '20240229'],
    ['', 'DD.MM.YYYY', ''],
  ])('%s as %s → %s', (text, format, expected) => {
    expect(formatDate(text, format)).toBe(expected);
  });

  it.each(['9.3.2026', '2026-02-30', '2026-13-01', '2026-03-09T25:00', 'soon'])('%s is not a date and makes the row invalid', (text) => {
    expect(() => formatDate(text, 'DD.MM.YYYY')).toThrow(HeldBack);
  });

  it.each([
    ['DD.MM.YYYY', undefined],
    ['YYYY-MM-DD HH:mm', undefined],
    ['dd.mm.yyyy', 'it contains "d"'],
    ['-', 'it contains no part of a date'],
  ])('format %s: %s', (format, expected) => {
    expect(checkDateFormat(format)).toBe(expected);
  });
});

it('truncate counts characters and never cuts one in half', () => {
  expect(truncate('a😀b', 2n)).toBe('a😀');
  expect(truncate('abc', 0n)).toBe('');
  expect(truncate('abc', -1n)).toBe('');
  expect(truncate('abc', 3n)).toBe('abc');
});
