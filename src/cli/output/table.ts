import { stripVTControlCharacters } from 'node:util';

/** A column: its heading, and whether its cells stand at the right (numbers). */
export interface Column {
  readonly heading: string;
  readonly right?: boolean;
}

const gap = '  ';

/**
 * Lines of a table: headings, then one line per row, columns two blanks apart. Cells may be coloured; a missing cell is empty, and
 * columns that are empty in every row are left out. No rows give no lines.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const shown = columns.map((column, index) => ({ ...column, index })).filter(({ index }) => rows.some((row) => (row[index] ?? '') !== ''));
  const lines = [shown.map(({ heading }) => heading), ...rows.map((row) => shown.map(({ index }) => row[index] ?? ''))];
  const widths = shown.map((_, at) => Math.max(...lines.map((line) => displayWidth(line[at] ?? ''))));
  return lines.map((line) =>
    line
      .map((cell, at) => pad(cell, widths[at] ?? 0, shown[at]?.right === true))
      .join(gap)
      .trimEnd(),
  );
}

/** Columns that a text takes on a terminal: two for East Asian wide characters and emoji, none for combining marks and colours. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += widthOf(character);
  return width;
}

const invisible = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u;
const halfwidth = /^[\uff61-\uffdc]$/;

function widthOf(character: string): number {
  if (invisible.test(character)) return 0;
  return wide.test(character) && !halfwidth.test(character) ? 2 : 1;
}

function pad(cell: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return right ? blanks + cell : cell + blanks;
}
