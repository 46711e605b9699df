// Creates a look-up that matches no person, to test a connection.
import type { Planned } from '../../domain/delivery.ts';
import { personSubject } from '../../domain/ids.ts';
import type { OutboundRecord } from '../../domain/record.ts';

/** A Record in which every field has a value that no person has. */
export function impossibleRecord(fields: readonly string[]): OutboundRecord {
  return Object.fromEntries(fields.map((field) => [field, 'nobody@vestibule.invalid']));
}

/** The input of a Connection's `find` for such a Record. It is never planned or stored. */
export function impossibleLookUp(fields: readonly string[]): Planned {
  return { subject: personSubject('nobody'), action: 'create', rows: [impossibleRecord(fields)], hash: '', cause: 'change' };
}
