// Where a YAML parser stopped: the error with the text around it.
import type { Document, YAMLParseError } from 'yaml';
import { lineAt, toLines, type TextLine } from './yaml-text.ts';

/** A parser error together with the text around it. */
export interface YamlPlace {
  readonly text: string;
  readonly lines: readonly TextLine[];
  readonly document: Document;
  readonly code: string;
  /** The parser's own words, to tell apart what shares a code; never shown. */
  readonly said: string;
  readonly offset: number;
  /** The line of `offset`. */
  readonly line: TextLine;
  /** The character at `offset` within its line, from 0. */
  readonly index: number;
}

/** The place of an error of the parser. */
export function toPlace(text: string, document: Document, error: Pick<YAMLParseError, 'code' | 'message' | 'pos'>): YamlPlace {
  const lines = toLines(text);
  const offset = Math.min(error.pos[0], text.length);
  const line = lineAt(lines, offset);
  return { text, lines, document, code: error.code, said: error.message, offset, line, index: offset - line.start };
}
