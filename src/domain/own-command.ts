// Writes and rewrites proposed commands of this program within texts.
import { toShellWord } from './shell-word.ts';

/**
 * A command line of this program within a text that a person reads: `` `vestibule retry front-desk "Anna Berg"` ``. Only the command line
 * knows how the program was called, with which folders and in which shell: it rewrites each of these with `rewriteOwnCommands`.
 */
export function toOwnCommand(...words: readonly string[]): string {
  return `\`${['vestibule', ...words.map((word) => toShellWord(word))].join(' ')}\``;
}

// A word as `toShellWord` writes it; a backtick is always within quotation marks there.
const word = /(?:[^\s`"'\\]|"[^"]*"|'[^']*'|\\')+/g;
const ownCommand = /`vestibule((?: (?:[^\s`"'\\]|"[^"]*"|'[^']*'|\\')+)*)`/g;

/** The text with each command that `toOwnCommand` wrote replaced by what `rewrite` makes of its words. */
export function rewriteOwnCommands(text: string, rewrite: (words: readonly string[]) => string): string {
  return text.replace(ownCommand, (_found, words: string) => rewrite(words.match(word)?.map(readWord) ?? []));
}

function readWord(written: string): string {
  return written.replaceAll(/"([^"]*)"|'([^']*)'|\\'/g, (found, double?: string, single?: string) => double ?? single ?? found.slice(1));
}
