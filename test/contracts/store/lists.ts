import { expect, it } from 'vitest';
import type { SubjectRef } from '../../../src/domain/ids.ts';
import { anEntry, aPlanned, aRemoval, aShadowWrite, aSubject, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, consumeRechecks, type Desk, type OpenStore } from './harness.ts';

const [anna, bert, carl, dora] = [aSubject(1), aSubject(2), aSubject(3), aSubject(4)];
const gone = { reason: 'gone', since: noon, stepsDone: 0 } as const;

async function leave(desk: Desk, subject: SubjectRef, wakeAt?: Date): Promise<void> {
  await desk.plan([{ subject, cause: 'change', supersedes: [], leaving: gone, ...(wakeAt !== undefined && { wakeAt }) }]);
}

async function deactivate(desk: Desk, subject: SubjectRef): Promise<void> {
  await desk.hold(subject, subject.id, subject.id);
  await leave(desk, subject);
  const [removal] = await desk.plan([anEntry(aRemoval({ subject }))]);
  await desk.settle(removal, { shadow: aShadowWrite({ active: false, stepDone: true, key: subject.id, keys: [] }) });
  await consumeRechecks(desk, subject);
}

/** The reads behind lists of people and the log of a Target. */
export function describeLists(open: OpenStore): void {
  it('counts leavers with a due time of their next step, and leavers with an open removal', async () => {
    const desk = await openDesk(open);
    for (const subject of [anna, bert, carl, dora]) await desk.hold(subject, subject.id, subject.id);
    await leave(desk, carl, later(3600));
    await leave(desk, bert);
    await desk.plan([anEntry(aRemoval({ subject: bert }))], { release: { holdRemovals: 'x' } });
    await leave(desk, anna);
    // The leaver clock of a person who has returned.
    await leave(desk, dora, later(3600));
    await desk.plan([{ subject: dora, cause: 'change', supersedes: [], leaving: null }]);
    expect(await desk.store.shadows.leavers(target)).toEqual({ running: 2, ended: {} });
    expect(await desk.store.shadows.leaving(target, undefined, 1)).toEqual([bert]);
    expect(await desk.store.shadows.leaving(target, bert.id, 10)).toEqual([carl]);
    expect(await desk.store.shadows.leaving('lobby', undefined, 10)).toEqual([]);
  });

  it('counts a leaver with both a next step and an open removal once', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'u', 'k');
    await leave(desk, anna, later(3600));
    await desk.plan([anEntry(aRemoval({ subject: anna }))]);
    expect((await desk.store.shadows.leavers(target)).running).toBe(1);
    expect(await desk.store.shadows.leaving(target, undefined, 10)).toEqual([anna]);
  });

  it('counts deactivated people without a further step by reason, not those who wait for one or whose removal was rejected', async () => {
    const desk = await openDesk(open);
    for (const subject of [anna, bert, carl, dora]) await deactivate(desk, subject);
    await desk.plan([{ subject: bert, cause: 'clock', supersedes: [], wakeAt: later(3600) }]);
    await desk.plan([anEntry(aRemoval({ subject: carl, action: 'delete' }))], { release: { holdRemovals: 'x' } });
    expect(await desk.store.shadows.leavers(target)).toEqual({ running: 2, ended: { gone: 2 } });
    await desk.engine.reject(target, {}, 'mira', later(1));
    expect(await desk.store.shadows.leavers(target)).toEqual({ running: 1, ended: { gone: 2 } });
  });

  it('orders Deliveries by the time of their last answer, and leaves out those that were never tried', async () => {
    const desk = await openDesk(open);
    const [first, second, third] = await desk.plan([
      anEntry(aPlanned({ subject: anna, rows: [{ Email: 'a' }] })),
      anEntry(aPlanned({ subject: bert, rows: [{ Email: 'b' }] })),
      anEntry(aPlanned({ subject: carl, rows: [{ Email: 'c' }] })),
      anEntry(aPlanned({ subject: dora, rows: [{ Email: 'd' }] })),
    ]);
    await desk.settle(third, { shadow: aShadowWrite({ key: 'c' }) }, later(1));
    await desk.settle(second, { state: 'parked', answer: 'too long' }, later(2));
    await desk.settle(first, { state: 'queued', answer: 'busy', attempts: 1, notBefore: later(60) }, later(2));
    const newest = await desk.store.outbox.answered(target, 2);
    expect(newest.map(({ id, state, answeredAt }) => ({ id, state, answeredAt }))).toEqual([
      { id: idOf(second), state: 'parked', answeredAt: later(2) },
      { id: idOf(first), state: 'queued', answeredAt: later(2) },
    ]);
    expect((await desk.store.outbox.answered(target, 10, newest.at(-1))).map(({ id }) => id)).toEqual([idOf(third)]);
    expect((await desk.store.outbox.answered(target, 10, newest.at(0))).map(({ id }) => id)).toEqual([idOf(first), idOf(third)]);
  });

  it('keeps when and why a Delivery was parked last after it has succeeded or was superseded', async () => {
    const desk = await openDesk(open);
    const [first, second] = await desk.plan([
      anEntry(aPlanned({ subject: anna, rows: [{ Email: 'a' }] })),
      anEntry(aPlanned({ subject: bert, rows: [{ Email: 'b' }] })),
      anEntry(aPlanned({ subject: carl, rows: [{ Email: 'c' }] })),
    ]);
    await desk.settle(first, { state: 'parked', answer: 'too long' }, later(1));
    await desk.settle(second, { state: 'parked', answer: 'no badge' }, later(2));
    const parked = async () => (await desk.store.outbox.everParked(target, 10)).map(({ id, state, parked: last }) => ({ id, state, last }));
    expect(await parked()).toEqual([
      { id: idOf(second), state: 'parked', last: { at: later(2), why: 'no badge' } },
      { id: idOf(first), state: 'parked', last: { at: later(1), why: 'too long' } },
    ]);
    await desk.engine.retry(target, undefined, later(3));
    await desk.settle(first, { shadow: aShadowWrite({ key: 'a' }) }, later(4));
    await desk.plan([{ subject: bert, cause: 'change', supersedes: [idOf(second)] }]);
    expect(await parked()).toEqual([
      { id: idOf(second), state: 'superseded', last: { at: later(2), why: 'no badge' } },
      { id: idOf(first), state: 'done', last: { at: later(1), why: 'too long' } },
    ]);
    expect(await desk.store.outbox.everParked('lobby', 10)).toEqual([]);
  });

  it('treats the people of a file as answered when it was handed over', async () => {
    const desk = await openDesk(open);
    await desk.plan([anEntry(aPlanned())]);
    await desk.engine.beginPublication(target, 'f', noon);
    expect(await desk.store.outbox.answered(target, 10)).toEqual([]);
    await desk.engine.finishPublication(target, 'f', 'f.csv', later(3));
    expect(await desk.store.outbox.answered(target, 10)).toMatchObject([{ state: 'done', answer: 'f.csv', answeredAt: later(3) }]);
  });

  it('returns rejections in pages, and a rejected removal only for the same reason', async () => {
    const desk = await openDesk(open);
    for (const subject of [anna, bert, carl]) await desk.hold(subject, subject.id, subject.id);
    for (const subject of [anna, bert]) {
      await leave(desk, subject);
      const removal = { reason: 'gone', since: noon, step: 0 } as const;
      await desk.plan([anEntry(aRemoval({ subject, removal }))], { release: { holdRemovals: 'x' } });
    }
    await desk.plan([anEntry(aPlanned({ subject: carl, action: 'update', hash: 'new' }))], { release: { holdChanges: 'x' } });
    await desk.engine.reject(target, {}, 'mira', later(1));
    expect(await desk.store.decisions.countRejections(target)).toBe(3);
    const first = await desk.store.decisions.rejections(target, undefined, 2);
    expect(first.map(({ subject, decision }) => [subject, decision.is])).toEqual([
      [anna, 'removalRejected'],
      [bert, 'removalRejected'],
    ]);
    expect(await desk.store.decisions.rejections(target, bert.id, 2)).toMatchObject([
      { subject: carl, decision: { is: 'changeRejected', hash: 'new', by: 'mira', at: later(1) } },
    ]);
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [], leaving: null }]);
    await desk.plan([{ subject: bert, cause: 'change', supersedes: [], leaving: { ...gone, since: later(9) } }]);
    expect((await desk.store.decisions.rejections(target, undefined, 10)).map(({ subject }) => subject)).toEqual([carl]);
    expect(await desk.store.decisions.countRejections(target)).toBe(1);
    expect(await openOf(desk.store, anna)).toBeUndefined();
  });

  it('makes Deliveries due that wait for a retry, but no look-up that could not yet find the record', async () => {
    const desk = await openDesk(open);
    const [busy, doubtful, waiting, accepted] = await desk.plan([
      anEntry(aPlanned({ subject: anna, rows: [{ Email: 'a' }] })),
      anEntry(aPlanned({ subject: bert, rows: [{ Email: 'b' }] })),
      anEntry(aPlanned({ subject: carl, rows: [{ Email: 'c' }] }), { notBefore: later(9000) }),
      anEntry(aPlanned({ subject: dora, rows: [{ Email: 'd' }] })),
    ]);
    await desk.settle(busy, { state: 'queued', answer: 'asked to slow down', notBefore: later(3600) });
    await desk.settle(doubtful, { state: 'unclear', answer: 'answered 504', notBefore: later(3600) });
    await desk.settle(accepted, { state: 'accepted', answer: 'works on it', notBefore: later(3600) });
    const times = async () =>
      Promise.all([busy, doubtful, waiting, accepted].map(async (one) => (await desk.store.outbox.get(idOf(one)))?.notBefore));
    expect(await desk.engine.hasten(target, carl, 0, later(10))).toBe(0);
    expect(await desk.engine.hasten(target, undefined, undefined, later(5))).toBe(1);
    expect(await times()).toEqual([later(5), later(3600), later(9000), later(3600)]);
    expect(await desk.engine.hasten(target, undefined, 60, later(10))).toBe(1);
    expect(await times()).toEqual([later(5), later(60), later(9000), later(3600)]);
    expect(await desk.engine.hasten(target, undefined, 60, later(10))).toBe(0);
  });
}
