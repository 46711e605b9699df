import { describe, expect, it } from 'vitest';
import type { StoryInput } from '../../../src/outbound/story/story-input.ts';
import { describePersonStep } from '../../../src/outbound/story/describe-next-step.ts';
import { describeStory } from '../../../src/outbound/story/describe-story.ts';
import { aDelivery, aNewPerson, aShadow, aStoryInput, hours, noon } from './story-input.ts';

const target = aStoryInput().target;
const inactive = { is: 'leaving', reason: 'inactive', since: hours(-1), steps: [{ do: 'delete', afterMs: 48 * 3_600_000 }] } as const;
const contractor = { is: 'leaving', reason: 'outOfScope', condition: 'no contractors', since: hours(-1), steps: [] } as const;

/** Per state, the required parts of the sentence, with the exact text if a person acts on it. */
const cases: readonly (readonly [string, StoryInput, readonly string[]])[] = [
  ['there is no problem', aStoryInput(), ['Up to date', 'front-desk accepted this record on 2026-03-01 12:00 UTC']],
  [
    'a draft',
    aNewPerson({ target: { ...target, state: 'draft' }, plan: { want: { action: 'create' } } }),
    ['is a draft', '`vestibule apply front-desk`', 'The create is planned next'],
  ],
  [
    'a draft that waits for the first cycle',
    aNewPerson({ target: { ...target, state: 'draft', liveWhenQuiet: true } }),
    ['goes live automatically', 'first cycle'],
  ],
  [
    'paused',
    aStoryInput({ target: { ...target, state: 'paused', why: 'upgrade' } }),
    ['paused by jo on 2026-02-28 12:00 UTC (upgrade)', '`vestibule resume front-desk`'],
  ],
  [
    'refused',
    aStoryInput({ target: { ...target, state: 'refused', trouble: 'answered 401' } }),
    ['rejects the credentials (answered 401)', 'every 15 minutes'],
  ],
  ['orphaned', aStoryInput({ target: { ...target, state: 'orphaned' } }), ['file of front-desk is missing', 'no one is removed']],
  [
    'down',
    aStoryInput({ target: { ...target, downUntil: hours(1), trouble: 'connect refused' }, open: aDelivery() }),
    ['front-desk is down (connect refused)', 'Vestibule retries at 2026-03-02 13:00 UTC', 'The create is queued'],
  ],
  [
    'queued while Vestibule is not running',
    aNewPerson({ running: false, open: aDelivery() }),
    [
      'Vestibule is not running; nothing is sent. To start it: `vestibule start`. The create is queued and waits until Vestibule is started.',
    ],
  ],
  [
    'down when Vestibule stopped',
    aStoryInput({ running: false, target: { ...target, downUntil: hours(1), trouble: 'connect refused' } }),
    ['Vestibule is not running', 'front-desk was down when Vestibule stopped (connect refused).'],
  ],
  [
    'not planned yet while Vestibule is not running',
    aNewPerson({ running: false }),
    ['The record will be planned when Vestibule is started.'],
  ],
  ['up again', aStoryInput({ target: { ...target, downUntil: hours(-1) } }), ['Up to date']],
  [
    'held',
    aStoryInput({ open: aDelivery({ action: 'delete', state: 'held', hold: 17 }), hold: { number: 17, why: '31 removals, 25 allowed' } }),
    [
      'The delete is held by the Guard in hold 17 (31 removals, 25 allowed)',
      'vestibule accept front-desk 17 --person ',
      'vestibule reject front-desk 17 --person ',
    ],
  ],
  ['queued and due', aNewPerson({ open: aDelivery() }), ['The create is queued and is sent next']],
  [
    'waiting until a time',
    aStoryInput({ open: aDelivery({ action: 'delete', notBefore: hours(1) }) }),
    ['The delete is queued and waits until 2026-03-02 13:00 UTC'],
  ],
  [
    'tried before',
    aNewPerson({ open: aDelivery({ attempts: 2, notBefore: hours(1), answer: 'answered 429' }) }),
    ['is retried at 2026-03-02 13:00 UTC, after 2 attempts (answered 429)'],
  ],
  ['tried once', aNewPerson({ open: aDelivery({ attempts: 1, notBefore: hours(1) }) }), ['after 1 attempt.']],
  ['sending', aNewPerson({ open: aDelivery({ state: 'sending' }) }), ['being sent right now']],
  [
    'accepted',
    aNewPerson({ open: aDelivery({ state: 'accepted', notBefore: hours(1) }) }),
    ['The create was accepted by front-desk', 'asks for the result at 2026-03-02 13:00 UTC'],
  ],
  [
    'unclear',
    aNewPerson({ open: aDelivery({ state: 'unclear', answer: 'timed out', notBefore: hours(1) }) }),
    ['unknown whether the create was carried out (timed out)', 'looks up the record before it sends again'],
  ],
  [
    'parked',
    aNewPerson({ open: aDelivery({ state: 'parked', answer: 'Email is not valid' }) }),
    [
      'The create is parked: Email is not valid',
      'Correct the value in the directory, or correct the field in the mapping of front-desk and apply it; the record is then sent',
      'If you corrected the product instead: `vestibule retry front-desk anna@contoso.com`.',
    ],
  ],
  [
    'unclear and no longer wanted',
    aNewPerson({ open: aDelivery({ state: 'unclear', wasUnclear: true, obsolete: true, answer: 'timed out' }) }),
    ['unknown whether the create was carried out (timed out)', 'looks up its record and does not send it again'],
  ],
  [
    'parked as unclear',
    aNewPerson({ open: aDelivery({ state: 'parked', wasUnclear: true, answer: 'timed out' }) }),
    [
      'The create is parked: timed out. Its record may exist: check front-desk.',
      'If the record does not exist, send it again: `vestibule retry',
    ],
  ],
  [
    'parked as unclear and no longer wanted',
    aNewPerson({ open: aDelivery({ state: 'parked', wasUnclear: true, obsolete: true, answer: 'timed out' }) }),
    ['no longer needed; if its record does not exist, cancel the create: `vestibule retry front-desk anna@contoso.com`'],
  ],
  ['parked without an answer', aNewPerson({ open: aDelivery({ state: 'parked' }) }), ['parked: it needs attention']],
  [
    'blocked by another person',
    aNewPerson({ open: aDelivery({ state: 'parked', blocked: true }), blockedBy: ['Anna Berg (anna.berg@contoso.com)'] }),
    ['parked: another person matches the same record (Anna Berg (anna.berg@contoso.com))', 'retries when either of them changes'],
  ],
  [
    'blocked by the person who has the record',
    aNewPerson({
      open: aDelivery({ state: 'parked', blocked: true, answer: 'record 1001 belongs to another person' }),
      blockedBy: ['anna.berg@contoso.com'],
    }),
    ['parked: record 1001 belongs to another person (anna.berg@contoso.com)', '`vestibule retry front-desk anna@contoso.com`'],
  ],
  [
    'blocked by an unknown person',
    aNewPerson({ open: aDelivery({ state: 'parked', blocked: true }) }),
    ['another person matches the same record.'],
  ],
  [
    'leaving with a date',
    aStoryInput({ desired: inactive, plan: { wakeAt: hours(47), why: 'x' } }),
    ['not active in the directory', 'The delete is due on 2026-03-04 11:00 UTC'],
  ],
  [
    'leaving with a running clock',
    aStoryInput({
      desired: inactive,
      shadow: aShadow({ leaving: { reason: 'inactive', since: hours(-47), stepsDone: 0 } }),
      plan: { wakeAt: hours(1) },
    }),
    ['due on 2026-03-02 13:00 UTC'],
  ],
  [
    'leaving, the Source silent',
    aStoryInput({
      desired: inactive,
      shadow: aShadow({ leaving: { reason: 'inactive', since: hours(-100), stepsDone: 0 } }),
      plan: { wakeAt: hours(1), why: 'nothing is heard' },
    }),
    ['The delete waits: nothing is heard'],
  ],
  [
    'leaving, due now',
    aStoryInput({ desired: inactive, plan: { want: { action: 'delete' } } }),
    ['The delete is planned next', 'not active in the directory'],
  ],
  [
    'leaving, steps done',
    aStoryInput({ desired: { ...inactive, steps: [{ do: 'deactivate', afterMs: 0 }] }, shadow: aShadow({ active: false }) }),
    ['was deactivated on 2026-03-01 12:00 UTC'],
  ],
  [
    'leaving without steps',
    aStoryInput({ desired: contractor }),
    ['condition “no contractors” is false', 'stays at front-desk', 'leavers.outOfScope'],
  ],
  [
    'out of scope, without a record',
    aNewPerson({ desired: contractor }),
    ['Nothing is sent to front-desk', 'condition “no contractors” is false'],
  ],
  ['inactive, without a record', aNewPerson({ desired: inactive }), ['Nothing is sent to front-desk', 'not active in the directory']],
  [
    'deleted in the directory',
    aStoryInput({ desired: { ...inactive, reason: 'gone' }, plan: { wakeAt: hours(47) } }),
    ['was deleted in the directory'],
  ],
  [
    'without a valid row, with a record',
    aStoryInput({ desired: { is: 'heldBack', why: 'Email is empty' } }),
    ['No valid row: Email is empty', 'keeps the record that it last accepted'],
  ],
  [
    'without a valid row or record',
    aNewPerson({ desired: { is: 'heldBack', why: 'Email is empty' } }),
    ['No valid row: Email is empty', 'Until then, front-desk has no record of the person'],
  ],
  ['absent', aNewPerson({ desired: { is: 'absent' } }), ['front-desk has no record of this person']],
  ['absent but remembered', aStoryInput({ desired: { is: 'absent' } }), ['keeps the record that it last accepted']],
  ['not planned yet', aNewPerson({ plan: { want: { action: 'create' } } }), ['The create is planned next']],
  ['not planned and not wanted', aNewPerson(), ['will be planned shortly']],
  [
    'the connector does not support the action',
    aStoryInput({ plan: { why: 'the connector does not support update' } }),
    ['Nothing is sent: the connector does not support update'],
  ],
  [
    'excluded',
    aNewPerson({ decision: { is: 'excluded', by: 'jo', at: noon, until: hours(24) } }),
    ['excluded by jo on 2026-03-02 12:00 UTC, until 2026-03-03 12:00 UTC'],
  ],
  [
    'pinned without an end',
    aStoryInput({ decision: { is: 'pinned', by: 'jo', at: noon } }),
    ['stays unchanged: the record was pinned by jo on 2026-03-02 12:00 UTC.'],
  ],
  ['excluded until yesterday', aStoryInput({ decision: { is: 'excluded', by: 'jo', at: noon, until: hours(-1) } }), ['Up to date']],
  [
    'removal rejected',
    aStoryInput({ desired: inactive, decision: { is: 'removalRejected', reason: 'inactive', since: hours(-1), by: 'jo', at: noon } }),
    ['stays at front-desk: its removal was rejected by jo', 'when the person returns', 'Undo: `vestibule withdraw front-desk --person '],
  ],
  [
    'another removal rejected',
    aStoryInput({
      desired: inactive,
      plan: { wakeAt: hours(47) },
      decision: { is: 'removalRejected', reason: 'inactive', since: hours(-9), by: 'jo', at: noon },
    }),
    ['The delete is due on'],
  ],
  [
    'change rejected',
    aStoryInput({ plan: { why: 'this change was rejected by jo' }, decision: { is: 'changeRejected', hash: 'h', by: 'jo', at: noon } }),
    ['stays as last accepted: this change was rejected by jo', 'Undo: `vestibule withdraw front-desk --person '],
  ],
];

/** The condition for which an open Delivery waits in each state of the Target. */
const waits: readonly (readonly [string, Partial<StoryInput['target']>, string])[] = [
  ['a draft', { state: 'draft' }, 'front-desk is applied'],
  ['a draft that waits for the first cycle', { state: 'draft', liveWhenQuiet: true }, 'front-desk goes live'],
  ['paused', { state: 'paused' }, 'front-desk is resumed'],
  ['refused', { state: 'refused' }, 'front-desk accepts the credentials'],
  ['orphaned', { state: 'orphaned' }, 'the configuration file of front-desk is restored'],
  ['down', { downUntil: hours(1) }, 'front-desk answers again'],
];

describe('an open delivery at a target that accepts no deliveries', () => {
  it.each(waits)('waits for the target when it is %s', (_, state, until) => {
    const step = (open: Parameters<typeof aDelivery>[0]) =>
      describePersonStep(aNewPerson({ target: { ...target, ...state }, open: aDelivery({ action: 'delete', ...open }) }));
    expect(step({})).toBe(`The delete is queued and waits until ${until}.`);
    expect(step({ notBefore: hours(2), attempts: 1 })).toBe(`The delete is queued and waits until ${until}.`);
    expect(step({ state: 'unclear' })).toBe(
      `It is unknown whether the delete was carried out: once ${until}, Vestibule looks up the record before it sends again.`,
    );
    expect(step({ state: 'accepted' })).toBe(
      `The delete was accepted by front-desk, which is processing it; Vestibule asks for the result once ${until}.`,
    );
  });
});

describe('a proposed command', () => {
  it.each([
    ['held', aDelivery({ state: 'held', hold: 1 })],
    ['parked', aDelivery({ state: 'parked' })],
    ['parked as unclear', aDelivery({ state: 'parked', wasUnclear: true })],
    ['blocked', aDelivery({ state: 'parked', blocked: true })],
  ])('can be pasted when the person has an apostrophe: %s', (_, open) => {
    const next = describePersonStep(aNewPerson({ person: "d'arcy@contoso.com", open }));
    expect(next).toContain(` "d'arcy@contoso.com"\`.`);
    expect(next).not.toContain(" d'arcy");
  });

  it('can be pasted when it undoes a rejection', () => {
    const decision = { is: 'removalRejected', reason: 'inactive', since: hours(-1), by: 'jo', at: noon } as const;
    const next = describePersonStep(aStoryInput({ person: "d'arcy@contoso.com", desired: inactive, decision }));
    expect(next).toContain(`Undo: \`vestibule withdraw front-desk --person "d'arcy@contoso.com"\`.`);
  });
});

describe('the next step', () => {
  it('proposes no correction of the record at a Target with full files', () => {
    const blocked = { open: aDelivery({ state: 'parked', blocked: true }), blockedBy: ['anna.berg@contoso.com'] } as const;
    expect(describeStory(aNewPerson(blocked)).next).toContain('If you corrected the record at front-desk');
    expect(describeStory(aNewPerson({ ...blocked, takesFiles: true })).next).toMatch(/retries when either of them changes[.]$/);
  });

  it.each(cases)('is explained when %s', (_, input, parts) => {
    const { next } = describeStory(input);
    for (const part of parts) expect(next).toContain(part);
    expect(next).toMatch(/^[A-Za-z].*[.]$/);
  });

  it('does not mention a live Target that is not down', () => {
    expect(describeStory(aStoryInput()).next).not.toMatch(/draft|paused|down|credentials/);
  });
});

describe('a Story', () => {
  it('contains the record of the Mapping, the last accepted record and the open Delivery', () => {
    const story = describeStory(aStoryInput({ open: aDelivery({ hold: 3 }), history: [aDelivery({ state: 'done', settledAt: noon })] }));
    expect(story.record).toEqual([{ Email: 'anna@contoso.com' }]);
    expect(story.accepted).toEqual({ sent: [{ Email: 'anna@contoso.com' }], active: true, at: hours(-24) });
    expect(story.open).toMatchObject({ id: 7, state: 'queued', hold: 3 });
    expect(story.history).toEqual([{ id: 7, action: 'create', state: 'done', answer: '', createdAt: hours(-1), settledAt: noon }]);
  });

  it('has the reason and no record for a person without a valid row', () => {
    const story = describeStory(aNewPerson({ desired: { is: 'heldBack', why: 'Email is empty' } }));
    expect(story).not.toHaveProperty('record');
    expect(story).not.toHaveProperty('accepted');
    expect(story.heldBack).toBe('Email is empty');
  });
});
