import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/domain/delivery.ts';
import type { DesiredState } from '../../../src/domain/desired-state.ts';
import { planSubject, type SubjectPlan } from '../../../src/outbound/engine/planning/planner.ts';
import { ago, annasRow, bert, day, deliveryOf, hour, inputOf, noon, shadowOf } from './inputs.ts';

const otherRow = { ...annasRow, Name: 'Anna Berg-Lund' };
const inactive = (steps: Extract<DesiredState, { is: 'leaving' }>['steps']): DesiredState => ({
  is: 'leaving',
  reason: 'inactive',
  since: noon,
  steps,
});
const deleteNow = inactive([{ do: 'delete', afterMs: 0 }]);
const removalOf = (since: Date) => ({ reason: 'inactive', since, step: 0 }) as const;

/** The result of a plan as one word for a table. */
function wordOf(plan: SubjectPlan): string {
  if (plan.waitFor) return 'wait';
  if (plan.blockedBy) return plan.want ? `blocked ${plan.want.action}` : 'still blocked';
  return `${plan.takeOver ? 'take over, ' : ''}${plan.want?.action ?? 'nothing'}`;
}

describe('the plan for one Subject', () => {
  it.each([
    ['is created when no record exists', inputOf(), 'create'],
    ['is left unchanged when the record is equal', inputOf({ shadow: shadowOf() }), 'nothing'],
    ['is updated when a field differs', inputOf({ shadow: shadowOf({ sent: [otherRow] }) }), 'update'],
    ['is updated when deactivated there, even if the Record is equal', inputOf({ shadow: shadowOf({ active: false }) }), 'update'],
    ['is not created when inactive and without a record', inputOf({ desired: deleteNow }), 'nothing'],
    ['is removed when inactive', inputOf({ desired: deleteNow, shadow: shadowOf() }), 'delete'],
    ['stays when the reason has no steps', inputOf({ desired: inactive([]), shadow: shadowOf() }), 'nothing'],
    [
      'is never removed because no row can be made',
      inputOf({ desired: { is: 'heldBack', why: 'Email is empty' }, shadow: shadowOf() }),
      'nothing',
    ],
    [
      'is not deactivated twice',
      inputOf({ desired: inactive([{ do: 'deactivate', afterMs: 0 }]), shadow: shadowOf({ active: false }) }),
      'nothing',
    ],
    ['is not created by a connector that cannot create', inputOf({ can: new Set(['update']) }), 'nothing'],
  ])('decides that a person %s', (_, input, word) => {
    expect(wordOf(planSubject(input))).toBe(word);
  });

  it('updates a record by the key of the Target', () => {
    expect(planSubject(inputOf({ shadow: shadowOf({ sent: [otherRow] }) })).want?.key).toBe('4711');
  });
});

describe('open Deliveries', () => {
  it.each(['sending', 'accepted', 'unclear'] as const)('in state %s are settled first, whatever is wanted', (state) => {
    const plan = planSubject(inputOf({ desired: deleteNow, shadow: shadowOf(), open: deliveryOf({ state }) }));
    expect(plan).toEqual({ supersedes: [] });
  });

  it.each(['queued', 'held', 'parked'] as const)('in state %s are superseded by a different Record', (state) => {
    const plan = planSubject(inputOf({ open: deliveryOf({ state, rows: [otherRow] }) }));
    expect([plan.want?.action, plan.supersedes.map((delivery) => delivery.id)]).toEqual(['create', [7]]);
  });

  it.each(['queued', 'held', 'parked'] as const)('in state %s stay when the same Record is wanted', (state) => {
    expect(planSubject(inputOf({ open: deliveryOf({ state }) }))).toEqual({ supersedes: [] });
  });

  it('for a queued create are dropped when the person leaves before it is sent', () => {
    const plan = planSubject(inputOf({ desired: deleteNow, open: deliveryOf() }));
    expect([plan.want, plan.supersedes.length]).toEqual([undefined, 1]);
  });

  it.each<[string, DesiredState]>([
    ['returns', { is: 'record', rows: [annasRow] }],
    ['returns without a valid row', { is: 'heldBack', why: 'Email is empty' }],
  ])('for a held removal are dropped, and the leaver clock stops, when the person %s', (_, desired) => {
    const leaving = { reason: 'inactive', since: ago(hour), stepsDone: 0 } as const;
    const open = deliveryOf({ action: 'delete', state: 'held', key: '4711', removal: removalOf(ago(hour)) });
    const plan = planSubject(inputOf({ desired, shadow: shadowOf({ leaving }), open }));
    expect([plan.want, plan.supersedes.length, plan.leaving]).toEqual([undefined, 1, null]);
  });
});

describe('the Decisions of people', () => {
  const leaving = { reason: 'inactive', since: ago(hour), stepsDone: 0 } as const;
  const rejected = { is: 'removalRejected', reason: 'inactive', since: ago(hour), by: 'mira', at: ago(1) } as const;

  it('keep a rejected removal from being planned again for the same reason and time', () => {
    expect(planSubject(inputOf({ desired: deleteNow, shadow: shadowOf({ leaving }), decision: rejected })).want).toBeUndefined();
  });

  it('end for a rejection when another reason takes precedence', () => {
    const gone: DesiredState = { is: 'leaving', reason: 'gone', since: noon, steps: [{ do: 'delete', afterMs: 0 }] };
    expect(planSubject(inputOf({ desired: gone, shadow: shadowOf({ leaving }), decision: rejected })).want?.action).toBe('delete');
  });

  it('end for a rejection when the person returned and left again', () => {
    expect(planSubject(inputOf({ desired: deleteNow, shadow: shadowOf(), decision: rejected })).want?.action).toBe('delete');
  });

  it('keep a rejected change from being sent again, and let other changes pass', () => {
    const shadow = shadowOf({ sent: [otherRow] });
    const wanted = planSubject(inputOf({ shadow })).want;
    const decision = { is: 'changeRejected', hash: wanted?.hash ?? '', by: 'mira', at: noon } as const;
    expect(planSubject(inputOf({ shadow, decision })).want).toBeUndefined();
    expect(planSubject(inputOf({ shadow, decision, desired: { is: 'record', rows: [{ ...annasRow, Name: 'A' }] } })).want?.action).toBe(
      'update',
    );
  });

  it('leave an excluded person unchanged until the end date', () => {
    const until = new Date(noon.getTime() + day);
    const decision = { is: 'excluded', until, by: 'mira', at: ago(day) } as const;
    expect(planSubject(inputOf({ decision }))).toMatchObject({ supersedes: [], wakeAt: until });
    expect(planSubject(inputOf({ decision, now: until })).want?.action).toBe('create');
  });
});

describe('the plan for a person who was deleted and created again', () => {
  const hers = shadowOf({ subject: bert, leaving: { reason: 'gone', since: ago(hour), stepsDone: 0 } });
  const old = (state: Delivery['state']) => deliveryOf({ id: 3, subject: bert, action: 'delete', state });

  it.each([
    [
      'takes over a Leaver’s record',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: hers, leaver: true }] }),
      'take over, nothing',
    ],
    [
      'takes over the record when the delete is still queued',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: hers, leaver: true, open: old('queued') }] }),
      'take over, nothing',
    ],
    [
      'takes over the record when the delete is held',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: hers, leaver: true, open: old('held') }] }),
      'take over, nothing',
    ],
    [
      'updates a record that it takes over when a field differs',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: { ...hers, sent: [otherRow] }, leaver: true }] }),
      'take over, update',
    ],
    [
      'reactivates a deactivated record',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: { ...hers, active: false }, leaver: true }] }),
      'take over, update',
    ],
    [
      'waits while the delete is being sent',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: hers, leaver: true, open: old('sending') }] }),
      'wait',
    ],
    [
      'waits while the delete is unclear',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: hers, leaver: true, open: old('unclear') }] }),
      'wait',
    ],
    ['is created when no person claims the record any more', inputOf(), 'create'],
    [
      'is parked while a person who stays has the record',
      inputOf({ claims: [{ subject: bert, holds: true, shadow: shadowOf({ subject: bert }), leaver: false }] }),
      'blocked create',
    ],
    [
      'is parked while the create of another person is open',
      inputOf({ claims: [{ subject: bert, holds: false, open: deliveryOf({ subject: bert }), leaver: false }] }),
      'blocked create',
    ],
  ])('decides that the person %s', (_, input, word) => {
    expect(wordOf(planSubject(input))).toBe(word);
  });

  it('plans a parked create again when the claim is gone, and keeps it while it exists', () => {
    const open = deliveryOf({ state: 'parked', blocked: true });
    expect(wordOf(planSubject(inputOf({ open })))).toBe('create');
    expect(
      wordOf(planSubject(inputOf({ open, claims: [{ subject: bert, holds: true, shadow: shadowOf({ subject: bert }), leaver: false }] }))),
    ).toBe('still blocked');
  });
});

describe('an update to match fields of another person', () => {
  const shadow = shadowOf({ sent: [otherRow] });
  const claims = [{ subject: bert, holds: true, shadow: shadowOf({ subject: bert }), leaver: false }] as const;
  const blocked = deliveryOf({ action: 'update', state: 'parked', blocked: true });

  it.each([
    ['is parked', inputOf({ shadow, claims }), 'blocked update'],
    ['is parked while that person leaves', inputOf({ shadow, claims: [{ ...claims[0], leaver: true }] }), 'blocked update'],
    ['stays parked', inputOf({ shadow, claims, open: blocked, blockers: [bert] }), 'still blocked'],
    [
      'is sent when a plan parked it and no person claims the fields any more',
      inputOf({ shadow, open: blocked, blockers: [bert] }),
      'update',
    ],
    ['is sent when they are free', inputOf({ shadow, open: blocked }), 'update'],
    ['is sent in an exchange', inputOf({ shadow, claims, exchangesWith: [bert] }), 'update'],
    [
      'is sent in an exchange after it was parked',
      inputOf({ shadow, claims, exchangesWith: [bert], open: blocked, blockers: [bert] }),
      'update',
    ],
    [
      'stays parked when the target refused the exchange',
      inputOf({ shadow, claims, exchangesWith: [bert], open: { ...blocked, answeredAt: noon }, blockers: [bert] }),
      'still blocked',
    ],
  ])('%s', (_, input, word) => {
    expect(wordOf(planSubject(input))).toBe(word);
  });
});

describe('leaver steps', () => {
  const steps = [
    { do: 'deactivate', afterMs: 0 },
    { do: 'delete', afterMs: 30 * day },
  ] as const;
  const since = ago(31 * day);
  const due = { reason: 'inactive', since, stepsDone: 1 } as const;
  const heard = { since: ago(100 * day), last: ago(hour) };

  it('begin at once with the first step', () => {
    expect(planSubject(inputOf({ desired: inactive(steps), shadow: shadowOf() }))).toMatchObject({
      want: { action: 'deactivate', removal: { reason: 'inactive', since: noon, step: 0 } },
      leaving: { reason: 'inactive', since: noon, stepsDone: 0 },
    });
  });

  it('wait with the second step for its delay, counted from the day the person left', () => {
    const leaving = { reason: 'inactive', since: ago(day), stepsDone: 1 } as const;
    const plan = planSubject(inputOf({ desired: inactive(steps), shadow: shadowOf({ active: false, leaving }) }));
    expect([plan.want, plan.wakeAt]).toEqual([undefined, new Date(noon.getTime() + 29 * day)]);
  });

  it('continue after the delay, counted from the beginning, regardless of later requests of Entra', () => {
    const plan = planSubject(
      inputOf({ desired: { ...inactive(steps), since: noon } as DesiredState, shadow: shadowOf({ active: false, leaving: due }), heard }),
    );
    expect(plan.want).toMatchObject({ action: 'delete', removal: { since, step: 1 } });
  });

  it.each([
    ['was silent for longer than allowed', { since: ago(100 * day), last: ago(4 * day) }],
    ['has never connected', undefined],
    ['came back less than a day ago after a silence', { since: ago(5 * hour), last: ago(hour) }],
  ])('wait with a delayed step when the Source %s', (_, contact) => {
    const input = inputOf({ desired: inactive(steps), shadow: shadowOf({ active: false, leaving: due }) });
    const { heard: _heard, ...rest } = input;
    const plan = planSubject(contact === undefined ? rest : { ...rest, heard: contact });
    expect([plan.want, plan.wakeAt === undefined]).toEqual([undefined, false]);
  });

  it('continue a day after the Source is back', () => {
    const plan = planSubject(
      inputOf({ desired: inactive(steps), shadow: shadowOf({ active: false, leaving: due }), heard: { since: ago(day), last: ago(hour) } }),
    );
    expect(plan.want?.action).toBe('delete');
  });

  it('without a delay run regardless of the silence of the Source', () => {
    expect(
      planSubject(inputOf({ desired: deleteNow, shadow: shadowOf(), heard: { since: ago(10 * day), last: ago(9 * day) } })).want?.action,
    ).toBe('delete');
  });

  it('begin again with another reason', () => {
    const gone: DesiredState = { is: 'leaving', reason: 'gone', since: noon, steps: [{ do: 'delete', afterMs: day }] };
    expect(planSubject(inputOf({ desired: gone, shadow: shadowOf({ leaving: due }) }))).toMatchObject({
      leaving: { reason: 'gone', since: noon },
      wakeAt: new Date(noon.getTime() + day),
    });
  });
});
