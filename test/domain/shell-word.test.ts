import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { toShellWord } from '../../src/domain/shell-word.ts';

describe('a word of a proposed command', () => {
  it.each([
    ['anna@contoso.com', 'anna@contoso.com'],
    ["d'arcy.o'brien@contoso.com", `"d'arcy.o'brien@contoso.com"`],
    ['Anna Berg', '"Anna Berg"'],
    ['', '""'],
    ['C:\\my data', '"C:\\my data"'],
    ['five$HOME`id`', "'five$HOME`id`'"],
    [`it's "$5"!`, `'it'\\''s "$5"!'`],
    ['ends in \\', "'ends in \\'"],
    ['two\\\\', "'two\\\\'"],
    ['*;&|<>~#', '"*;&|<>~#"'],
  ])('%j is quoted as %s, which bash reads back', (text, word) => {
    expect(toShellWord(text)).toBe(word);
    expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(text);
  });
});
