// Finds and replaces `bulkId:` references.
import { isObject } from '../resource.ts';

const mark = 'bulkId:';

/** The bulkId that a text refers to as a whole (RFC 7644 §3.7.2), or undefined. */
export function toReference(text: string): string | undefined {
  return text.startsWith(mark) ? text.slice(mark.length) : undefined;
}

/** The bulkIds that `data` refers to, each once, in the order met. */
export function findReferences(data: unknown): readonly string[] {
  const found = new Set<string>();
  replaceReferences(data, (bulkId) => {
    found.add(bulkId);
    return '';
  });
  return [...found];
}

/**
 * `data` with the ids in place of the references: whole texts, the end of a `$ref` (`/Users/bulkId:x`), and, in PATCH
 * paths and names with a filter, compared texts (`members[value eq "bulkId:x"]`). `idOf` is called for each and may throw.
 */
export function replaceReferences(data: unknown, idOf: (bulkId: string) => string): unknown {
  if (Array.isArray(data)) return data.map((element: unknown) => replaceReferences(element, idOf));
  if (isObject(data)) return Object.fromEntries(Object.entries(data).map(([key, value]) => replaceEntry(key, value, idOf)));
  if (typeof data !== 'string') return data;
  const bulkId = toReference(data);
  return bulkId === undefined ? data : idOf(bulkId);
}

function replaceEntry(key: string, value: unknown, idOf: (bulkId: string) => string): readonly [string, unknown] {
  const name = replaceCompared(key, idOf);
  if (typeof value === 'string' && toReference(value) === undefined) {
    if (key.toLowerCase() === '$ref') return [name, replaceAddressed(value, idOf)];
    if (key.toLowerCase() === 'path') return [name, replaceCompared(value, idOf)];
  }
  return [name, replaceReferences(value, idOf)];
}

function replaceAddressed(address: string, idOf: (bulkId: string) => string): string {
  const at = address.indexOf(`/${mark}`) + 1;
  return at === 0 ? address : address.slice(0, at) + idOf(address.slice(at + mark.length));
}

/** Only whole JSON texts in a filter: with the bracket in front nothing else can be one. */
function replaceCompared(path: string, idOf: (bulkId: string) => string): string {
  if (!path.includes('[') || !path.includes(`"${mark}`)) return path;
  // An unclosed quote extends to the end: searching again from each quote would take quadratic time.
  return path.replaceAll(/"(?:[^"\\]|\\.?)*(?:"|$)/gs, (literal) => {
    const bulkId = toReference(readLiteral(literal));
    return bulkId === undefined ? literal : JSON.stringify(idOf(bulkId));
  });
}

function readLiteral(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    // Not a text of JSON: the filter's own parser will say so.
    return '';
  }
}
