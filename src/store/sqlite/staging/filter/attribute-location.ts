// Where the values of an attribute are stored, as SQL operands.
import type { Attribute, AttributeName, ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';
import { absent, valueAt, type Operand } from './sql-operand.ts';
import { bind, sql, type SqlFragment } from './sql-fragment.ts';
import type { SqlTest } from './sql-value-test.ts';

/** The operand of a sub-attribute of one value. */
export type PartOf = (sub: Attribute) => Operand;

/**
 * The location of the values of one attribute. Each method returns a condition that is 1 or 0, and treats an attribute without values as
 * one absent value. `keyed` says that at most one value, identified by its `value`, can match the condition.
 */
export interface AttributeLocation {
  /** True if any value passes. */
  any(test: SqlTest): SqlFragment;
  /** True if this sub-attribute of any value passes. */
  anyPart(sub: Attribute, test: SqlTest, keyed: boolean): SqlFragment;
  /** True if any value is an object that matches the condition on its sub-attributes. */
  anyObject(condition: (partOf: PartOf) => SqlFragment, keyed: boolean): SqlFragment;
}

/** An attribute in the JSON document, single-valued or multi-valued as its schema defines. */
export function inDocument(type: ResourceSchema, name: AttributeName): AttributeLocation {
  const { attribute } = name;
  const { json, path } = whereIs(type, name);
  if (attribute.multiValued) return elements(oneOrMore(json, path));
  const part: PartOf = (sub) => valueAt(json, `${path}."${sub.name}"`);
  return {
    any: (test) => test(valueAt(json, path, attribute.assumed)),
    anyPart: (sub, test) => test(part(sub)),
    anyObject: (condition) => sql`(json_type(${json}, ${bind(path)}) is 'object' and ${condition(part)})`,
  };
}

/** The JSON text of a whole attribute in the document, or null. */
export function jsonInDocument(type: ResourceSchema, name: AttributeName): SqlFragment {
  const { json, path } = whereIs(type, name);
  return sql`${json} -> ${bind(path)}`;
}

/** The elements of an array; `array` contains the arguments of `json_each`. */
export function elements(array: SqlFragment): AttributeLocation {
  const exists = (condition: SqlFragment) => sql`exists (select 1 from json_each(${array}) as element where ${condition})`;
  // A value that is not an object must never be parsed as JSON, regardless of the order in which SQLite evaluates the conditions.
  const part: PartOf = (sub) => {
    const { type, scalar } = valueAt(sql`element.value`, `$."${sub.name}"`);
    return { type: sql`case element.type when 'object' then ${type} end`, scalar: sql`case element.type when 'object' then ${scalar} end` };
  };
  return {
    any: (test) => exists(test({ type: sql`element.type`, scalar: sql`element.value` })),
    anyPart: (sub, test) => exists(test(part(sub))),
    anyObject: (condition) => exists(sql`element.type = 'object' and ${condition(part)}`),
  };
}

/** A simple attribute with its own column. */
export function inColumn(operand: Operand): AttributeLocation {
  return { any: (test) => test(operand), anyPart: (_, test) => test(absent), anyObject: () => sql`0` };
}

/** A complex attribute with one value that always exists; `parts` are its sub-attributes by name. */
export function madeOf(parts: Readonly<Record<string, Operand>>): AttributeLocation {
  const part: PartOf = (sub) => parts[sub.name] ?? absent;
  return { any: () => sql`1`, anyPart: (sub, test) => test(part(sub)), anyObject: (condition) => condition(part) };
}

/**
 * The location of an attribute in the document. A custom attribute may have been declared differently when the document was written. Its
 * value then counts as absent, as in `conform`.
 */
function whereIs(
  type: ResourceSchema,
  { extension: urn, attribute }: AttributeName,
): { readonly json: SqlFragment; readonly path: string } {
  const document = sql`resource.document`;
  if (urn === undefined) return { json: document, path: `$."${attribute.name}"` };
  const path = `$."${urn}"."${attribute.name}"`;
  if (type.extensions.every((extension) => extension.urn !== urn || !extension.declared)) return { json: document, path };
  return { json: sql`fitting(${document} -> ${bind(path)}, ${bind(urn)}, ${bind(attribute.name)})`, path: '$' };
}

/** An array with the values at a path. It is absent if it is empty (RFC 7643 §2.5). */
function oneOrMore(json: SqlFragment, path: string): SqlFragment {
  return sql`case when json_array_length(${json}, ${bind(path)}) > 0 then ${json} -> ${bind(path)} else '[null]' end`;
}
