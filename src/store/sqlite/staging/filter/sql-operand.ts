// The operand of a comparison in SQL.
import type { Attribute } from '../../../../scim/schema/compile-schemas.ts';
import { bind, sql, type SqlFragment } from './sql-fragment.ts';

/** The SQL operand of one value. */
export interface Operand {
  /** A name as `json_type` gives it; null, or `null` as a text, where there is no value. */
  readonly type: SqlFragment;
  /** The value itself, 1 and 0 for booleans, JSON text for arrays and objects. */
  readonly scalar: SqlFragment;
  /** The value made comparable, from a column that has it ready. */
  readonly folded?: SqlFragment;
  /** The unchanged value of a text column. */
  readonly exact?: SqlFragment;
  /** Whether the value is this reference, also where the Source named it differently. Never null. */
  readonly refersTo?: (reference: string) => SqlFragment;
}

/** No value. */
export const absent: Operand = { type: sql`null`, scalar: sql`null` };

/** There is a value where the condition holds, which cannot be compared here: an address, as answers make it. */
export function notComparable(condition: SqlFragment): Operand {
  const type = sql`case when ${condition} then 'text' end`;
  return { type, scalar: type };
}

/** A column of text, perhaps null; `folded` is the column that has it made comparable. */
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
