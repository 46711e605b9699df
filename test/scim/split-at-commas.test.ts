import { expect, test } from 'vitest';
import { splitAtCommas } from '../../src/scim/split-at-commas.ts';

test.each([
  ['', []],
  [' , ', []],
  ['a, b ,,c', ['a', 'b', 'c']],
  ['emails[type eq "a,b" or value pr],id', ['emails[type eq "a,b" or value pr]', 'id']],
  ['a[b eq "x\\",y]"],c', ['a[b eq "x\\",y]"]', 'c']],
  ['a],b', ['a]', 'b']],
])('%j', (text, expected) => {
  expect(splitAtCommas(text)).toEqual(expected);
});

test('a hostile text takes no longer than an honest one', () => {
  expect(splitAtCommas('['.repeat(1_000_000))).toHaveLength(1);
});
