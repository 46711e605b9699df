// Registers the SQL functions that filters use.
import type { Database } from 'better-sqlite3';
import { keepDeclaredValues, declaredPart } from '../../../../scim/declared-values.ts';
import { compareInstants, parseDateTime } from '../../../../scim/date-time.ts';
import { fold } from '../../../../scim/case-folding.ts';
import type { Extension, ResourceSchema, Schemas } from '../../../../scim/schema/compile-schemas.ts';

/**
 * Registers SQL functions for comparisons that SQL cannot express as the filter evaluator does. Null stands for "cannot be compared".
 *
 * `as_text(value, type)` and `as_folded(value, type)`: a scalar of JSON as text, in the second case made comparable. `instant_order(value,
 * wanted)`: negative, 0 or positive as one point in time is before, at or after the other. `iso_text(ms)`: a moment as answers show it.
 * `fitting(json, urn, name)`: what a document has of an attribute of an extension, or of all that is declared of the extension where the
 * name is null, if it fits what is declared today. `is_shown(json, urn)`: whether this is anything that answers show.
 */
export function registerFilterFunctions(db: Database, schemas: Schemas): void {
  const define = (name: string, run: (...values: readonly unknown[]) => string | number | null) =>
    db.function(name, { deterministic: true, varargs: true }, run);
  define('as_text', toText);
  const foldAgain = remember(fold);
  define('as_folded', (value, type) => {
    const text = toText(value, type);
    return text === null ? null : foldAgain(text);
  });
  const readWanted = remember(parseDateTime);
  define('instant_order', (value, wanted) => {
    const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
    const other = readWanted(String(wanted));
    return instant === undefined || other === undefined ? null : compareInstants(instant, other);
  });
  define('iso_text', (ms) => new Date(Number(ms)).toISOString());
  define('fitting', (json, urn, name) => (typeof json === 'string' ? toFitting(json, String(urn), name, schemas) : null));
  define('is_shown', (json, urn) => Number(typeof json === 'string' && isShown(json, String(urn), schemas)));
}

function toFitting(json: string, urn: string, name: unknown, schemas: Schemas): string | null {
  const stored: unknown = JSON.parse(json);
  const type = typeWith(urn, schemas);
  if (typeof name !== 'string') {
    const extension = extensionOf(urn, type);
    return JSON.stringify((extension && declaredPart(keepDeclaredValues({ [urn]: stored }, type)[urn], extension)) ?? null);
  }
  const document = { [urn]: { [name]: stored } };
  return keepDeclaredValues(document, type) === document ? json : null;
}

function isShown(json: string, urn: string, schemas: Schemas): boolean {
  const extension = extensionOf(urn, typeWith(urn, schemas));
  return extension !== undefined && declaredPart(JSON.parse(json), extension) !== undefined;
}

function extensionOf(urn: string, { extensions }: ResourceSchema): Extension | undefined {
  return extensions.find((one) => one.urn === urn);
}

function typeWith(urn: string, { user, group }: Schemas): ResourceSchema {
  return user.extensions.some((extension) => extension.urn === urn) ? user : group;
}

function toText(value: unknown, type: unknown): string | null {
  switch (type) {
    case 'text':
    case 'integer':
    case 'real':
      return String(value);
    case 'true':
    case 'false':
      return type;
    default:
      return null;
  }
}

/** A statement asks with the same text for each of its rows, or for each of the terms of a long filter. */
function remember<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}
