import type { OutboundRecord } from '../domain/record.ts';

/** A Record whose every field holds a value that nobody has: for asking a Target without a person in mind. */
export function impossibleRecord(fields: readonly string[]): OutboundRecord {
  return Object.fromEntries(fields.map((field) => [field, 'nobody@vestibule.invalid']));
}
