// The outbound Record and its match keys.
import type { SubjectRef } from './ids.ts';

/** A reference in a Record to another Subject's key at the same Target; the engine replaces it just before delivery. */
export interface Ref {
  readonly ref: SubjectRef;
}

/** A value that a Target gets. A missing field is one that the Mapping leaves out; an empty text is sent as empty. */
export type FieldValue = string | number | boolean | readonly string[] | Ref;

/** The flat outbound object in the Target's field names. */
export type OutboundRecord = Readonly<Record<string, FieldValue>>;

/** The values of one alternative of a Connector's `match`, made comparable: ignoring case and outer blanks. */
export interface MatchKey {
  /** Which alternative of `match`, from 0. */
  readonly index: number;
  /** Lower-cased and trimmed values, joined by U+001F. */
  readonly value: string;
}

const separator = '\u001f';

/**
 * The match keys of a row. `match` holds alternatives in their order, each a list of fields that count together.
 * An alternative with an empty or missing field gives no key: no person is found by an empty e-mail.
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
