// Finds tabs and wrong indentation in a text that is not YAML.
import type { YamlFault } from './yaml-fault.ts';
import type { YamlPlace } from './yaml-place.ts';
import { isBlank, lineAbove, splitLine, type TextLine } from './yaml-text.ts';

/** Finds a tab before a key or value, where the YAML 1.2 specification, section 6.1, allows only spaces. */
export function findTab({ code, lines, line }: YamlPlace): YamlFault | undefined {
  if (code !== 'TAB_AS_INDENT' && !isTabbed(line)) return undefined;
  const tabbed = lines.filter(isTabbed);
  const first = tabbed.find(({ number }) => number >= line.number) ?? line;
  const others = tabbed.filter((one) => one !== first).map(({ number }) => number);
  const also = others.length === 0 ? '' : ` (also on ${others.length === 1 ? 'line' : 'lines'} ${listNumbers(others)})`;
  return {
    offset: first.start + Math.max(0, first.text.indexOf('\t')),
    message: `a tab is used for indentation${also}`,
    hint: 'Use spaces: YAML does not allow tabs there.',
  };
}

function isTabbed({ text }: TextLine): boolean {
  return /^ *\t\s*\S/.test(text);
}

/** Max number of line numbers in a message. */
const maxNumbers = 5;

function listNumbers(numbers: readonly number[]): string {
  const shown = numbers.slice(0, maxNumbers).map(String);
  return numbers.length > maxNumbers ? `${shown.join(', ')}, …` : shown.join(', ').replace(/, (\d+)$/, ' and $1');
}

/** Finds an indented line below a line that already has a value: YAML parses both as one text. */
export function findDeeperLine({ line, lines }: Pick<YamlPlace, 'line' | 'lines'>): YamlFault | undefined {
  const next = lines.find((one) => one.number > line.number && !isBlank(one));
  const { key } = splitLine(line.text);
  if (next === undefined || key === '') return undefined;
  if (next.indent <= line.indent) return undefined;
  const column = line.text.search(/[^\s-]/) + 1;
  return {
    offset: next.start + next.indent,
    message: `wrong indentation: the line is indented below ${key} on line ${line.number}, which already has a value`,
    hint: `Begin it in column ${column}, like ${key}, or remove the value of ${key}.`,
  };
}

/** Finds a line with an indentation that matches no level above it. */
export function findBadIndent(place: YamlPlace): YamlFault | undefined {
  const { code, said, line, lines } = place;
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const deeper = findDeeperLine(place);
    if (deeper !== undefined) return deeper;
  }
  if (code !== 'BAD_INDENT' && code !== 'BLOCK_AS_IMPLICIT_KEY' && !said.startsWith('Sequence item without')) return undefined;
  const wrong = isBlank(line) ? (lines.find((one) => one.number > line.number && !isBlank(one)) ?? line) : line;
  const columns = columnsAbove(lines, wrong);
  const above = lineAbove(lines, wrong);
  return {
    offset: wrong.start + wrong.indent,
    message: `wrong indentation: the line begins in column ${wrong.indent + 1}, which does not align with the lines above`,
    hint: hintForColumns(columns, above !== undefined && above.indent === wrong.indent && isItem(above)),
  };
}

function isItem({ text }: TextLine): boolean {
  return /^ *- /.test(text);
}

function hintForColumns(columns: readonly number[], belowItem: boolean): string {
  const named = columns.join(', ').replace(/, (\d+)$/, ' or $1');
  if (belowItem) return `Begin it with a dash, like the list item above${columns.length === 0 ? '' : `, or in column ${named}`}.`;
  return columns.length === 0 ? 'Begin it in the same column as the lines above.' : `Begin it in column ${named}, like a line above.`;
}

/** The columns at which the enclosing levels of a line begin, deepest first, from 1. */
function columnsAbove(lines: readonly TextLine[], below: TextLine): readonly number[] {
  const columns: number[] = [];
  for (const line of lines.slice(0, below.number - 1).toReversed()) {
    if (isBlank(line)) continue;
    if (columns.length === 0 || line.indent + 1 < (columns.at(-1) ?? 0)) columns.push(line.indent + 1);
  }
  return columns.filter((column) => column !== below.indent + 1);
}
