// Locates a YAML parser error: its line, and its position in the line.
import type { Document, YAMLParseError } from 'yaml';
import { lineAt, toLines, type TextLine } from './yaml-text.ts';

/** A parser error with the line in which it occurred. */
export interface YamlPlace {
  readonly text: string;
  readonly lines: readonly TextLine[];
  readonly document: Document;
  readonly code: string;
  /** The parser's message, to distinguish errors with the same code; never shown. */
  readonly said: string;
  readonly offset: number;
  /** The line of `offset`. */
  readonly line: TextLine;
  /** The character at `offset` within its line, from 0. */
  readonly index: number;
}

/** Locates a parser error in the text. */
export function toPlace(text: string, document: Document, error: Pick<YAMLParseError, 'code' | 'message' | 'pos'>): YamlPlace {
  const lines = toLines(text);
  const offset = Math.min(error.pos[0], text.length);
  const line = lineAt(lines, offset);
  return { text, lines, document, code: error.code, said: error.message, offset, line, index: offset - line.start };
}
