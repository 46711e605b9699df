// Parses attribute paths of PATCH operations and of `attributes`.
import { invalidPath } from './errors.ts';
import { isAttributeName, parseFilter } from './filter/parse-filter.ts';
import type { Filter } from './filter/filter-tree.ts';
import { displayNameAsDisplay } from './lenient/entra.ts';
import { findName, type AttributeName, type Named, type ResourceSchema } from './schema/compile-schemas.ts';

/** An attribute or one of its sub-attributes, optionally only in the elements that a filter selects. */
export interface AttributePath extends AttributeName {
  readonly filter: Filter | undefined;
}

/** The target of a PATCH path or of a name in `attributes`. */
export type Path = AttributePath | Exclude<Named, AttributeName>;

/**
 * Parses a path of RFC 7644 §3.5.2, Figure 7: `name.familyName`, `emails[type eq "work"].value`, with or without a URN, in any case.
 * Undefined for a valid path to an attribute that the type does not have.
 * @throws {ScimError} invalidPath for a malformed path, invalidFilter for a malformed filter.
 */
export function parsePath(text: string, type: ResourceSchema): Path | undefined {
  const path = text.trim();
  const open = path.indexOf('[');
  if (open >= 0) return parseSelection(path, open, type);
  const named = findName(type, path);
  if (!named) {
    assertWellFormed(path);
    return undefined;
  }
  return named.is === 'attribute' ? { ...named, filter: undefined } : named;
}

function parseSelection(path: string, open: number, type: ResourceSchema): AttributePath | undefined {
  const close = path.lastIndexOf(']');
  if (close < open) throw invalidPath(path, 'has an unclosed bracket');
  const head = path.slice(0, open).trim();
  const tail = path.slice(close + 1);
  if (tail !== '' && !/^\.(?:\$ref|[A-Za-z][\w-]*)$/.test(tail))
    throw invalidPath(path, 'has an invalid sub-attribute after the closing bracket');
  const filter = parseFilter(path.slice(open + 1, close));
  const named = findName(type, head);
  if (!named) {
    assertWellFormed(head);
    return undefined;
  }
  if (named.is !== 'attribute' || named.sub || !(named.attribute.type === 'complex' || named.attribute.multiValued)) {
    throw invalidPath(path, 'has brackets after an attribute that has no elements');
  }
  if (tail === '') return { ...named, filter };
  const sub = named.attribute.subs.get(displayNameAsDisplay(named.attribute, tail.slice(1).toLowerCase()));
  return sub && { ...named, sub, filter };
}

/** A path without a URN has an attribute and at most one sub-attribute; `constructor.prototype.x` is invalid. */
function assertWellFormed(path: string): void {
  const dots = path.split('.').length - 1;
  const isUrn = /^urn:/i.test(path) || path.includes('://');
  if (!isAttributeName(path) || path.endsWith('.') || (dots > 1 && !isUrn)) throw invalidPath(path, 'is not a valid attribute path');
}
