import { expect, test } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import {
  elementFromFilter,
  isUnassigned,
  listedForRemoval,
  onlyElement,
  textBoolean,
  unquotedLiteral,
} from '../../../src/scim/lenient/entra.ts';
import { findIgnoringCase, numericText } from '../../../src/scim/lenient/any-client.ts';

test.each([
  ['True', true],
  ['FALSE', false],
  ['yes', 'yes'],
  [true, true],
  [1, 1],
  [null, null],
])('textBoolean(%j) is %j', (value, expected) => {
  expect(textBoolean(value)).toBe(expected);
});

test.each([
  [undefined, true],
  [null, true],
  ['', true],
  [[], true],
  [false, false],
  [0, false],
  [' ', false],
  [{}, false],
])('isUnassigned(%j) is %j', (value, expected) => {
  expect(isUnassigned(value)).toBe(expected);
});

test.each([
  ['true', true],
  ['null', null],
  ['42', 42],
  ['-1.5', -1.5],
  ['0815', '0815'],
  ['1.0', '1.0'],
  ['1e3', '1e3'],
  ['Infinity', 'Infinity'],
  ['7c1e', '7c1e'],
])('unquotedLiteral(%j) is %j', (word, expected) => {
  expect(unquotedLiteral(word)).toBe(expected);
});

test.each([
  ['type eq "work"', { type: 'work' }],
  ['type eq "work" and primary eq true', { type: 'work', primary: true }],
  ['type eq "work" or type eq "home"', undefined],
  ['type ne "work"', undefined],
  ['type pr', undefined],
])('the element that %s creates is %j', (text, expected) => {
  expect(elementFromFilter(parseFilter(text))).toEqual(expected);
});

test.each([
  [undefined, undefined],
  [null, undefined],
  [[], []],
  ['a', ['a']],
  [[{ value: 'a' }], [{ value: 'a' }]],
])('a remove with the value %j lists %j', (value, expected) => {
  expect(listedForRemoval(value)).toEqual(expected);
});

test('an array becomes its element only if it has exactly one', () => {
  expect(onlyElement(['a'])).toBe('a');
  expect(onlyElement(['a', 'b'])).toEqual(['a', 'b']);
});

test.each([
  ['12', 12],
  ['-1.5', -1.5],
  ['', ''],
  ['0x10', '0x10'],
  ['007', '007'],
  ['-00.5', '-00.5'],
  ['0', 0],
  ['1.50', 1.5],
  ['0.0000001', 1e-7],
  ['9007199254740991', 9_007_199_254_740_991],
  ['0.12345678901234567', '0.12345678901234567'],
  [3, 3],
])('numericText(%j) is %j', (value, expected) => {
  expect(numericText(value)).toBe(expected);
});

test('names are found in any case, an exact match first, and inherited ones never', () => {
  expect(findIgnoringCase({ startindex: 0 }, 'startIndex')).toBe(0);
  expect(findIgnoringCase({ COUNT: 1, count: 2 }, 'count')).toBe(2);
  expect(findIgnoringCase({}, 'constructor')).toBeUndefined();
});
