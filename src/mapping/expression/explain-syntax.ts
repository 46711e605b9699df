// Explains syntax errors in expressions by the mistakes that people usually make.
import { linearMatches } from './language.ts';

/** A syntax error in plain words. `offset` is in characters, from 0. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** A syntax error as the CEL parser reports it. */
export interface ParserFault {
  readonly code: string;
  readonly said: string;
  readonly offset: number;
  /** Names that the expression may use. */
  readonly names: ReadonlySet<string>;
}

/** Matches a string literal, because its content is not syntax. */
const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Finds curly quotes outside string literals, usually copied from a document; `undefined` if there are none. */
export function findCurlyQuotes(text: string): SyntaxFault | undefined {
  const offset = maskTexts(text).search(/[“”„‟‘’‚‛«»]/);
  if (offset < 0) return undefined;
  // An apostrophe inside curly quotes stays unchanged.
  const straight = /[“”„‟«»]/.test(text) ? text.replace(/[“”„‟«»]/g, '"') : text.replace(/[‘’‚‛]/g, '"');
  return { offset, message: `${text.charAt(offset)} is a curly quote`, hint: `Use straight quotes: ${straight}` };
}

/** Explains a parser error by the mistake that the person made, not by the token at which the parser stopped. */
export function explainSyntax(text: string, fault: ParserFault): SyntaxFault {
  const masked = maskTexts(text);
  for (const recognise of causes) {
    const found = recognise({ text, masked, ...fault });
    if (found !== undefined) return found;
  }
  const rest = text.slice(fault.offset, fault.offset + 20);
  return {
    offset: fault.offset,
    message: rest === '' ? 'the expression is incomplete' : `${rest} is not expected here`,
    hint: 'Check for a missing quote, comma or operator.',
  };
}

/** Replaces the content of string literals with spaces; the length stays the same. */
function maskTexts(text: string): string {
  return text.replace(quoted, (whole) => `"${' '.repeat(whole.length - 2)}"`);
}

/** A parser error with its expression. `masked` is the expression with spaces as the content of string literals. */
interface Complaint extends ParserFault {
  readonly text: string;
  readonly masked: string;
}

type Cause = (complaint: Complaint) => SyntaxFault | undefined;

const causes: readonly Cause[] = [
  findGroupName,
  findWordOperator,
  findWrongOperator,
  findOpenText,
  findUnquotedText,
  findOpenBracket,
  findEarlyEnd,
  explainOthers,
];

/** `memberOf(Sales and Marketing)`: the whole text in the parentheses is the name. */
function findGroupName({ text, masked }: Complaint): SyntaxFault | undefined {
  const found = /memberOf\(\s*([^"()\s][^"()]*)\)/.exec(masked);
  const name = found?.[1]?.trim() ?? '';
  if (found === null || !/\s/.test(name)) return undefined;
  const offset = text.indexOf(name, found.index);
  return { offset, message: `the text ${name} needs quotes`, hint: `Write: memberOf("${name}")` };
}

function findWordOperator({ masked }: Complaint): SyntaxFault | undefined {
  const found = /(?<=^|[\s)"])(and|or|not)(?=[\s(])/i.exec(masked);
  const word = found?.[1];
  if (found === null || word === undefined) return undefined;
  const sign = { and: '&&', or: '||', not: '!' }[word.toLowerCase()] ?? '';
  return { offset: found.index, message: `${word} is not an operator`, hint: `Write ${sign} instead of ${word}.` };
}

const wrongOperators: readonly (readonly [RegExp, string])[] = [
  [/===?(?==)|<>/, ''],
  [/=>/, '>='],
  [/(?<![=!<>])=(?!=)/, '=='],
  [/(?<!&)&(?!&)/, '&&'],
  [/(?<!\|)\|(?!\|)/, '||'],
];

function findWrongOperator({ masked }: Complaint): SyntaxFault | undefined {
  for (const [pattern, right] of wrongOperators) {
    const found = pattern.exec(masked);
    if (found === null) continue;
    const wrong = found[0] === '==' ? '===' : found[0];
    return {
      offset: found.index,
      message: `${wrong} is not an operator`,
      hint: `Write ${right || (wrong === '<>' ? '!=' : '==')} instead.`,
    };
  }
  return undefined;
}

function findOpenText({ text, code, offset }: Complaint): SyntaxFault | undefined {
  if (code === 'newline_in_string')
    return { offset, message: 'text in quotes cannot continue on the next line', hint: 'Put the text on one line.' };
  if (!code.startsWith('unterminated')) return undefined;
  const quote = text.charAt(offset);
  return { offset, message: `the quote ${quote} is not closed`, hint: `Add the closing ${quote}.` };
}

/** Words without quotes: `memberOf(All Staff)`. */
function findUnquotedText({ text, masked, offset, names }: Complaint): SyntaxFault | undefined {
  const run = [...masked.matchAll(/[\p{L}_][\p{L}\p{N}_.&/'-]*(?: +[\p{L}\p{N}_.&/'-]+)+/gu)].find(
    (one) => one.index <= offset && offset <= one.index + one[0].length,
  );
  if (run === undefined) return undefined;
  const [words] = run;
  const parts = words.split(/ +/);
  if (parts.every((part) => names.has(part))) {
    return {
      offset,
      message: `an operator is missing between ${parts.join(' and ')}`,
      hint: `To join text, write: ${parts.join(' + " " + ')}`,
    };
  }
  const message = `the text ${words} needs quotes`;
  if (words === text.trim()) return { offset: run.index, message, hint: `For fixed text, write { value: ${words} }.` };
  const before = /\w+\($/.exec(text.slice(0, run.index))?.[0];
  const call = before !== undefined && text.charAt(run.index + words.length) === ')' ? `${before}"${words}")` : `"${words}"`;
  return { offset: run.index, message, hint: `Write: ${call}` };
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function findOpenBracket({ masked, offset }: Complaint): SyntaxFault | undefined {
  const open: { readonly sign: string; readonly at: number }[] = [];
  for (let at = 0; at < masked.length; at += 1) {
    const sign = masked.charAt(at);
    if (closing[sign] !== undefined) open.push({ sign, at });
    if (![')', ']', '}'].includes(sign)) continue;
    const last = open.pop();
    if (last === undefined)
      return {
        offset: at,
        message: `unexpected ${sign}: no bracket is open here`,
        hint: `Remove this ${sign}, or add the opening bracket.`,
      };
  }
  const last = open.at(-1);
  if (last === undefined || offset < masked.trimEnd().length) return undefined;
  return { offset: last.at, message: `the bracket ${last.sign} is not closed`, hint: `Add the closing ${closing[last.sign] ?? ''}.` };
}

function findEarlyEnd({ text, offset }: Complaint): SyntaxFault | undefined {
  if (offset < text.trimEnd().length) return undefined;
  const last = text.trimEnd().split(/\s+/).at(-1) ?? '';
  return { offset, message: 'the expression is incomplete', hint: `Add the missing part after ${last}` };
}

function explainOthers({ code, said, offset }: Complaint): SyntaxFault | undefined {
  const name = said.replace(/^[^:]*: /, '').replaceAll(linearMatches, 'matches');
  if (code === 'reserved_identifier')
    return { offset, message: `${name} is a reserved word of the expression language`, hint: 'Put text in quotes.' };
  if (code === 'invalid_escape_sequence')
    return { offset, message: `${name} is not a valid escape sequence`, hint: 'Write a backslash twice.' };
  if (code === 'limit_exceeded') {
    const limit = /\((\d+)\)/.exec(said)?.[1] ?? '';
    return {
      offset,
      message: `the expression is too long or too deeply nested (max ${limit})`,
      hint: 'Use a table, or several conditions.',
    };
  }
  return /^invalid_(number|integer|hex_integer|exponent)$/.test(code)
    ? { offset, message: `${name} is not a valid number`, hint: 'Write a number such as 5 or 1.5, or put text in quotes.' }
    : undefined;
}
