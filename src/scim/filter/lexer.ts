// Splits a filter into tokens.
import { invalidFilter, quote } from '../errors.ts';

/** A token of a filter. `at` is its offset in characters, from 0. */
export type Token =
  | { readonly is: '(' | ')' | '[' | ']'; readonly at: number }
  /** A quoted literal, unescaped. */
  | { readonly is: 'text'; readonly text: string; readonly at: number }
  /** A name, operator or unquoted literal. */
  | { readonly is: 'word'; readonly text: string; readonly at: number };

/** Max length of a filter, in characters: about two hundred ids joined by `or`. */
export const maxFilterLength = 10_000;

const pattern = /\s+|([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+)/gsy;

/**
 * Splits a filter into tokens. Any number of spaces can separate them.
 * @throws {ScimError} invalidFilter for a text that is too long, an unclosed quote or a malformed escape.
 */
export function readTokens(text: string): readonly Token[] {
  if (text.length > maxFilterLength) throw invalidFilter(`The filter is longer than ${maxFilterLength} characters.`);
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw invalidFilter(`The quote at character ${at + 1} of the filter is not closed.`);
    const [, mark, quoted, word] = match;
    if (mark !== undefined) tokens.push({ is: mark as '(' | ')' | '[' | ']', at });
    else if (quoted !== undefined) tokens.push({ is: 'text', text: unescape(quoted), at });
    else if (word !== undefined) tokens.push({ is: 'word', text: word, at });
  }
  return tokens;
}

function unescape(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw invalidFilter(`${quote(quoted)} is not a valid JSON string. Escape a backslash as two backslashes.`);
  }
}
