import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteOwnCommands, toOwnCommand } from '../../src/domain/own-command.ts';

const read = (text: string): readonly (readonly string[])[] => {
  const found: (readonly string[])[] = [];
  rewriteOwnCommands(text, (words) => {
    found.push(words);
    return '';
  });
  return found;
};

describe('a command within a text', () => {
  it('is found with all its words, regardless of the surrounding text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.string()), (one, other) => {
        expect(read(`Try ${toOwnCommand(...one)}, or ${toOwnCommand(...other)}.`)).toEqual([one, other]);
      }),
    );
  });

  it('is one line between its backticks in bash', () => {
    const words = ['retry', 'front-desk', 'it\'s `id` $HOME "x" \\'];
    const line = toOwnCommand(...words)
      .slice(1, -1)
      .replace('vestibule', 'printf "%s\\n"');
    expect(execFileSync('bash', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(words);
  });

  it.each([['`vestibule.yaml`'], ['vestibule status'], ['`vestibule'], ['`vestibule retry "x`'], ['`docker vestibule`']])(
    'is not found in %s',
    (text) => {
      expect(rewriteOwnCommands(text, () => 'FOUND')).toBe(text);
    },
  );

  it('is replaced, and the rest of the text stays unchanged', () => {
    const text = `Release it: ${toOwnCommand('accept', 'vms', '--person', 'Anna Berg')}. Keep it: ${toOwnCommand()}.`;
    expect(rewriteOwnCommands(text, (words) => `<${words.join('|')}>`)).toBe('Release it: <accept|vms|--person|Anna Berg>. Keep it: <>.');
  });
});
