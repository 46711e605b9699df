import { expect, it } from 'vitest';
import type { Decision } from '../../../src/domain/delivery.ts';
import { guardedAs } from '../../../src/domain/guard-counts.ts';
import { anEntry, aPlanned, aRemoval, aShadowWrite, aSubject, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, type Desk, type OpenStore } from './harness.ts';

const [anna, bert, carl] = [aSubject(1), aSubject(2), aSubject(3)];

async function holdAll(desk: Desk): Promise<void> {
  for (const [index, subject] of [anna, bert, carl].entries()) await desk.hold(subject, `u${index}`, `k${index}`);
}

function update(subject: typeof anna) {
  return aPlanned({ subject, action: 'update', hash: 'new', rows: [] });
}

/** Holds, the counts of the Guard, and Decisions. */
export function describeGuardSide(open: OpenStore): void {
  it('holds the removals or changes of a Run under their numbers, and nothing else', async () => {
    const desk = await openDesk(open);
    await holdAll(desk);
    const release = { holdRemovals: 'too many leave', holdChanges: 'too many change' };
    const fresh = aSubject(9);
    const [removal, change, create] = await desk.plan(
      [anEntry(aRemoval({ subject: anna })), anEntry(update(bert)), anEntry(aPlanned({ subject: fresh, rows: [] }))],
      { release },
    );
    expect([removal?.state, change?.state, create?.state]).toEqual(['held', 'held', 'queued']);
    expect([removal?.hold, change?.hold, create?.hold]).toEqual([1, 2, undefined]);
    expect(await desk.store.outbox.holds(target)).toEqual([
      { target, number: 1, at: noon, what: 'removals', why: '1 removal; too many leave', count: 1, open: 1, revision: 1 },
      { target, number: 2, at: noon, what: 'changes', why: '1 change; too many change', count: 1, open: 1, revision: 1 },
    ]);
    const [adopted] = await desk.plan([anEntry({ ...update(carl), cause: 'adopted' })], { release });
    expect(adopted?.state).toBe('queued');
    expect(await desk.store.outbox.holds(target)).toHaveLength(2);
  });

  it('counts a parked removal that may have been carried out, and no other parked removal', async () => {
    const desk = await openDesk(open);
    await holdAll(desk);
    const [doubtful, refused] = await desk.plan([anEntry(aRemoval({ subject: anna })), anEntry(aRemoval({ subject: bert }))]);
    await desk.settle(doubtful, { state: 'unclear', wasUnclear: true });
    await desk.settle(doubtful, { state: 'parked' });
    await desk.settle(refused, { state: 'parked' });
    expect(await desk.store.outbox.guardCounts(target, noon, noon)).toMatchObject({ removals: { inWindow: 1, held: 0 } });
  });

  it('holds nothing of a Run that a person accepted', async () => {
    const desk = await openDesk(open);
    await holdAll(desk);
    const [removal] = await desk.plan([anEntry(aRemoval({ subject: anna }))], { release: { holdRemovals: 'x', released: true } });
    expect(removal).toMatchObject({ state: 'queued', released: true });
  });

  it('turns held Deliveries into Decisions on reject, each bound to what was rejected', async () => {
    const desk = await openDesk(open);
    await holdAll(desk);
    const removal = { reason: 'outOfScope', condition: 'berlin', since: later(-9), step: 0 } as const;
    const [held] = await desk.plan([anEntry(aRemoval({ subject: anna, removal })), anEntry(update(bert))], {
      release: { holdRemovals: 'x', holdChanges: 'y' },
    });
    expect(await desk.engine.reject(target, {}, 'admin', later(1))).toEqual({ count: 2, left: 0 });
    expect(await desk.store.decisions.get(target, [anna, bert, carl])).toEqual([
      {
        subject: anna,
        decision: { is: 'removalRejected', reason: 'outOfScope', condition: 'berlin', since: later(-9), by: 'admin', at: later(1) },
      },
      { subject: bert, decision: { is: 'changeRejected', hash: 'new', by: 'admin', at: later(1) } },
    ]);
    expect(await desk.store.outbox.get(idOf(held))).toMatchObject({ state: 'superseded' });
    expect((await desk.store.outbox.holds(target)).map((hold) => hold.open)).toEqual([0, 0]);
    expect(await desk.store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(1), cause: 'asked' }]);
  });

  it('holds Deliveries that wait for the Guard’s delay, and none that was accepted or tried', async () => {
    const desk = await openDesk(open);
    await holdAll(desk);
    const wait = { notBefore: later(60_000) };
    const [, , tried] = await desk.plan([
      anEntry(aRemoval({ subject: anna }), wait),
      anEntry(update(bert)),
      anEntry(aRemoval({ subject: carl })),
    ]);
    await desk.settle(tried, { state: 'queued', attempts: 1, notBefore: later(60_000) });
    expect(await desk.engine.holdQueued(target, 'removals', 'now too many', later(1))).toBe(1);
    expect(await openOf(desk.store, anna)).toMatchObject({ state: 'held', hold: 1 });
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'queued' });
    expect(await openOf(desk.store, carl)).toMatchObject({ state: 'queued' });
    expect(await desk.store.outbox.holds(target)).toMatchObject([
      { number: 1, what: 'removals', why: '1 removal; now too many', count: 1, open: 1 },
    ]);
    expect(await desk.engine.holdQueued(target, 'removals', 'again', later(2))).toBe(0);
    expect(await desk.store.outbox.holds(target)).toHaveLength(1);
  });

  it('counts Deliveries that no person accepted: done within the window, in progress at any age, and held separately', async () => {
    const desk = await openDesk(open);
    for (let number = 1; number <= 8; number += 1) await desk.hold(aSubject(number), `u${number}`, `k${number}`);
    const removal = (number: number) => anEntry(aRemoval({ subject: aSubject(number), action: 'delete' }));
    const [old, recent, sending] = await desk.plan([removal(1), removal(2), removal(3), removal(4)]);
    await desk.settle(old, { shadow: 'forget' }, later(-1000));
    await desk.settle(recent, { shadow: 'forget' }, later(-10));
    await desk.engine.send([idOf(sending)]);
    const [accepted] = await desk.plan([removal(5)], { release: { released: true } });
    await desk.settle(accepted, { shadow: 'forget' }, later(-10));
    await desk.plan([removal(6)], { release: { holdRemovals: 'x' } });
    await desk.plan([anEntry(update(aSubject(7))), anEntry({ ...update(aSubject(8)), cause: 'adopted' })]);
    expect(await desk.store.outbox.guardCounts(target, later(-100), later(-100))).toEqual({
      removals: { inWindow: 3, held: 1 },
      changes: { inWindow: 1, held: 0 },
      active: 5,
      removedInWindow: 2,
    });
  });

  it.each(
    (['create', 'update', 'deactivate', 'delete'] as const).flatMap((action) =>
      (['change', 'config', 'clock', 'settled', 'reconcile', 'firstLoad', 'adopted', 'asked'] as const).map(
        (cause) => [action, cause] as const,
      ),
    ),
  )('counts %s with the cause %s by the rule of the domain when it is queued, held, or held later', async (action, cause) => {
    const kind = guardedAs({ action, cause });
    const none = { removals: 0, changes: 0 };
    const one = kind === undefined ? none : { ...none, [kind]: 1 };
    const desk = await openDesk(open);
    if (action !== 'create') await desk.hold(anna, 'u', 'k');
    const want = aPlanned({ subject: anna, action, cause, hash: 'new', ...(kind === 'removals' && { removal: aRemoval().removal }) });
    const counted = async (which: 'inWindow' | 'held') => {
      const { removals, changes } = await desk.store.outbox.guardCounts(target, later(-100), later(-100));
      return { removals: removals[which], changes: changes[which] };
    };
    const before = await counted('inWindow');
    const [queued] = await desk.plan([anEntry(want)]);
    expect(await counted('inWindow')).toEqual({ removals: before.removals + one.removals, changes: before.changes + one.changes });
    const heldLater =
      (await desk.engine.holdQueued(target, 'removals', 'x', noon)) + (await desk.engine.holdQueued(target, 'changes', 'x', noon));
    expect(heldLater).toBe(one.removals + one.changes);
    await desk.plan([anEntry(want, { supersedes: [idOf(queued)] })], { release: { holdRemovals: 'x', holdChanges: 'x' } });
    expect(await counted('held')).toEqual(one);
  });

  it('counts a record that was deactivated and then deleted as one removal', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'u', 'k');
    const [step] = await desk.plan([anEntry(aRemoval({ subject: anna }))]);
    await desk.settle(step, { shadow: aShadowWrite({ active: false, stepDone: true, key: 'k' }) });
    const [last] = await desk.plan([anEntry(aRemoval({ subject: anna, action: 'delete' }))]);
    await desk.settle(last, { shadow: 'forget' });
    expect(await desk.store.outbox.guardCounts(target, later(-100), later(-100))).toMatchObject({
      removals: { inWindow: 2 },
      active: 0,
      removedInWindow: 1,
    });
  });

  it.each<Decision>([
    { is: 'excluded', until: later(100), by: 'admin', at: noon },
    { is: 'pinned', by: 'admin', at: noon },
    { is: 'removalRejected', reason: 'gone', since: noon, by: 'admin', at: noon },
    { is: 'changeRejected', hash: 'h', by: 'admin', at: noon },
  ])('remembers that a person is $is until that is withdrawn', async (decision) => {
    const desk = await openDesk(open);
    await desk.engine.decide(target, anna, { is: 'excluded', by: 'before', at: noon });
    await desk.engine.decide(target, anna, decision);
    expect(await desk.store.decisions.get(target, [anna, bert])).toEqual([{ subject: anna, decision }]);
    expect(await desk.store.rechecks.of(target, anna)).toMatchObject([{ cause: 'asked' }]);
    await desk.engine.decide(target, anna, undefined);
    expect(await desk.store.decisions.get(target, [anna])).toEqual([]);
  });
}
