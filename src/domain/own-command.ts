// Marks the commands that messages propose, so that the CLI can rewrite them for the user's shell and folders.
import { toShellWord } from './shell-word.ts';

/**
 * Formats a command of this program for a message: `` `vestibule retry front-desk "Anna Berg"` ``. Only the CLI knows how the program was
 * called, with which folders and in which shell: it rewrites each command with `rewriteOwnCommands`.
 */
export function toOwnCommand(...words: readonly string[]): string {
  return `\`${['vestibule', ...words.map((word) => toShellWord(word))].join(' ')}\``;
}

// Matches a word that `toShellWord` wrote. Backticks occur only within quotation marks.
const word = /(?:[^\s`"'\\]|"[^"]*"|'[^']*'|\\')+/g;
const ownCommand = /`vestibule((?: (?:[^\s`"'\\]|"[^"]*"|'[^']*'|\\')+)*)`/g;

/** The text with each command of `toOwnCommand` replaced by the result of `rewrite` for its words. */
export function rewriteOwnCommands(text: string, rewrite: (words: readonly string[]) => string): string {
  return text.replace(ownCommand, (_found, words: string) => rewrite(words.match(word)?.map(readWord) ?? []));
}

function readWord(written: string): string {
  return written.replaceAll(/"([^"]*)"|'([^']*)'|\\'/g, (found, double?: string, single?: string) => double ?? single ?? found.slice(1));
}
