import type { Delivery } from '../../../src/domain/delivery.ts';
import { personSubject, type SubjectRef } from '../../../src/domain/ids.ts';
import type { OutboundRecord } from '../../../src/domain/record.ts';
import type { Shadow } from '../../../src/domain/shadow.ts';
import type { SubjectInput } from '../../../src/outbound/engine/planning/planner.ts';
import { hashRows } from '../../../src/mapping/canonical-json.ts';

export const noon = new Date('2026-11-21T12:00:00Z');
export const hour = 3_600_000;
export const day = 24 * hour;
export const anna: SubjectRef = personSubject('00000000-0000-4000-8000-00000000000a');
export const bert: SubjectRef = personSubject('00000000-0000-4000-8000-00000000000b');
export const annasRow: OutboundRecord = { Email: 'anna@contoso.test', Name: 'Anna Berg' };

/** A time before noon (negative: after noon). */
export function ago(ms: number): Date {
  return new Date(noon.getTime() - ms);
}

/** An active Shadow of Anna with a row. */
export function shadowOf(change: Partial<Shadow> = {}): Shadow {
  return { target: 'front-desk', subject: anna, key: '4711', active: true, sent: [annasRow], at: ago(day), source: 'default', ...change };
}

/** A queued create of Anna. */
export function deliveryOf(change: Partial<Delivery> = {}): Delivery {
  const rows = change.rows ?? [annasRow];
  return {
    id: 7,
    target: 'front-desk',
    run: 1,
    subject: anna,
    action: 'create',
    rows,
    hash: hashRows(rows),
    cause: 'change',
    state: 'queued',
    idempotencyKey: 'k-7',
    attempts: 0,
    soloFailures: 0,
    wasUnclear: false,
    obsolete: false,
    checked: false,
    rekeyed: false,
    createdAt: ago(60_000),
    notBefore: ago(60_000),
    answer: '',
    blocked: false,
    released: false,
    ...change,
  };
}

/** Anna is in Scope and not at the Target, and no Delivery is open. */
export function inputOf(change: Partial<SubjectInput> = {}): SubjectInput {
  return {
    subject: anna,
    desired: { is: 'record', rows: [annasRow] },
    now: noon,
    heard: { since: ago(30 * day), last: ago(60_000) },
    silentMs: 3 * day,
    claims: [],
    blockers: [],
    can: new Set(['create', 'update', 'deactivate', 'delete']),
    settlesDoubts: true,
    cause: 'change',
    ...change,
  };
}
