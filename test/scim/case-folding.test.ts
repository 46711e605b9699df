import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { evaluate } from '../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { compareTexts, fold } from '../../src/scim/case-folding.ts';
import { schemas } from './samples.ts';

describe('texts that are equal (RFC 7644 §5, RFC 8265 §3.3.2)', () => {
  test.each([
    ['letter case', 'Mira.SAND', 'mira.sand'],
    ['composed and decomposed letters', 'Ren\u00e9', 'RENE\u0301'],
    ['letters composed from two', 'A\u030angstro\u0308m', '\u00c5NGSTR\u00d6M'],
    ['full-width and usual letters', '\uff2d\uff49\uff52\uff41', 'Mira'],
    ['a sigma at the end of a word and elsewhere', 'ΟΔΟΣ', 'οδοσ'],
    ['half-width and usual katakana', '\uff8a\uff9f', '\u30d1'],
  ])('may differ in %s', (_, one, other) => {
    expect(fold(one)).toBe(fold(other));
    expect(evaluate(parseFilter(`userName eq ${JSON.stringify(one)}`), { userName: other }, schemas.user)).toBe(true);
  });

  test.each([
    ['an accent', 'Ren\u00e9', 'Rene'],
    ['ß and ss', 'Stra\u00dfe', 'Strasse'],
    ['a superscript and a digit', 'm\u00b2', 'm2'],
  ])('do not differ in %s', (_, one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });
});

it('the fold of a prefix is a prefix of the fold', () => {
  expect(evaluate(parseFilter('userName sw "ΟΔΟΣ"'), { userName: 'ΟΔΟΣΑ' }, schemas.user)).toBe(true);
});

it('folded text does not change when it is folded again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    }),
    { numRuns: 2000 },
  );
});

it('folded texts are ordered as in UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
  expect(compareTexts('\uff5e', '\u{1f600}')).toBeLessThan(0);
});
