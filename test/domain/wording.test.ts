import { describe, expect, it } from 'vitest';
import { showAge, showAside, showCount, showSecond, showSpan, showTime, toSentence } from '../../src/domain/wording.ts';

const at = new Date('2026-03-01T08:30:59.500Z');

it('a time is shown in UTC, to the minute or second', () => {
  expect([showTime(at), showSecond(at), showTime(undefined)]).toEqual(['2026-03-01 08:30 UTC', '2026-03-01 08:30:59 UTC', 'never']);
});

it.each([
  [86_400_000, '24 h'],
  [5_400_000, '90 min'],
  [90_000, '90 s'],
  [1_500, '1500 ms'],
])('a span of %i ms is shown as %s', (ms, shown) => {
  expect(showSpan(ms)).toBe(shown);
});

it.each([
  [0, '0 people'],
  [1, '1 person'],
  [2_998, '2,998 people'],
])('the count %i agrees with its noun: %s', (number, shown) => {
  expect(showCount(number, 'person', 'people')).toBe(shown);
});

describe('a sentence for people', () => {
  it.each([
    ['', ''],
    ['the target is paused', 'The target is paused.'],
    ['Is it running?', 'Is it running?'],
  ])('made of %j is %j', (text, sentence) => {
    expect(toSentence(text)).toBe(sentence);
  });

  it('has a part in parentheses only if there is text for it', () => {
    expect([showAside('busy'), showAside('')]).toEqual([' (busy)', '']);
  });
});

it.each([
  [undefined, 'never'],
  [new Date(at.getTime()), 'now'],
  [new Date(at.getTime() - 59_000), '59 s ago'],
  [new Date(at.getTime() + 7_200_000), 'in 2 h'],
])('the moment %s is shown as "%s"', (moment, age) => {
  expect(showAge(moment, at)).toBe(age);
});
