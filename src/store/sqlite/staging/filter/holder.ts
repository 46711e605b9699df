import type { Attribute, AttributeName } from '../../../../scim/schema/compile.ts';
import { absent, valueAt } from './operand.ts';
import type { Operand } from './operand.ts';
import { bind, sql } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import type { SqlTest } from './value-test.ts';

/** The part of one value with this name. */
export type PartOf = (sub: Attribute) => Operand;

/**
 * Where the values of one attribute are. Each method gives a condition that is 1 or 0, and counts an attribute without values as one
 * absent value. `keyed` says that the condition cannot hold for more than one value known by its `value`.
 */
export interface Holder {
  /** Any value passes. */
  any(test: SqlTest): Fragment;
  /** The part of any value passes. */
  anyPart(sub: Attribute, test: SqlTest, keyed: boolean): Fragment;
  /** Any value that is an object fulfils the condition on its parts. */
  anyObject(condition: (partOf: PartOf) => Fragment, keyed: boolean): Fragment;
}

/** An attribute that stands in the document. */
export function inDocument(document: Fragment, { extension, attribute }: AttributeName): Holder {
  const path = pathOf(extension, attribute);
  // An attribute may have been declared with one value when the document was written, and with several now, or the other way round.
  if (attribute.multiValued) return elements(sql`${oneOrMore(document, path)}`);
  const several = elements(sql`${document}, ${bind(path)}`);
  const either = (array: Fragment, single: Fragment) =>
    sql`case when json_array_length(${document}, ${bind(path)}) > 0 then ${array} else ${single} end`;
  const part: PartOf = (sub) => valueAt(document, `${path}."${sub.name}"`);
  return {
    any: (test) => either(several.any(test), test(valueAt(document, path, attribute.assumed))),
    anyPart: (sub, test) => either(several.anyPart(sub, test, false), test(part(sub))),
    anyObject: (condition) =>
      either(several.anyObject(condition, false), sql`(json_type(${document}, ${bind(path)}) is 'object' and ${condition(part)})`),
  };
}

/** The elements of an array; `array` are the arguments of `json_each`. */
export function elements(array: Fragment): Holder {
  const exists = (condition: Fragment) => sql`exists (select 1 from json_each(${array}) as element where ${condition})`;
  // What is no object must not be read as JSON, in whatever order SQLite checks the conditions.
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

/** A simple attribute that has a column of its own. */
export function inColumn(operand: Operand): Holder {
  return { any: (test) => test(operand), anyPart: (_, test) => test(absent), anyObject: () => sql`0` };
}

/** A complex attribute with one value that is always there, made of these parts, by name. */
export function madeOf(parts: Readonly<Record<string, Operand>>): Holder {
  const part: PartOf = (sub) => parts[sub.name] ?? absent;
  return { any: () => sql`1`, anyPart: (sub, test) => test(part(sub)), anyObject: (condition) => condition(part) };
}

/** The JSON path of a whole attribute in a document. */
export function pathOf(extension: string | undefined, attribute: Attribute): string {
  return extension === undefined ? `$."${attribute.name}"` : `$."${extension}"."${attribute.name}"`;
}

/** An array with the values at a path; an absent one if there are none (RFC 7643 §2.5: an empty array is absent). */
function oneOrMore(json: Fragment, path: string): Fragment {
  const at = bind(path);
  return sql`case when json_array_length(${json}, ${at}) > 0 then ${json} -> ${at} else json_array(${json} -> ${at}) end`;
}
