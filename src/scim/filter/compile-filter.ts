// Compiles a filter to a function that tests a resource.
import { declaredPart } from '../declared-values.ts';
import { invalidFilter, quote } from '../errors.ts';
import { isObject, type JsonObject, type MemberRef } from '../resource.ts';
import { findName, membersAttribute, type Attribute, type ResourceSchema, type Schemas } from '../schema/compile-schemas.ts';
import { compileComparison, isPresent, type ValueTest } from './compile-comparison.ts';
import { comparedPart } from './equalities.ts';
import type { Filter } from './filter-tree.ts';

/** Tests whether a resource, or an element of an attribute, matches a filter. Never throws. */
export type Matcher = (from: JsonObject) => boolean;

/** The values that an attribute name in a filter refers to. */
interface Location {
  readonly attribute: Attribute | undefined;
  readonly any: (from: JsonObject, test: ValueTest) => boolean;
}

/**
 * Compiles a filter for rendered resources of one type. An attribute that the type does not have counts as absent (RFC 7644 §3.4.2.1). A
 * multi-valued attribute matches if at least one value matches.
 * @throws {ScimError} invalidFilter for a comparison that the attribute's type does not support.
 */
export function compileFilter(filter: Filter, type: ResourceSchema): Matcher {
  return compileNode(filter, (name) => locate(type, name));
}

/** Whether one rendered resource matches a filter; for many resources, compile the filter once. Throws as `compileFilter` does. */
export function evaluate(filter: Filter, resource: JsonObject, type: ResourceSchema): boolean {
  return compileFilter(filter, type)(resource);
}

/** Compiles the inner filter of a value path, for elements of a complex attribute. Throws as `compileFilter` does. */
export function compileElementFilter(filter: Filter, attribute: Attribute): Matcher {
  return compileNode(filter, (name) => {
    const sub = attribute.subs.get(name.toLowerCase());
    return sub ? { attribute: sub, any: (from, test) => test(from[sub.name]) } : undefined;
  });
}

/** Compiles `MembersEdit.removeWhere` for members. Throws as `compileFilter` does. */
export function memberMatcher(filter: Filter, schemas: Schemas): (member: MemberRef) => boolean {
  const matches = compileElementFilter(filter, membersAttribute(schemas));
  // The address is present if the type is known; its value depends on the URL that the client uses.
  return (member) => matches({ ...member, ...(member.type && { $ref: member.type }) });
}

type Locate = (name: string) => Location | undefined;

const nowhere: Location = { attribute: undefined, any: (_, test) => test(undefined) };

function compileNode(filter: Filter, find: Locate): Matcher {
  switch (filter.is) {
    case 'and': {
      const all = filter.filters.map((one) => compileNode(one, find));
      return (from) => all.every((matches) => matches(from));
    }
    case 'or': {
      const all = filter.filters.map((one) => compileNode(one, find));
      return (from) => all.some((matches) => matches(from));
    }
    case 'not': {
      const matches = compileNode(filter.filter, find);
      return (from) => !matches(from);
    }
    case 'present': {
      const { any } = find(filter.attribute) ?? nowhere;
      return (from) => any(from, isPresent);
    }
    case 'compare': {
      const { attribute, any } = comparable(find(filter.attribute) ?? nowhere, filter.attribute);
      const test = compileComparison(attribute, filter.operator, filter.value);
      return (from) => any(from, test);
    }
    case 'values': {
      const { attribute, any } = find(filter.attribute) ?? nowhere;
      if (!attribute) return () => false;
      if (attribute.type !== 'complex')
        throw invalidFilter(`${attribute.path} has no sub-attributes and cannot be filtered with brackets.`);
      const matches = compileElementFilter(filter.filter, attribute);
      return (from) => any(from, (element) => isObject(element) && matches(element));
    }
  }
}

/** A whole complex attribute is compared by its `value`: `manager eq`, `members eq` (docs/entra-facts.md#reference-checks). */
function comparable(location: Location, name: string): Location {
  const { attribute, any } = location;
  if (attribute?.type !== 'complex') return location;
  const part = comparedPart(attribute);
  if (!part)
    throw invalidFilter(`${quote(name)} is a complex attribute. Compare one of its sub-attributes, such as ${somePart(attribute)}.`);
  return {
    attribute: part,
    any: (from, test) => any(from, (element) => test(isObject(element) ? element[part.name] : undefined)),
  };
}

function somePart(attribute: Attribute): string {
  const [first] = attribute.subs.values();
  return first?.path ?? attribute.path;
}

/** Figure 1 of RFC 7644 allows an attribute and at most one sub-attribute; only a URN can contain more dots. */
function assertOfTwoNames(name: string): void {
  if (name.split('.').length > 2 && !name.includes(':')) {
    throw invalidFilter(`${quote(name)} is not a valid attribute path. A path has an attribute and at most one sub-attribute.`);
  }
}

function locate(type: ResourceSchema, name: string): Location | undefined {
  const named = findName(type, name);
  if (!named) assertOfTwoNames(name);
  if (!named || named.is === 'resource') return undefined;
  if (named.is === 'extension')
    return { attribute: undefined, any: (from, test) => test(declaredPart(from[named.extension.urn], named.extension)) };
  const { extension, attribute, sub } = named;
  const anyOfAttribute: Location['any'] = (from, test) => {
    const parent = extension === undefined ? from : from[extension];
    const value = isObject(parent) ? parent[attribute.name] : undefined;
    // An empty array is absent (RFC 7643 §2.5).
    if (Array.isArray(value)) return value.length > 0 ? value.some(test) : test(undefined);
    return test(value ?? attribute.assumed);
  };
  if (!sub) return { attribute, any: anyOfAttribute };
  return {
    attribute: sub,
    any: (from, test) => anyOfAttribute(from, (element) => test(isObject(element) ? element[sub.name] : undefined)),
  };
}
