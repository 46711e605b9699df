// Parses path templates such as `/people/{key}`, and fills them with escaped values.
import type { OutboundRecord } from '../../../domain/record.ts';

/** Why a path cannot be used as written. */
export class TemplateFault extends Error {}

/** A value cannot be used at its position in the template, so nothing was sent. The message contains the field name, never the value. */
export class ValueFault extends Error {}

/**
 * The values to insert: fields of a Record by name, `key` and `page`, and values that the Target provides. A provided value takes
 * precedence over a field of the same name.
 */
export interface Inserts {
  readonly record: OutboundRecord;
  readonly values?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly page?: number;
}

/** The part of the URL that contains the inserted value: a path segment, or the query, there inside or outside of quotation marks. */
type Place = 'path' | 'query' | 'queryInDoubleQuotes' | 'queryInSingleQuotes';

interface Insert {
  readonly name: string;
  readonly place: Place;
}

/** A compiled path such as `/api/staff/{key}?q={mail}`. */
export interface Template {
  /** As configured, for the log, which must not contain values. */
  readonly text: string;
  /** Field names in order, without `key`, `page` and the names of provided values. */
  readonly fields: readonly string[];
  readonly usesKey: boolean;
  /**
   * The path with every inserted value encoded as required by its position.
   * @throws {ValueFault} if a path segment would be empty, `.` or `..`, because it would address another resource.
   */
  insert(inserts: Inserts): string;
}

/**
 * Compiles a path. `values` are the names of the values that the Target provides; they do not count as fields.
 * @throws {TemplateFault} if the path does not begin with exactly one slash, or if a brace is not closed.
 */
export function parseTemplate(text: string, values: readonly string[] = []): Template {
  if (!/^\/(?!\/)/.test(text)) throw new TemplateFault('a path must begin with exactly one slash');
  const parts = splitTemplate(text);
  const inserts = parts.filter((part) => typeof part !== 'string');
  return {
    text,
    fields: inserts.map((insert) => insert.name).filter((name) => name !== 'key' && name !== 'page' && !values.includes(name)),
    usesKey: inserts.some((insert) => insert.name === 'key'),
    insert: (values) => parts.map((part) => (typeof part === 'string' ? part : fillInsert(part, values))).join(''),
  };
}

/** A header value with values inserted. Control and non-ASCII characters are percent-encoded, so that no header line can be injected. */
export function fillHeader(text: string, inserts: Inserts): string {
  return text
    .replace(/\{([^{}]+)\}/g, (_, name: string) => toText(name, inserts))
    .replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}

function splitTemplate(text: string): readonly (string | Insert)[] {
  const parts: (string | Insert)[] = [];
  let written = '';
  for (const piece of text.split(/(\{[^{}]*\})/)) {
    if (!piece.startsWith('{')) {
      if (/[{}]/.test(piece)) throw new TemplateFault('has an unclosed brace');
      written += piece;
      parts.push(escapeLiteral(piece));
      continue;
    }
    const name = piece.slice(1, -1);
    if (name.trim() === '') throw new TemplateFault('has empty braces');
    parts.push({ name, place: toPlace(written) });
    written += 'x';
  }
  return parts;
}

/** The position in the URL that follows the given text. */
function toPlace(written: string): Place {
  const query = written.indexOf('?');
  if (query < 0) return 'path';
  const value = written.slice(written.lastIndexOf('&') + 1, written.length);
  const count = (mark: RegExp) => (value.match(mark) ?? []).length % 2;
  if (count(/"|%22/g) === 1) return 'queryInDoubleQuotes';
  return count(/'|%27/g) === 1 ? 'queryInSingleQuotes' : 'query';
}

/** Percent-encodes spaces and quotation marks of the configured text. Characters that are already percent-encoded stay unchanged. */
function escapeLiteral(text: string): string {
  return text.replace(/[^\x21-\x7e]|["<>\\^`|#]/gu, (character) => encodeURIComponent(character));
}

function fillInsert({ name, place }: Insert, inserts: Inserts): string {
  const text = toText(name, inserts).toWellFormed();
  switch (place) {
    case 'path':
      // URL parsers resolve "." and ".." even if they are encoded (WHATWG URL §4.2), and an empty segment addresses the collection.
      if (text === '' || text === '.' || text === '..')
        throw new ValueFault(`the value of ${name} cannot be used in a path because it is empty, "." or ".."`);
      return encodeURIComponent(text);
    case 'query':
      return encodeURIComponent(text);
    case 'queryInDoubleQuotes': // Escaped as in JSON, which SCIM filters use (RFC 7644 §3.4.2.2).
      return encodeURIComponent(text.replace(/["\\]/g, '\\$&'));
    case 'queryInSingleQuotes': // Escaped as in SQL and OData. encodeURIComponent does not encode '.
      return encodeURIComponent(text.replaceAll("'", "''")).replaceAll("'", '%27');
  }
}

function toText(name: string, { record, values = {}, key, page }: Inserts): string {
  if (name === 'key') return key ?? '';
  if (name === 'page') return page === undefined ? '' : String(page);
  const given = Object.hasOwn(values, name) ? values[name] : undefined;
  if (given !== undefined) return given;
  const value = record[name];
  return value === undefined || typeof value === 'object' ? '' : String(value);
}
