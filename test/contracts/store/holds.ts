import { expect, it } from 'vitest';
import type { SubjectRef } from '../../../src/domain/ids.ts';
import type { RunRelease } from '../../../src/store/engine-store.ts';
import { anEntry, aPlanned, aRemoval, aSubject, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, type Desk, type OpenStore } from './harness.ts';

const [anna, bert, carl, dora] = [aSubject(1), aSubject(2), aSubject(3), aSubject(4)];
const held: Partial<RunRelease> = { holdRemovals: 'the limit is 2', holdChanges: 'the limit is 3' };

function update(subject: SubjectRef, hash = 'new') {
  return aPlanned({ subject, action: 'update', hash, rows: [] });
}

/** Opens a Target at which all people have a record and the removals of these people are held. The first removal joined with revision 1. */
async function openHold(open: OpenStore, ...people: readonly SubjectRef[]): Promise<Desk> {
  const desk = await openDesk(open);
  for (const [index, subject] of [anna, bert, carl, dora].entries()) await desk.hold(subject, `u${index}`, `k${index}`);
  for (const subject of people) await desk.plan([anEntry(aRemoval({ subject }))], { release: held });
  return desk;
}

function holdsOf(desk: Desk) {
  return desk.store.outbox.holds(target);
}

/** The state of each Delivery; for a held one, with the number and revision of its hold. */
function statesOf(desk: Desk, ...people: readonly SubjectRef[]): Promise<readonly unknown[]> {
  return Promise.all(
    people.map(async (subject) => {
      const delivery = await openOf(desk.store, subject);
      return delivery?.state === 'held' ? [delivery.hold, delivery.holdRevision] : delivery?.state;
    }),
  );
}

/** Plans a person's removal again, which supersedes the held one. */
async function planAgain(desk: Desk, want: ReturnType<typeof aRemoval>): Promise<void> {
  const open = await openOf(desk.store, want.subject);
  await desk.plan([anEntry(want, { supersedes: [idOf(open)] })], { release: { holdRemovals: '', holdChanges: '' } });
}

/** Holds: one open hold per Target and kind, the part that was shown to an operator, and the effect of accepting or rejecting it. */
export function describeHolds(open: OpenStore): void {
  it('adds later Runs to the open hold of their kind, and describes the hold by its present content', async () => {
    const desk = await openHold(open, anna, bert);
    await desk.plan([anEntry(update(dora))], { release: held });
    await desk.plan([anEntry(aRemoval({ subject: carl }))], { release: { holdRemovals: '' } });
    expect(await holdsOf(desk)).toEqual([
      { target, number: 1, at: noon, what: 'removals', why: '3 removals; the limit is 2', count: 3, open: 3, revision: 3 },
      { target, number: 2, at: noon, what: 'changes', why: '1 change; the limit is 3', count: 1, open: 1, revision: 1 },
    ]);
    expect(await statesOf(desk, anna, bert, carl, dora)).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
    ]);
    await desk.plan([{ subject: bert, cause: 'change', supersedes: [idOf(await openOf(desk.store, bert))] }]);
    expect(await holdsOf(desk)).toMatchObject([{ why: '2 removals; the limit is 2', count: 3, open: 2, revision: 3 }, {}]);
  });

  it('replaces the first exceeded limit by one that is exceeded later', async () => {
    const desk = await openHold(open, anna);
    await desk.plan([anEntry(aRemoval({ subject: bert }))], { release: { holdRemovals: 'the limit is 1' } });
    expect(await holdsOf(desk)).toMatchObject([{ why: '2 removals; the limit is 1' }]);
  });

  it.each<readonly [string, (desk: Desk) => Promise<unknown>]>([
    [
      'is no longer wanted',
      async (desk) => desk.plan([{ subject: anna, cause: 'change', supersedes: [idOf(await openOf(desk.store, anna))] }], { at: later(5) }),
    ],
    ['is accepted', (desk) => desk.engine.accept(target, {}, 'mira', later(5))],
    ['is rejected', (desk) => desk.engine.reject(target, {}, 'mira', later(5))],
    ['is forgotten with the target', (desk) => desk.engine.forgetTarget(target, 'set aside')],
    [
      'is taken over by a person who was created again',
      async (desk) => desk.plan([anEntry(aPlanned({ ...update(aSubject(9)), cause: 'adopted' }), { takeOver: anna })], { at: later(5) }),
    ],
  ])('closes a hold when its last Delivery %s, and opens the next one under a new number', async (_, leave) => {
    const desk = await openHold(open, anna);
    await leave(desk);
    const [closed] = await holdsOf(desk);
    expect(closed).toMatchObject({ number: 1, open: 0 });
    expect(closed?.closedAt).toBeInstanceOf(Date);
    const emil = aSubject(5);
    await desk.hold(emil, 'e', 'e');
    await desk.plan([anEntry(aRemoval({ subject: emil, key: 'e' }))], { release: { holdRemovals: '' } });
    expect(await holdsOf(desk)).toMatchObject([
      { number: 1, open: 0 },
      { number: 2, open: 1, revision: 1, why: '1 removal; other actions were on hold at that time' },
    ]);
  });

  it('on accept releases the shown Deliveries, keeps later ones in the same hold, and writes both to the journal', async () => {
    const desk = await openHold(open, anna, bert, carl);
    expect(await desk.engine.accept(target, { hold: 1, revision: 2 }, 'mira', later(5))).toEqual({ count: 2, left: 1 });
    expect(await openOf(desk.store, anna)).toMatchObject({ state: 'queued', released: true, notBefore: later(5), hold: 1 });
    expect(await statesOf(desk, anna, bert, carl)).toEqual(['queued', 'queued', [1, 3]]);
    expect(await holdsOf(desk)).toMatchObject([{ number: 1, count: 3, open: 1, revision: 3 }]);
    expect((await desk.store.targets.journal(target, 1))[0]).toMatchObject({ by: 'mira', what: 'accept', detail: 'hold 1: 2 released' });
    expect(await desk.engine.accept(target, { hold: 1, revision: 2 }, 'sami', later(6))).toEqual({ count: 0, left: 1 });
    expect(await desk.engine.accept(target, {}, 'sami', later(7))).toEqual({ count: 1, left: 0 });
  });

  it('releases nothing for a revision older than everything that is held', async () => {
    const desk = await openHold(open, anna, bert);
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [idOf(await openOf(desk.store, anna))] }]);
    expect(await desk.engine.accept(target, { hold: 1, revision: 1 }, 'mira', later(5))).toEqual({ count: 0, left: 1 });
  });

  it.each<readonly [string, Partial<ReturnType<typeof aRemoval>>]>([
    ['the same removal', {}],
    ['the same removal of a record with another key and other rows', { key: 'other', hash: 'other', rows: [{ Email: 'other' }] }],
    ['the same removal for another cause', { cause: 'reconcile' }],
  ])('keeps the shown position of %s when it is planned again', async (_, change) => {
    const desk = await openHold(open, anna, bert);
    await planAgain(desk, aRemoval({ subject: anna, ...change }));
    expect(await statesOf(desk, anna, bert)).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(await holdsOf(desk)).toMatchObject([{ count: 2, open: 2, revision: 2 }]);
  });

  it('keeps the position of the last Delivery of a hold when it is planned again', async () => {
    const desk = await openHold(open, anna);
    await planAgain(desk, aRemoval({ subject: anna, hash: 'other' }));
    expect(await statesOf(desk, anna)).toEqual([[1, 1]]);
    expect(await holdsOf(desk)).toMatchObject([{ number: 1, open: 1, revision: 1 }]);
    expect((await holdsOf(desk))[0]).not.toHaveProperty('closedAt');
  });

  it.each<readonly [string, Partial<ReturnType<typeof aRemoval>>]>([
    ['with another start time (the person returned and left again)', { removal: { reason: 'inactive', since: later(1), step: 0 } }],
    ['for another reason', { removal: { reason: 'gone', since: noon, step: 0 } }],
    ['for a condition', { removal: { reason: 'inactive', condition: 'berlin', since: noon, step: 0 } }],
    ['by another action', { action: 'delete' }],
  ])('treats a removal %s as one that was not shown', async (_, change) => {
    const desk = await openHold(open, anna, bert);
    await planAgain(desk, aRemoval({ subject: anna, ...change }));
    expect(await statesOf(desk, anna, bert)).toEqual([
      [1, 3],
      [1, 2],
    ]);
    expect(await desk.engine.accept(target, { hold: 1, revision: 2 }, 'mira', later(5))).toEqual({ count: 1, left: 1 });
  });

  it('treats a person who returned and left again in a later Run as not shown', async () => {
    const desk = await openHold(open, anna, bert);
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [idOf(await openOf(desk.store, anna))] }]);
    await desk.plan([anEntry(aRemoval({ subject: anna, removal: { reason: 'inactive', since: later(2), step: 0 } }))], { release: held });
    expect(await statesOf(desk, anna, bert)).toEqual([
      [1, 3],
      [1, 2],
    ]);
  });

  it('keeps the shown position of a change with the same content, not of one with other content', async () => {
    const desk = await openHold(open);
    await desk.plan([anEntry(update(anna, 'a')), anEntry(update(bert, 'b'))], { release: held });
    await planAgain(desk, { ...update(anna, 'a'), key: 'other' });
    await planAgain(desk, update(bert, 'c'));
    expect(await statesOf(desk, anna, bert)).toEqual([
      [1, 1],
      [1, 3],
    ]);
  });

  it('loses no position in a crash between two pages of a Run', async () => {
    const desk = await openHold(open, anna);
    const run = await desk.engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: await desk.store.rechecks.head() });
    await desk.engine.stage(
      run,
      [bert, carl].map((subject) => anEntry(aRemoval({ subject }))),
    );
    await desk.engine.release(run, { released: false, ...held });
    const { store } = await desk.under.reopen();
    while (await store.engine(1).absorb(target, later(1))) {
      // The next page.
    }
    expect(await store.outbox.holds(target)).toMatchObject([{ number: 1, count: 3, open: 3, revision: 3 }]);
  });

  it('removes single people from a hold on accept and reject', async () => {
    const desk = await openHold(open, anna, bert, carl);
    expect(await desk.engine.accept(target, { hold: 1, subjects: [anna, dora] }, 'mira', later(1))).toEqual({ count: 1, left: 2 });
    expect(await desk.engine.reject(target, { hold: 1, subjects: [bert] }, 'mira', later(2))).toEqual({ count: 1, left: 1 });
    expect(await statesOf(desk, anna, bert, carl)).toEqual(['queued', undefined, [1, 3]]);
    expect(await desk.engine.reject(target, { hold: 1, revision: 2, subjects: [carl] }, 'mira', later(3))).toEqual({ count: 0, left: 1 });
    expect(await desk.engine.accept(target, { hold: 2, subjects: [carl] }, 'mira', later(3))).toEqual({ count: 0, left: 0 });
  });

  it('on reject keeps the Deliveries that joined the hold after it was shown', async () => {
    const desk = await openHold(open, anna, bert, carl);
    expect(await desk.engine.reject(target, { hold: 1, revision: 2 }, 'mira', later(1))).toEqual({ count: 2, left: 1 });
    expect((await desk.store.decisions.get(target, [anna, bert, carl])).map(({ subject }) => subject)).toEqual([anna, bert]);
    expect((await desk.store.targets.journal(target, 2)).map(({ detail }) => detail)).toContain('hold 1: 2 rejected');
  });

  it('adds Deliveries to the open hold that were waiting for the Guard’s delay', async () => {
    const desk = await openHold(open, anna);
    await desk.plan([anEntry(aRemoval({ subject: bert }), { notBefore: later(60_000) })]);
    expect(await desk.engine.holdQueued(target, 'removals', '', later(1))).toBe(1);
    expect(await statesOf(desk, anna, bert)).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(await holdsOf(desk)).toMatchObject([{ count: 2, open: 2, revision: 2 }]);
  });

  it('lists the Deliveries of a hold, the oldest first, page by page', async () => {
    const desk = await openHold(open, carl, anna, bert);
    await desk.plan([anEntry(update(dora))], { release: held });
    const first = await desk.store.outbox.held(target, 1, 2);
    expect(first.map(({ subject }) => subject)).toEqual([carl, anna]);
    expect((await desk.store.outbox.held(target, 1, 2, first.at(-1)?.id)).map(({ subject }) => subject)).toEqual([bert]);
    expect((await desk.store.outbox.held(target, undefined, 10)).map(({ subject }) => subject)).toEqual([carl, anna, bert, dora]);
  });

  it('deletes a withdrawn rejection, rechecks its person, and writes it to the journal', async () => {
    const desk = await openHold(open, anna, bert, carl);
    await desk.engine.reject(target, { hold: 1 }, 'mira', later(1));
    await desk.engine.decide(target, dora, { is: 'excluded', by: 'mira', at: noon });
    expect(await desk.engine.withdraw(target, { subjects: [bert, anna, dora] }, 'sami', later(2))).toBe(2);
    expect((await desk.store.decisions.get(target, [anna, bert, carl, dora])).map(({ subject }) => subject)).toEqual([carl, dora]);
    expect(await desk.store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(1), cause: 'asked' }]);
    expect((await desk.store.targets.journal(target, 1))[0]).toMatchObject({
      by: 'sami',
      what: 'withdraw',
      detail: '2 rejections withdrawn',
    });
  });

  it('withdraws all rejections of a Target that were shown, in any number', async () => {
    const desk = await openDesk(open);
    const many = Array.from({ length: 230 }, (_, n) => aSubject(n + 1));
    for (const [n, subject] of many.entries()) {
      await desk.engine.decide(target, subject, { is: 'changeRejected', hash: 'h', by: 'mira', at: later(n === 229 ? 20 : 10) });
    }
    expect(await desk.engine.withdraw(target, { asOf: later(10) }, 'sami', later(30))).toBe(229);
    expect(await desk.store.decisions.countRejections(target)).toBe(1);
    expect(await desk.engine.withdraw(target, {}, 'sami', later(31))).toBe(1);
    expect(await desk.engine.withdraw(target, {}, 'sami', later(32))).toBe(0);
  });
}
