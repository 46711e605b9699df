// The operand of a comparison in SQL.
import type { Attribute } from '../../../../scim/schema/compile-schemas.ts';
import { bind, sql, type SqlFragment } from './sql-fragment.ts';

/** The SQL operand of one value. */
export interface Operand {
  /** The type name as returned by `json_type`; null, or the text `null`, if there is no value. */
  readonly type: SqlFragment;
  /** The value: 1 or 0 for booleans, JSON text for arrays and objects. */
  readonly scalar: SqlFragment;
  /** The case-folded value, from a column that contains it. */
  readonly folded?: SqlFragment;
  /** The unchanged value of a text column. */
  readonly exact?: SqlFragment;
  /** Condition that the value is this reference, even if the Source sent it under a different name. Never null. */
  readonly refersTo?: (reference: string) => SqlFragment;
}

/** The operand of an absent value. */
export const absent: Operand = { type: sql`null`, scalar: sql`null` };

/** A value that exists if the condition is true, but cannot be compared here: a URL that is generated for responses. */
export function notComparable(condition: SqlFragment): Operand {
  const type = sql`case when ${condition} then 'text' end`;
  return { type, scalar: type };
}

/** A text column, which may be null. `folded` is the column with the case-folded text. */
export function textColumn(column: SqlFragment, folded?: SqlFragment): Operand {
  return { type: sql`typeof(${column})`, scalar: column, exact: column, ...(folded && { folded }) };
}

/** The value at a JSON path. */
export function valueAt(json: SqlFragment, path: string, assumed?: Attribute['assumed']): Operand {
  const type = sql`json_type(${json}, ${bind(path)})`;
  const scalar = sql`${json} ->> ${bind(path)}`;
  if (assumed === undefined) return { type, scalar };
  return { type: sql`coalesce(nullif(${type}, 'null'), 'true')`, scalar: sql`coalesce(${scalar}, 1)` };
}
