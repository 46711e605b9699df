// Renders a text table with aligned columns.
import stringWidth from 'string-width';

/** A column: its heading, and whether its cells stand at the right (numbers). */
export interface Column {
  readonly heading: string;
  readonly right?: boolean;
}

const gap = '  ';

/**
 * Lines of a table: headings, then one line per row, columns two blanks apart. Cells may be coloured; a missing cell is empty.
 * Columns are as wide as a terminal shows their text (two for East Asian wide characters and emoji, none for combining marks); columns
 * that are empty in every row are left out. No rows give no lines.
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
