import { expect, test } from 'vitest';
import { splitAtCommas } from '../../src/scim/split-at-commas.ts';

test.each([
  ['', []],
  [' , ', []],
  ['a, b ,,c', ['a', 'b', 'c']],
  ['emails[type eq "a,b" or value pr],id', ['emails[type eq "a,b" or value pr]', 'id']],
  ['a[b eq "x\\",y]"],c', ['a[b eq "x\\",y]"]', 'c']],
  ['a],b', ['a]', 'b']],
])('a text is split at its commas: %j', (text, expected) => {
  expect(splitAtCommas(text)).toEqual(expected);
});

test('a malicious text takes no longer to split than an ordinary one', () => {
  expect(splitAtCommas('['.repeat(1_000_000))).toHaveLength(1);
});
