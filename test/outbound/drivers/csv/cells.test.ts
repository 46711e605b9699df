import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCells } from '../../../../src/outbound/drivers/csv/cells.ts';
import { findUnwritable, isEncoding, openEncoder } from '../../../../src/outbound/drivers/csv/encoding.ts';
import { refuseRow } from '../../../../src/outbound/drivers/csv/refuse-row.ts';

describe('a cell', () => {
  it.each([
    ['=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+cmd|/c calc', "'+cmd|/c calc"],
    ['-2+A1', "'-2+A1"],
    ['\t=1', "'\t'=1"],
    ['＝1+1', "'＝1+1"],
    ['+43 (0)660 123-4567', '+43 (0)660 123-4567'],
    ['-5', '-5'],
    ['-', '-'],
    ['Anna', 'Anna'],
    ['', ''],
    ['x;=1+1', "x;'=1+1"],
    ['x;"=1+1";y', 'x;"\'=1+1";y'],
    ['a|@SUM(A1)\t-2+A1', "a|'@SUM(A1)\t'-2+A1"],
    ['=1;=2', "'=1;'=2"],
    [';;=1', ";;'=1"],
    ['Sales; +43 660 1; -5', 'Sales; +43 660 1; -5'],
    ['Berg, Anna', 'Berg, Anna'],
  ])('%j is written as %j', (value, written) => {
    expect(toCells({ A: value }, ['A'], true)).toEqual([written]);
    expect(toCells({ A: value }, ['A'], false)).toEqual([value]);
  });

  it('is empty for a column that the row lacks, and shows numbers and booleans as text', () => {
    expect(toCells({ B: 3, C: true }, ['A', 'B', 'C'], true)).toEqual(['', '3', 'true']);
  });
});

describe('an encoding', () => {
  it.each([
    ['cp1252', 'Zoë “x” €', undefined],
    ['cp1252', 'Anna 王 李', '王'],
    ['cp850', 'Łukasz', 'Ł'],
    ['utf-8', 'Zoë 王 😀', undefined],
    ['utf-8-bom', '\ufeffx', undefined],
    ['utf-16le-bom', '王😀', undefined],
    ['utf-16', '王', undefined],
    ['utf-8', 'half \ud83d', '\ud83d'],
    ['utf-16le', 'half \ud83d', '\ud83d'],
  ])('%s: the first character of %j that it cannot write is %j', (encoding, text, character) => {
    expect(findUnwritable(text, encoding)).toBe(character);
  });

  it.each([
    ['utf-8', true],
    ['UTF8-bom', true],
    ['cp1252', true],
    ['windows-1252', true],
    ['shift_jis', true],
    ['base64', false],
    ['hex', false],
    ['utf-9', false],
    ['', false],
  ])('%j is known: %j', (name, known) => {
    expect(isEncoding(name)).toBe(known);
  });

  it.each([
    ['utf-8', '', '41'],
    ['utf-8-bom', 'efbbbf', '41'],
    ['utf-16le-bom', 'fffe', '4100'],
    ['utf-16le', '', '4100'],
    ['cp1252', '', '41'],
  ])('%s: a file begins with the bytes "%s", once', (name, mark, letter) => {
    const encoder = openEncoder(name);
    const bytes = Buffer.concat([encoder.write('A'), encoder.write('A'), encoder.end()]);
    expect(bytes.toString('hex')).toBe(mark + letter + letter);
  });
});

describe('a row that cannot be written', () => {
  const rules = { header: ['Email', 'First Name'], encoding: 'cp1252' };
  it.each([
    [{ 'First Name': '王' }, 'First Name: 王 cannot be written in cp1252'],
    [{ 'First Name': 'x\u200b' }, 'First Name: U+200B cannot be written in cp1252'],
    [{ 'First Name': ['a', 'b'] }, 'First Name: a list cannot be written to one cell; use join(list, separator)'],
    [{ Email: 'a\0b' }, 'Email: contains a NUL character'],
    [{ Email: 'anna@contoso.com', 'First Name': 'Zoë' }, undefined],
    [{ 'Not a column': '王' }, undefined],
  ])('made of %j has the reason %j', (row, reason) => {
    expect(refuseRow(row, rules)).toBe(reason);
  });

  it('is always detected: every row that is accepted reads back unchanged from its bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.constantFrom('windows-1252', 'utf-8', 'utf-16le'),
        (text, encoding) => {
          fc.pre(refuseRow({ Email: text }, { header: ['Email'], encoding }) === undefined);
          const encoder = openEncoder(encoding);
          const bytes = Buffer.concat([encoder.write(text), encoder.end()]);
          expect(new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
