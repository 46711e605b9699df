// The type of an outbound Record, and the computation of its match keys.
import type { SubjectRef } from './ids.ts';

/** A reference in a Record to another Subject's key at the same Target; the engine replaces it just before delivery. */
export interface Ref {
  readonly ref: SubjectRef;
}

/** A value of a Record. If the Mapping omits a field, the field is missing; an empty text is sent as an empty text. */
export type FieldValue = string | number | boolean | readonly string[] | Ref;

/** The flat outbound object in the Target's field names. */
export type OutboundRecord = Readonly<Record<string, FieldValue>>;

/** The values of one alternative of a Connector's `match`, normalized for comparison. */
export interface MatchKey {
  /** Index of the alternative in `match`, from 0. */
  readonly index: number;
  /** Lower-cased and trimmed values, joined by U+001F. */
  readonly value: string;
}

const separator = '\u001f';

/**
 * The match keys of a row. `match` contains alternatives in order; each is a list of fields that must all match. An alternative with an
 * empty or missing field has no key, so that no person matches by an empty e-mail.
 */
export function toMatchKeys(match: readonly (readonly string[])[], row: OutboundRecord | undefined): readonly MatchKey[] {
  if (row === undefined) return [];
  return match.flatMap((fields, index) => {
    const values = fields.map((field) => toComparable(row[field]));
    return values.includes('') ? [] : [{ index, value: values.join(separator) }];
  });
}

function toComparable(value: FieldValue | undefined): string {
  if (value === undefined || typeof value === 'object') return '';
  return String(value).trim().toLowerCase();
}
