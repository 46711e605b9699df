import type { FieldValue, OutboundRecord } from '../../domain/record.ts';

/** A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection), in full-width forms too. */
const formula = /^[=@\t\r\u{ff1d}\u{ff20}\u{ff0b}\u{ff0d}]/u;

/** Begins like a formula, but has a letter or an operator behind it that could do something; a phone or other number has not. */
const signed = /^[+-](?![\d\s()./-]*$)/;

/** The cells of a row in the order of the header. What the row lacks is empty. */
export function toCells(row: OutboundRecord, header: readonly string[], escapeFormulas: boolean): readonly string[] {
  return header.map((column) => {
    const text = toCell(row[column]) ?? '';
    return escapeFormulas && isFormula(text) ? `'${text}` : text;
  });
}

/** The text of one cell, or `undefined` for a value that no single cell holds. Empty for a missing field. */
export function toCell(value: FieldValue | undefined): string | undefined {
  if (value === undefined) return '';
  return typeof value === 'object' ? undefined : String(value);
}

function isFormula(text: string): boolean {
  return formula.test(text) || signed.test(text);
}
