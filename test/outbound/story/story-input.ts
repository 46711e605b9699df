import type { Delivery } from '../../../src/domain/delivery.ts';
import type { Shadow } from '../../../src/domain/shadow.ts';
import type { StoryInput } from '../../../src/outbound/story/story-input.ts';

/** Noon on a Monday: the current time of these tests. */
export const noon = new Date('2026-03-02T12:00:00Z');

/** This number of hours after noon (negative: before noon). */
export function hours(count: number): Date {
  return new Date(noon.getTime() + count * 3_600_000);
}

/** An open Delivery: a queued create that is due. */
export function aDelivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    id: 7,
    target: 'front-desk',
    run: 1,
    subject: { kind: 'person', id: 'a1' },
    action: 'create',
    rows: [],
    hash: 'h',
    cause: 'change',
    state: 'queued',
    idempotencyKey: 'k',
    attempts: 0,
    soloFailures: 0,
    wasUnclear: false,
    obsolete: false,
    checked: false,
    rekeyed: false,
    createdAt: hours(-1),
    notBefore: hours(-1),
    answer: '',
    blocked: false,
    released: false,
    ...overrides,
  };
}

/** The active Shadow of Anna at front-desk. */
export function aShadow(overrides: Partial<Shadow> = {}): Shadow {
  return {
    target: 'front-desk',
    subject: { kind: 'person', id: 'a1' },
    active: true,
    sent: [{ Email: 'anna@contoso.com' }],
    at: hours(-24),
    ...overrides,
  };
}

/** Anna at a live Target that accepted her record yesterday. */
export function aStoryInput(overrides: Partial<StoryInput> = {}): StoryInput {
  return {
    target: { name: 'front-desk', state: 'live', by: 'jo', at: hours(-48), why: '', liveWhenQuiet: false, trouble: '' },
    person: 'anna@contoso.com',
    conditions: [],
    desired: { is: 'record', rows: [{ Email: 'anna@contoso.com' }] },
    plan: {},
    shadow: aShadow(),
    blockedBy: [],
    history: [],
    now: noon,
    running: true,
    ...overrides,
  };
}

/** The same input without a record at the Target. */
export function aNewPerson(overrides: Partial<StoryInput> = {}): StoryInput {
  const { shadow: _, ...rest } = aStoryInput();
  return { ...rest, ...overrides };
}
