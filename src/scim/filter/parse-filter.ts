// Parses the text of a filter into a syntax tree.
import { invalidFilter, quote } from '../errors.ts';
import { unquotedLiteral } from '../lenient/entra.ts';
import { readTokens, type Token } from './lexer.ts';
import type { CompareOperator, Filter, FilterValue } from './filter-tree.ts';

/** Max nesting of brackets and parentheses: far more than people write, far less than the stack allows. */
export const maxFilterDepth = 50;

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const namePattern = /^(?:\$ref|[A-Za-z](?:[\w$:/%+-]|\.(?=[\w$]))*)$/;

/**
 * Parses a filter by RFC 7644 §3.4.2.2 and the grammar of Figure 1, with the precedence `not`, `and`, `or`. Also accepts repeated spaces,
 * `emails[type eq "work"].value eq "x"` and unquoted literals (docs/entra-facts.md#values-without-quotation-marks).
 * @throws {ScimError} invalidFilter, with the position.
 */
export function parseFilter(text: string): Filter {
  const reader = new TokenReader(readTokens(text));
  const filter = readOr(reader, 0, true);
  const rest = reader.next();
  if (rest) throw unexpected(rest);
  return filter;
}

/** True when the text could be the name of an attribute, with or without URN and sub-attribute. */
export function isAttributeName(text: string): boolean {
  return namePattern.test(text);
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#position + ahead];
  }

  next(): Token | undefined {
    return this.#tokens[this.#position++];
  }

  /** Consumes the next token if it is this punctuation mark, or this word in any case. */
  accept(expected: string): boolean {
    const token = this.peek();
    if (!token || (token.is === 'word' ? token.text.toLowerCase() : token.is) !== expected) return false;
    this.#position++;
    return true;
  }

  expect(mark: ')' | ']'): void {
    if (this.accept(mark)) return;
    const token = this.peek();
    throw token ? unexpected(token) : invalidFilter(`The filter is missing a "${mark}".`);
  }
}

function readOr(reader: TokenReader, depth: number, paths: boolean): Filter {
  if (depth > maxFilterDepth) throw invalidFilter(`The filter is nested more than ${maxFilterDepth} levels deep.`);
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readTerm(reader, depth, paths)));
}

function readJoined(reader: TokenReader, is: 'and' | 'or', readOne: () => Filter): Filter {
  const first = readOne();
  if (!reader.accept(is)) return first;
  const filters = [first, readOne()];
  while (reader.accept(is)) filters.push(readOne());
  return { is, filters };
}

/** `paths` is false within brackets, where Figure 1 allows no further value paths. */
function readTerm(reader: TokenReader, depth: number, paths: boolean): Filter {
  const negated = reader.peek(1)?.is === '(' && reader.accept('not');
  if (reader.accept('(')) {
    const filter = readOr(reader, depth + 1, paths);
    reader.expect(')');
    return negated ? { is: 'not', filter } : filter;
  }
  const attribute = readName(reader);
  if (paths && reader.accept('[')) return readValuePath(reader, attribute, depth);
  return readComparison(reader, attribute);
}

function readName(reader: TokenReader): string {
  const token = reader.next();
  if (!token) throw invalidFilter('The filter ends where an attribute is expected.');
  if (token.is !== 'word' || !isAttributeName(token.text)) throw unexpected(token);
  return token.text;
}

function readValuePath(reader: TokenReader, attribute: string, depth: number): Filter {
  const inner = readOr(reader, depth + 1, false);
  reader.expect(']');
  const sub = reader.peek();
  if (sub?.is !== 'word' || !sub.text.startsWith('.')) return { is: 'values', attribute, filter: inner };
  if (!isAttributeName(sub.text.slice(1))) throw unexpected(sub);
  reader.next();
  const comparison = readComparison(reader, sub.text.slice(1));
  const filters = inner.is === 'and' ? [...inner.filters, comparison] : [inner, comparison];
  return { is: 'values', attribute, filter: { is: 'and', filters } };
}

function readComparison(reader: TokenReader, attribute: string): Filter {
  const token = reader.next();
  if (!token) throw invalidFilter(`The filter ends after ${quote(attribute)}, where an operator is expected.`);
  if (token.is !== 'word') throw unexpected(token);
  const operator = token.text.toLowerCase();
  if (operator === 'pr') return { is: 'present', attribute };
  if (!operators.has(operator)) {
    throw invalidFilter(`${quote(token.text)} is not an operator. Use eq, ne, co, sw, ew, pr, gt, ge, lt or le.`);
  }
  return { is: 'compare', attribute, operator: operator as CompareOperator, value: readValue(reader, attribute, operator) };
}

function readValue(reader: TokenReader, attribute: string, operator: string): FilterValue {
  const token = reader.next();
  if (!token) throw invalidFilter(`The filter ends after ${quote(`${attribute} ${operator}`)}, where a value is expected.`);
  if (token.is === 'text') return token.text;
  if (token.is === 'word') return unquotedLiteral(assertNoOtherQuotes(token.text));
  throw unexpected(token);
}

/** Rejects single and curly quotes. As part of the value, they would match no person, and the client would create the person again. */
function assertNoOtherQuotes(word: string): string {
  if (/^['‘“”]/.test(word)) throw invalidFilter(`A value cannot begin with ${word.charAt(0)}. Use double quotes: "…".`);
  return word;
}

function unexpected(token: Token): Error {
  const text = token.is === 'text' || token.is === 'word' ? token.text : token.is;
  return invalidFilter(`Unexpected ${quote(text)} at character ${token.at + 1} of the filter. Put text with spaces in double quotes.`);
}
