// Makes a look-up that no person can match.
import type { Planned } from '../../domain/delivery.ts';
import { personSubject } from '../../domain/ids.ts';
import type { OutboundRecord } from '../../domain/record.ts';

/** A Record whose every field holds a value that no person has: for a look-up that finds no match. */
export function impossibleRecord(fields: readonly string[]): OutboundRecord {
  return Object.fromEntries(fields.map((field) => [field, 'nobody@vestibule.invalid']));
}

/** A wish to look such a Record up, for `find` of a Connection; nothing of it is ever planned or stored. */
export function impossibleLookUp(fields: readonly string[]): Planned {
  return { subject: personSubject('nobody'), action: 'create', rows: [impossibleRecord(fields)], hash: '', cause: 'change' };
}
