// Converts field values to CSV cells, and escapes spreadsheet formulas.
import type { FieldValue, OutboundRecord } from '../../../domain/record.ts';

/** Characters that begin a formula in a spreadsheet (OWASP, CSV injection), including full-width forms. */
const formula = /^[=@\t\r\u{ff1d}\u{ff20}\u{ff0b}\u{ff0d}]/u;

/** A text that begins with + or - and is not a phone number or other number, so that a spreadsheet may evaluate it. */
const signed = /^[+-](?![\d\s()./-]*$)/;

/**
 * Characters at which spreadsheets may split a line, depending on the regional settings or the import dialog. A cell that contains one is
 * quoted, and the text after it is escaped like the beginning of a cell, because a spreadsheet that expects a different separator splits
 * there even inside quotation marks.
 */
export const separators = /[;,\t|]/;

/** A separator with the quotation marks that follow it. */
const pieces = /[;,\t|]"*/g;

/** The cells of a row, in the order of the header. Missing fields become empty cells. */
export function toCells(row: OutboundRecord, header: readonly string[], escapeFormulas: boolean): readonly string[] {
  return header.map((column) => {
    const text = toCell(row[column]) ?? '';
    return escapeFormulas ? escapeFormulaStarts(text) : text;
  });
}

/** Inserts ' before each possible formula. */
function escapeFormulaStarts(text: string): string {
  const whole = isFormula(text) ? `'${text}` : text;
  return separators.test(whole)
    ? whole.replace(pieces, (separator, at: number) => (isFormula(nextPiece(whole, at + separator.length)) ? `${separator}'` : separator))
    : whole;
}

/** The text from `at` up to the next separator. */
function nextPiece(text: string, at: number): string {
  const [piece = ''] = text.slice(at).split(separators, 1);
  return piece;
}

/** The text of one cell; empty for a missing field. `undefined` for a list, because a list does not fit into one cell. */
export function toCell(value: FieldValue | undefined): string | undefined {
  if (value === undefined) return '';
  return typeof value === 'object' ? undefined : String(value);
}

function isFormula(text: string): boolean {
  return formula.test(text) || signed.test(text);
}
