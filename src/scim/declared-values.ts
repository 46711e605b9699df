// Hides and restores stored values that do not match the current attribute declarations.
import { parseDateTime } from './date-time.ts';
import { readAttribute, writeAttribute } from './document-attributes.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { Attribute, Extension, ResourceSchema } from './schema/compile-schemas.ts';

/**
 * A stored document as the current declarations allow it: a value that does not match its declared type counts as absent. Undeclared values
 * stay in the document but are hidden, and appear again if they are declared again. Returns the same object if every value matches.
 */
export function keepDeclaredValues<T extends JsonObject>(document: T, type: ResourceSchema): T {
  return type.extensions.reduce((fitting, extension) => (extension.declared ? conformExtension(fitting, extension) : fitting), document);
}

/**
 * Restores the values that `keepDeclaredValues` removed, unless the change replaced them: a value that no longer matches is kept until the
 * Source sends it again.
 */
export function restoreMismatchedValues<T extends JsonObject>(changed: T, stored: T, type: ResourceSchema): T {
  return type.extensions
    .filter(({ declared }) => declared)
    .flatMap(({ urn, attributes }) => attributes.map((attribute) => ({ extension: urn, attribute })))
    .reduce((kept, location) => {
      const value = readAttribute(stored, location);
      if (value === undefined || holds(location.attribute, value) || readAttribute(kept, location) !== undefined) return kept;
      return writeAttribute(kept, location, value);
    }, changed);
}

/** The declared part of an extension's stored object; undefined when nothing is declared. */
export function declaredPart(stored: unknown, { attributes }: Extension): JsonObject | undefined {
  if (!isObject(stored)) return undefined;
  const entries = attributes.flatMap(({ name }) => (stored[name] === undefined ? [] : [[name, stored[name]] as const]));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/**
 * Whether an extension's stored object can be returned unchanged: everything in it is declared, matches its type, and is returned by
 * default.
 */
export function matchesDeclaration(stored: unknown, { attributes }: Extension): boolean {
  if (!isObject(stored)) return false;
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  return Object.keys(stored).every((name) => {
    const attribute = byName.get(name);
    return attribute !== undefined && isShown(attribute) && holds(attribute, stored[name]);
  });
}

function isShown({ returned }: Attribute): boolean {
  return returned === 'default' || returned === 'always';
}

function conformExtension<T extends JsonObject>(document: T, { urn, attributes }: Extension): T {
  const stored = document[urn];
  if (!isObject(stored)) return document;
  return attributes
    .filter((attribute) => stored[attribute.name] !== undefined && !holds(attribute, stored[attribute.name]))
    .reduce((fitting, attribute) => writeAttribute(fitting, { extension: urn, attribute }, undefined), document);
}

function holds(attribute: Attribute, value: unknown): boolean {
  if (!attribute.multiValued) return holdsOne(attribute, value);
  return Array.isArray(value) && value.every((one) => holdsOne(attribute, one));
}

function holdsOne({ type, subs }: Attribute, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'reference':
    case 'binary':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'decimal':
      return typeof value === 'number';
    case 'dateTime':
      return typeof value === 'string' && parseDateTime(value) !== undefined;
    case 'complex':
      return isObject(value) && [...subs.values()].every((sub) => value[sub.name] === undefined || holds(sub, value[sub.name]));
  }
}
