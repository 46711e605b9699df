// Explains YAML syntax errors in plain words, with a hint.
import { isCollection, visit, type Document } from 'yaml';
import type { YamlFault } from './yaml-fault.ts';
import { findBadIndent, findDeeperLine, findTab } from './yaml-indentation.ts';
import { scalarsOf } from './yaml-nodes.ts';
import { toPlace, type YamlPlace } from './yaml-place.ts';
import { lineAbove, lineAt, quoteWhole, valueAround, withoutComment, type TextLine } from './yaml-text.ts';

/**
 * Explains a syntax error in plain words; `undefined` if there are no errors. Only the first error is explained: the parser reports most
 * mistakes several times, and errors after the first are unreliable.
 */
export function explainSyntax(text: string, document: Document): YamlFault | undefined {
  const [first] = [...document.errors, ...document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')].toSorted(
    (a, b) => a.pos[0] - b.pos[0],
  );
  return first === undefined ? undefined : explain(toPlace(text, document, first));
}

function explain(place: YamlPlace): YamlFault {
  for (const recognise of causes) {
    const found = recognise(place);
    if (found !== undefined) return found;
  }
  return {
    offset: place.offset,
    message: 'is not valid YAML from here on',
    hint: 'Compare the line with the examples in docs/configuration.md. Text with special characters needs single quotes.',
  };
}

/** In the order in which they are tried: the most reliable first. */
const causes: readonly ((place: YamlPlace) => YamlFault | undefined)[] = [
  findTab,
  findForeignBlank,
  findGluedDash,
  findOpenQuote,
  findOpenBracket,
  findStrayBracket,
  findSecondColon,
  findMissingColon,
  findBadIndent,
  findTextAfterValue,
  findBadItem,
  findBadBeginning,
  findBadEscape,
  findOtherParts,
];

/** Finds characters that look like spaces but are not, copied from web pages and word processors. */
function findForeignBlank({ line }: YamlPlace): YamlFault | undefined {
  const index = line.text.search(/[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/);
  if (index < 0) return undefined;
  return {
    offset: line.start + index,
    message: 'contains a special space character, often copied from a web page or a document',
    hint: 'Delete the spaces of this line and type them again.',
  };
}

/** Finds a dash without a space (`-'a'`), which is then part of the text. The parser reports an error there or at the next line. */
function findGluedDash({ lines, line, index }: YamlPlace): YamlFault | undefined {
  const glued = [line, lineAbove(lines, line)].find((one) => one !== undefined && /^ *-(['"{[]|[A-Za-z])/.test(one.text));
  if (glued === undefined || (glued !== line && /\S/.test(line.text.slice(0, index)))) return undefined;
  return {
    offset: glued.start + glued.indent,
    message: 'a space is missing after -',
    hint: `Write: - ${withoutComment(glued.text).trim().slice(1)}`,
  };
}

/** Finds an unclosed quote. Its text includes the following lines, up to the next quote or the end of the file. */
function findOpenQuote({ text, lines, document, offset, code, said }: YamlPlace): YamlFault | undefined {
  const quoted = scalarsOf(document).filter(({ type }) => type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE');
  const open = quoted.find(({ range: [start, end] }) => {
    const source = text.slice(start, end);
    if (source.length < 2 || !source.endsWith(source.charAt(0))) return true;
    return source.includes('\n') && end <= offset && lineAt(lines, end) === lineAt(lines, offset);
  });
  const start = open?.range[0] ?? (code === 'MISSING_CHAR' && said.startsWith('Missing closing') ? offset : undefined);
  if (start === undefined) return undefined;
  const quote = text.charAt(start);
  const line = lineAt(lines, start);
  const rest = line.text.slice(start - line.start + 1);
  const value = /^[^'"#]*?(?=\s*[\]}]*\s*$)/.exec(rest)?.[0] ?? '';
  return {
    offset: start,
    message: `the quote ${quote} is not closed on its line`,
    hint: value === '' ? `Add the closing ${quote}.` : `Close it: ${quote}${value}${quote}`,
  };
}

function findOpenBracket({ text, document, said }: YamlPlace): YamlFault | undefined {
  if (!/sufficiently indented and end with a/.test(said)) return undefined;
  let start: number | undefined;
  visit(document, {
    Collection: (_key, node) => {
      const [from = 0, to = 0] = node.range ?? [];
      if (isCollection(node) && node.flow === true && '[{'.includes(text.charAt(from)) && !/[\]}]$/.test(text.slice(from, to)))
        start = from;
    },
  });
  if (start === undefined) return undefined;
  const open = text.charAt(start);
  const close = open === '[' ? ']' : '}';
  return { offset: start, message: `the bracket ${open} is not closed`, hint: `Add the closing ${close} at the end of its line.` };
}

function findStrayBracket({ said, offset }: YamlPlace): YamlFault | undefined {
  const close = /^Unexpected flow-(map|seq)-end token/.exec(said)?.[1];
  if (close === undefined) return undefined;
  const [bracket, open] = close === 'map' ? ['}', '{'] : [']', '['];
  return { offset, message: `unexpected ${bracket}: no ${open} is open here`, hint: `Remove this ${bracket}.` };
}

/** Finds a second colon (`Name: a: b`), which is part of the value only if the value is in quotes. */
function findSecondColon({ code, line, index }: YamlPlace): YamlFault | undefined {
  if (code !== 'BLOCK_AS_IMPLICIT_KEY' && code !== 'BLOCK_IN_FLOW') return undefined;
  const flow = code === 'BLOCK_IN_FLOW';
  const { raw, index: begin } = flow ? valueAround(line.text, index) : valueAround(line.text, 0);
  const second = raw.search(/:(\s|$)/);
  if (second < 0) return undefined;
  const offset = line.start + begin + second;
  const [, left = '', missed] = flow ? (/^(.*?)\s+([\w.-]+)\s*:/.exec(raw) ?? []) : [];
  if (missed !== undefined)
    return {
      offset: line.start + index,
      message: `a comma is missing before ${missed}`,
      hint: `Write: ${left}, ${raw.slice(left.length).trim()}`,
    };
  return { offset, message: `the value contains a second colon: ${raw}`, hint: `Put the value in quotes: ${quoteWhole(raw)}` };
}

function findMissingColon({ code, line, lines, said }: YamlPlace): YamlFault | undefined {
  if (code !== 'MULTILINE_IMPLICIT_KEY' && !said.startsWith('Implicit map keys need')) return undefined;
  const found = describeMissingColon(line);
  return found ?? findDeeperLine({ line, lines });
}

/** Describes the error in a line that should be a key with a value; `undefined` if the line contains a colon followed by a space. */
function describeMissingColon(line: TextLine): YamlFault | undefined {
  const content = withoutComment(line.text)
    .trim()
    .replace(/^(- +)+/, '');
  const offset = line.start + line.text.indexOf(content);
  const glued = /^([\w.-]+):(?!\/\/)([^\s:].*)$/.exec(content);
  if (glued !== null) {
    const [, key = '', value = ''] = glued;
    return { offset: offset + key.length + 1, message: `a space is missing after ${key}:`, hint: `Write: ${key}: ${value}` };
  }
  if (/:(\s|$)/.test(content)) return undefined;
  const [, key = '', value = ''] = /^(\S+?)(?:\s+=?\s*|\s*=\s*|$)(.*)$/.exec(content) ?? [];
  return {
    offset: offset + key.length,
    message: `a colon is missing after ${key}`,
    hint: `Write: ${key}:${value === '' ? '' : ` ${value}`}`,
  };
}

/** Finds text after the end of a quote, bracket or alias on the same line, which was intended as one text. */
function findTextAfterValue({ said, lines, line, index }: YamlPlace): YamlFault | undefined {
  if (!said.endsWith(' at node end')) return undefined;
  // `target:front-desk # a comment` is one text that the comment ends, so the parser reports an error at the next line.
  const above = lineAbove(lines, line);
  const begins = !/\S/.test(line.text.slice(0, index));
  if (begins && above !== undefined) return describeMissingColon(above) ?? findDeeperLine({ line: above, lines });
  const { raw, index: begin } = valueAround(line.text, index);
  const hint = `Put the whole value in quotes: ${quoteWhole(raw)}`;
  const [first = ''] = raw;
  if (!['{', '[', '*', '&'].includes(first))
    return { offset: line.start + index, message: 'unexpected text after the closing quote', hint };
  return { offset: line.start + begin, message: `text that begins with ${first} needs quotes`, hint };
}

function findBadItem({ said, line, index }: YamlPlace): YamlFault | undefined {
  if (!/^Missing , (or : )?between/.test(said)) return undefined;
  const { raw } = valueAround(line.text, index);
  const offset = line.start + index;
  if (/['"(]/.test(raw)) {
    const message = raw.startsWith("'")
      ? 'unexpected text after the closing quote'
      : 'text with quotes or commas inside brackets needs its own quotes';
    return { offset, message, hint: `Write: ${quoteWhole(raw)}` };
  }
  return { offset, message: 'a comma is missing', hint: 'Put a comma between two items.' };
}

function findBadBeginning({ code, said, line, index, offset }: YamlPlace): YamlFault | undefined {
  if (code !== 'BAD_SCALAR_START' && code !== 'BAD_ALIAS' && code !== 'BAD_DIRECTIVE' && !said.startsWith('Missing directives-end'))
    return undefined;
  const sign = line.text.charAt(index);
  return {
    offset,
    message: `text that begins with ${sign} needs quotes`,
    hint: `Put the whole value in quotes: ${quoteWhole(valueAround(line.text, index).raw)}`,
  };
}

function findBadEscape({ code, line, index, offset }: YamlPlace): YamlFault | undefined {
  if (code !== 'BAD_DQ_ESCAPE') return undefined;
  const text = /"((?:[^"\\]|\\.)*)"/.exec(line.text.slice(line.text.lastIndexOf('"', index)))?.[1];
  return {
    offset,
    message: `${line.text.slice(index, index + 2)} is not valid inside double quotes`,
    hint: `Use single quotes, which leave a backslash unchanged${text === undefined ? '' : `: '${text}'`}`,
  };
}

function findOtherParts({ code, said, offset }: YamlPlace): YamlFault | undefined {
  if (code === 'MULTIPLE_DOCS')
    return { offset, message: 'the line --- begins a second document', hint: 'Remove the line: a file can contain only one document.' };
  if (said.startsWith('Comments must be'))
    return { offset, message: 'a space is missing before #', hint: 'Write a space before #, or put the value in quotes.' };
  if (said.startsWith('Not a YAML token'))
    return {
      offset,
      message: 'text cannot begin on the same line as | or >',
      hint: 'Write it on the next line, indented, or remove the | or >.',
    };
  return undefined;
}
