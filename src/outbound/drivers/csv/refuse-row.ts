// Explains why a row cannot be written to a CSV file.
import type { OutboundRecord } from '../../../domain/record.ts';
import { toCell } from './cells.ts';
import { findUnwritable } from './encoding.ts';

/** The settings that decide whether a row can be written. */
export interface RowRules {
  readonly header: readonly string[];
  readonly encoding: string;
}

/** Why a row cannot be written, such as `First Name: 王 cannot be written in cp1252`; `undefined` if it can. Pure. */
export function refuseRow(row: OutboundRecord, { header, encoding }: RowRules): string | undefined {
  for (const column of header) {
    const text = toCell(row[column]);
    if (text === undefined) return `${column}: a list cannot be written to one cell; use join(list, separator)`;
    if (text.includes('\0')) return `${column}: contains a NUL character`;
    const character = findUnwritable(text, encoding);
    if (character !== undefined) return `${column}: ${show(character)} cannot be written in ${encoding}`;
  }
  return undefined;
}

/** The character itself, or its code point if it is invisible or an unpaired surrogate. */
function show(character: string): string {
  const seen = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character);
  return seen ? character : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
