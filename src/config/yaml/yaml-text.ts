// Splits the text of a YAML file into lines and values, for error messages.
/** One line of a text. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Offset of the first character, from 0. */
  readonly start: number;
  /** Without its line break. */
  readonly text: string;
  /** Number of leading spaces; a tab is not a space. */
  readonly indent: number;
}

/** Splits a text into lines. */
export function toLines(text: string): readonly TextLine[] {
  let start = 0;
  return text.split('\n').map((whole, index) => {
    const line = { number: index + 1, start, text: whole.replace(/\r$/, ''), indent: /^ */.exec(whole)?.[0].length ?? 0 };
    start += whole.length + 1;
    return line;
  });
}

/** The line that contains an offset. @throws {Error} if there are no lines. */
export function lineAt(lines: readonly TextLine[], offset: number): TextLine {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = lines[low];
  if (found === undefined) throw new Error('Internal error: expected at least one line, found none');
  return found;
}

/** True for a line that contains neither a key nor a value. */
export function isBlank({ text }: TextLine): boolean {
  return /^\s*(#.*)?$/.test(text);
}

/** A line without its trailing comment, which begins at the first `#` after a space. Does not take quotes into account. */
export function withoutComment(text: string): string {
  return text.replace(/\s#.*$/, '');
}

/** Parses a line: `- Name: a: b # later` has the key `Name` and the raw value `a: b`. A list item without a key has an empty key. */
export function splitLine(text: string): { readonly key: string; readonly raw: string } {
  const content = withoutComment(text)
    .trim()
    .replace(/^(- +)+/, '');
  const [, key = '', raw = content] = /^([^'"[{:]+):\s+(.*)$/.exec(content) ?? [];
  return { key: key.trim(), raw };
}

/** Max length of a line that is split; lines written by a person are shorter. */
const maxLength = 1_000;

/** A raw value, and the index at which it begins in its line, from 0. */
export interface RawValue {
  readonly raw: string;
  readonly index: number;
}

/**
 * The raw value that contains the character at `index` of a line, without its key: an item if `[ ]` or `{ }` is open there, otherwise the
 * value of the line. Commas inside parentheses, brackets and double quotes do not end an item.
 */
export function valueAround(line: string, index: number): RawValue {
  if (line.length > maxLength) return { raw: line.slice(index, index + maxLength), index };
  const open = openBracketAt(line, index);
  if (open === undefined) return placeRaw(line, 0, line.length);
  for (let from = open + 1; from < line.length;) {
    const end = endOfItem(line, from);
    if (end >= index) return placeRaw(line, from, end);
    from = end + 1;
  }
  return placeRaw(line, open + 1, line.length);
}

function placeRaw(line: string, from: number, to: number): RawValue {
  const { raw } = splitLine(line.slice(from, to));
  return { raw, index: Math.max(from, line.indexOf(raw, from)) };
}

/** The innermost bracket that is open at `index`. */
function openBracketAt(line: string, index: number): number | undefined {
  const open: number[] = [];
  for (let at = 0; at < index; at += 1) {
    const sign = line.charAt(at);
    // The opening bracket of a list or map follows a key, a dash, a comma or another bracket.
    if ((sign === '[' || sign === '{') && /(^|[:,[{-])\s*$/.test(line.slice(0, at))) open.push(at);
    if ((sign === ']' || sign === '}') && open.length > 0) open.pop();
  }
  return open.at(-1);
}

function endOfItem(line: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (sign === '"') quoted = !quoted;
    if (quoted) continue;
    if (depth <= 0 && [',', ']', '}'].includes(sign)) return at;
    if (['(', '[', '{'].includes(sign)) depth += 1;
    if ([')', ']', '}'].includes(sign)) depth -= 1;
  }
  return line.length;
}

/** A raw value as one quoted YAML text: in single quotes, with double quotes inside for the quotes of an expression. */
export function quoteWhole(raw: string): string {
  const inDouble = /^"(.*)"$/.exec(raw)?.[1];
  if (inDouble?.includes('"') === true) return `'${double(inDouble)}'`;
  const outer = /^'(.*)'$/.exec(raw)?.[1];
  const inner = outer?.indexOf("'") ?? -1;
  if (outer !== undefined && inner >= 0) {
    const [before, after] = [outer.charAt(inner - 1), outer.charAt(inner + 1)];
    if (/[\p{L}\d]/u.test(before) && /[\p{L}\d]/u.test(after)) return outer.includes('"') ? `'${double(outer)}'` : `"${outer}"`;
    if (!/[\p{L}\d]/u.test(before)) return `'${double(outer.replace(/'([^']*)'/g, '"$1"'))}'`;
  }
  return `'${double(raw.replace(/'([^']*)'/g, '"$1"'))}'`;
}

function double(text: string): string {
  return text.replaceAll("'", "''");
}

/** The nearest previous line with a key or a value; `undefined` if there is none. */
export function lineAbove(lines: readonly TextLine[], { number }: TextLine): TextLine | undefined {
  return lines.findLast((one) => one.number < number && !isBlank(one));
}
