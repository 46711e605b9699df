// Finds and replaces the `bulkId:` references in the data of a Bulk operation.
import { isObject } from '../resource.ts';

const mark = 'bulkId:';

/** The bulkId if the whole text is a reference to it (RFC 7644 §3.7.2), or undefined. */
export function toReference(text: string): string | undefined {
  return text.startsWith(mark) ? text.slice(mark.length) : undefined;
}

/** The bulkIds that `data` refers to, each once, in order of first appearance. */
export function findReferences(data: unknown): readonly string[] {
  const found = new Set<string>();
  replaceReferences(data, (bulkId) => {
    found.add(bulkId);
    return '';
  });
  return [...found];
}

/**
 * `data` with each reference replaced by an id. A reference is a whole text, the end of a `$ref` (`/Users/bulkId:x`), or a literal in the
 * filter of a PATCH path or attribute name (`members[value eq "bulkId:x"]`). `idOf` is called for each reference and may throw.
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

/** Replaces only whole string literals. A name with a bracket contains a filter, so every quoted text in it is a literal. */
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
    // Not a JSON string: the filter parser reports that later.
    return '';
  }
}
