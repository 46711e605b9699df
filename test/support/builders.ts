import type { Origin } from '../../src/domain/change.ts';
import type { Delivery, Planned } from '../../src/domain/delivery.ts';
import { personSubject, type SubjectRef } from '../../src/domain/ids.ts';
import type { MatchKey } from '../../src/domain/record.ts';
import type { Target, TargetDefinition } from '../../src/domain/target.ts';
import type { ScimGroup, ScimUser } from '../../src/scim/resource.ts';
import type { ShadowWrite } from '../../src/domain/shadow.ts';
import type { PlanEntry } from '../../src/store/engine-store.ts';

/** The default time of all builders. */
export const noon = new Date('2026-11-21T12:00:00Z');

/** Noon plus this number of milliseconds. */
export function later(ms: number): Date {
  return new Date(noon.getTime() + ms);
}

/** The origin of a write for which the origin is irrelevant. */
export function anOrigin(change: Partial<Origin> = {}): Origin {
  return { at: noon, request: 'request-1', ...change };
}

/** An active User; the e-mail is derived from the userName. */
export function aUser(change: Partial<ScimUser> = {}): ScimUser {
  const userName = change.userName ?? 'anna@contoso.test';
  return { userName, displayName: 'Anna Berg', active: true, emails: [{ value: userName, type: 'work', primary: true }], ...change };
}

/** A Group with this name. */
export function aGroup(change: Partial<ScimGroup> = {}): ScimGroup {
  return { displayName: 'Visitor Hosts', ...change };
}

/** The Subject of a Person with an id that is sorted by this number. */
export function aSubject(number = 1): SubjectRef {
  return personSubject(`00000000-0000-7000-8000-${String(number).padStart(12, '0')}`);
}

/** The match key of an e-mail for the first alternative of `match`. */
export function aMatchKey(value = 'anna@contoso.test', index = 0): MatchKey {
  return { index, value };
}

/** A create with one row. */
export function aPlanned(change: Partial<Planned> = {}): Planned {
  return {
    subject: aSubject(),
    action: 'create',
    rows: [{ Email: 'anna@contoso.test' }],
    hash: 'hash-1',
    cause: 'change',
    ...change,
  };
}

/** The deactivation of a person who has been inactive since noon. */
export function aRemoval(change: Partial<Planned> = {}): Planned {
  return aPlanned({ action: 'deactivate', key: '4711', removal: { reason: 'inactive', since: noon, step: 0 }, ...change });
}

/** An outbox entry with this planned Action; its match key is the e-mail of its first row. */
export function anEntry(want: Planned, change: Partial<PlanEntry> = {}): PlanEntry {
  const email = want.rows[0]?.['Email'];
  const keys = typeof email === 'string' ? [aMatchKey(email)] : [];
  return { subject: want.subject, cause: want.cause, want, keys, supersedes: [], ...change };
}

/** The Shadow after a create. */
export function aShadowWrite(change: Partial<ShadowWrite> = {}): ShadowWrite {
  return { key: '4711', active: true, sent: [{ Email: 'anna@contoso.test' }], keys: [aMatchKey()], ...change };
}

/** A queued create. */
export function aDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    ...aPlanned(),
    id: 1,
    target: 'front-desk',
    run: 1,
    state: 'queued',
    idempotencyKey: 'key-1',
    attempts: 0,
    soloFailures: 0,
    wasUnclear: false,
    obsolete: false,
    checked: false,
    rekeyed: false,
    blocked: false,
    createdAt: noon,
    notBefore: noon,
    answer: '',
    released: false,
    ...change,
  };
}

/** A definition that sends everyone's e-mail. */
export function aDefinition(change: Partial<TargetDefinition> = {}): TargetDefinition {
  return {
    target: 'front-desk',
    connector: 'test',
    title: 'Front desk',
    driver: 'test',
    folder: '/connectors/test',
    can: ['create', 'update', 'deactivate', 'delete'],
    match: [['Email']],
    settings: {},
    tables: {},
    scope: [],
    mapping: { Email: { from: 'email' } },
    leavers: {},
    schedule: { onChange: true },
    guard: { removals: { most: 25, share: 0.1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } },
    groupIds: {},
    ...change,
  };
}

/** A live Target that was never planned. */
export function aTarget(change: Partial<Target> = {}): Target {
  return {
    name: 'front-desk',
    state: 'live',
    by: 'admin',
    at: noon,
    why: '',
    definition: aDefinition({ target: change.name ?? 'front-desk' }),
    liveWhenQuiet: false,
    replaceAll: false,
    without: 0,
    cursor: 0,
    failures: 0,
    trouble: '',
    ...change,
  };
}
