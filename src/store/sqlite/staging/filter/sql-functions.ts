// Registers the SQL functions that filters use.
import type { Database } from 'better-sqlite3';
import { keepDeclaredValues, declaredPart } from '../../../../scim/declared-values.ts';
import { compareInstants, parseDateTime } from '../../../../scim/date-time.ts';
import { fold } from '../../../../scim/case-folding.ts';
import type { Extension, ResourceSchema, Schemas } from '../../../../scim/schema/compile-schemas.ts';

/**
 * Registers SQL functions for comparisons that SQL cannot express in the same way as the filter evaluator. Null means "cannot be compared".
 * `as_text(value, type)` and `as_folded(value, type)`: a JSON scalar as text; the second one also folds case. `instant_order(value,
 * wanted)`: negative, 0 or positive if one point in time is before, at or after the other. `iso_text(ms)`: a time as shown in responses.
 * `fitting(json, urn, name)`: the value of an attribute of an extension in a document (of all its declared attributes if the name is null),
 * if it matches the current declaration. `is_shown(json, urn)`: whether responses show any part of this.
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

/** Caches the last result, because a statement calls this with the same text for each row, or for each term of a long filter. */
function remember<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}
