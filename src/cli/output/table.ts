// Renders a text table with aligned columns.
import stringWidth from 'string-width';

/** A column: its heading, and whether its cells are right-aligned (numbers). */
export interface Column {
  readonly heading: string;
  readonly right?: boolean;
}

const gap = '  ';

/**
 * Lines of a table: headings, then one line per row, with two spaces between columns. Cells can be coloured; a missing cell is empty.
 * Column widths are display widths (two for East Asian wide characters and emoji, zero for combining marks). Columns that are empty in
 * every row are omitted. Without rows, there are no lines.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const shown = columns.map((column, index) => ({ ...column, index })).filter(({ index }) => rows.some((row) => (row[index] ?? '') !== ''));
  const lines = [shown.map(({ heading }) => heading), ...rows.map((row) => shown.map(({ index }) => row[index] ?? ''))];
  const widths = shown.map((_, at) => lines.reduce((most, line) => Math.max(most, stringWidth(line[at] ?? '')), 0));
  return lines.map((line) =>
    line
      .map((cell, at) => pad(cell, widths[at] ?? 0, shown[at]?.right === true))
      .join(gap)
      .trimEnd(),
  );
}

function pad(cell: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(cell)));
  return right ? blanks + cell : cell + blanks;
}
