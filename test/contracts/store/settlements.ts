import { expect, it } from 'vitest';
import type { SubjectRef } from '../../../src/domain/ids.ts';
import type { DeliveryState } from '../../../src/domain/delivery.ts';
import { anEntry, aPlanned, aRemoval, aShadowWrite, aSubject, aTarget, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, type OpenStore } from './harness.ts';

const [anna, bert, carl] = [aSubject(1), aSubject(2), aSubject(3)];
const none = { queued: 0, held: 0, sending: 0, accepted: 0, unclear: 0, parked: 0, done: 0, superseded: 0 };

/** The life of Deliveries: sending, settling, recovering. */
export function describeSettlements(open: OpenStore): void {
  it('marks the Deliveries that may be sent as sending, and returns only those', async () => {
    const desk = await openDesk(open);
    const [queued, other] = await desk.plan([anEntry(aPlanned()), anEntry(aPlanned({ subject: bert, rows: [] }))]);
    expect((await desk.engine.send([idOf(queued), idOf(other)])).map(({ id, state }) => [id, state])).toEqual([
      [idOf(queued), 'sending'],
      [idOf(other), 'sending'],
    ]);
    expect(await desk.engine.send([idOf(queued), 999])).toEqual([]);
    expect(await desk.store.outbox.counts(target)).toEqual({ ...none, sending: 2 });
  });

  it('returns due Deliveries, oldest first, and the time when the next one is due', async () => {
    const desk = await openDesk(open);
    const [first, second] = await desk.plan([anEntry(aPlanned({ rows: [] })), anEntry(aPlanned({ subject: bert, rows: [] }))]);
    await desk.plan([anEntry(aPlanned({ subject: carl, rows: [] }), { notBefore: later(60) })]);
    expect((await desk.store.outbox.due(target, noon, 10)).map((delivery) => delivery.id)).toEqual([idOf(first), idOf(second)]);
    expect(await desk.store.outbox.due(target, noon, 1)).toHaveLength(1);
    expect(await desk.store.outbox.due(target, later(60), 10)).toHaveLength(3);
    await desk.settle(first, { state: 'unclear', notBefore: later(5) });
    await desk.settle(second, { state: 'accepted', notBefore: later(3), receipt: 'r' });
    expect(await desk.store.outbox.nextAt(target)).toEqual(later(3));
    expect((await desk.store.outbox.due(target, later(5), 10)).map((delivery) => delivery.id)).toEqual([idOf(first), idOf(second)]);
    expect(await desk.store.outbox.nextAt('nowhere')).toBeUndefined();
  });

  it.each<DeliveryState>(['done', 'queued', 'accepted', 'unclear', 'parked', 'superseded'])(
    'settles as %s and adds a recheck for the Subject in the same unit',
    async (state) => {
      const desk = await openDesk(open);
      const [delivery] = await desk.plan([anEntry(aPlanned())]);
      await desk.settle(delivery, { state, answer: 'said so', attempts: 1, soloFailures: 1, notBefore: later(30), recheckAt: later(2) });
      const settled = await desk.store.outbox.get(idOf(delivery));
      expect(settled).toMatchObject({
        state,
        answer: 'said so',
        attempts: 1,
        soloFailures: 1,
        notBefore: later(30),
        wasUnclear: state === 'unclear',
      });
      expect(settled?.settledAt).toEqual(state === 'done' || state === 'superseded' ? noon : undefined);
      expect(await desk.store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(2), cause: 'settled' }]);
    },
  );

  it('writes the Shadow with its keys, and keeps a key that a later write does not name', async () => {
    const desk = await openDesk(open);
    const [create] = await desk.plan([anEntry(aPlanned())]);
    await desk.settle(create, { shadow: aShadowWrite() });
    expect(await desk.store.shadows.get(target, [anna, bert])).toEqual([
      { target, subject: anna, key: '4711', active: true, sent: [{ Email: 'anna@contoso.test' }], at: noon },
    ]);
    const [update] = await desk.plan([anEntry(aPlanned({ action: 'update', rows: [{ Email: 'new' }] }))]);
    await desk.settle(update, { shadow: { active: true, sent: [{ Email: 'new' }], keys: [{ index: 0, value: 'new' }] } }, later(1));
    expect(await desk.store.shadows.get(target, [anna])).toMatchObject([{ key: '4711', sent: [{ Email: 'new' }], at: later(1) }]);
    const claims = async (value: string) => desk.store.shadows.claims(target, [{ subject: bert, keys: [{ index: 0, value }] }]);
    expect(await claims('anna@contoso.test')).toEqual([]);
    expect(await claims('new')).toMatchObject([{ subject: bert, by: [{ subject: anna, shadow: { key: '4711' } }] }]);
    const holders = async () => [...(await desk.store.shadows.holders(target, ['4711', '4712']))];
    expect(await holders()).toEqual([['4711', anna]]);
    expect([...(await desk.store.shadows.holders('another-target', ['4711']))]).toEqual([]);
    const [removal] = await desk.plan([anEntry(aRemoval({ action: 'delete' }))]);
    await desk.settle(removal, { shadow: 'forget' });
    expect(await holders()).toEqual([]);
    expect(await desk.store.shadows.get(target, [anna])).toEqual([]);
    expect(await claims('new')).toEqual([]);
  });

  it('returns the Shadow or open create that claims a match key, never the Subject itself or a blocked create', async () => {
    const desk = await openDesk(open);
    const key = { index: 0, value: 'anna@contoso.test' };
    const [create] = await desk.plan([anEntry(aPlanned({ subject: anna })), anEntry(aPlanned({ subject: bert }))]);
    expect(
      await desk.store.shadows.claims(target, [
        { subject: anna, keys: [key] },
        { subject: carl, keys: [key, { index: 1, value: 'x' }] },
      ]),
    ).toMatchObject([{ subject: carl, by: [{ subject: anna, open: { id: idOf(create) } }] }]);
    await desk.settle(create, { state: 'superseded' });
    expect(await desk.store.shadows.claims(target, [{ subject: carl, keys: [key] }])).toEqual([]);
    expect(await desk.store.shadows.claims('elsewhere', [{ subject: carl, keys: [key] }])).toEqual([]);
  });

  it('returns whether a Shadow has the match key or an open update would give it one', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test');
    const [update] = await desk.plan([anEntry(aPlanned({ subject: anna, action: 'update', rows: [{ Email: 'new' }] }))]);
    const claims = async (subject: SubjectRef, value: string) =>
      (await desk.store.shadows.claims(target, [{ subject, keys: [{ index: 0, value }] }])).flatMap(({ by }) =>
        by.map((one) => [one.subject.id, one.holds]),
      );
    expect(await claims(carl, 'anna@contoso.test')).toEqual([[anna.id, true]]);
    expect(await claims(carl, 'new')).toEqual([[anna.id, false]]);
    await desk.settle(update, { state: 'queued', answer: 'busy' });
    expect(await claims(carl, 'new')).toEqual([[anna.id, false]]);
    await desk.settle(update, { state: 'parked', answer: 'taken', blockedBy: [bert] });
    expect(await claims(carl, 'new')).toEqual([]);
  });

  it('omits a match key of the Subject’s own Shadow', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '1');
    await desk.hold(bert, 'bert@contoso.test', '2');
    const [update] = await desk.plan([anEntry(aPlanned({ subject: bert, action: 'update', rows: [] }))]);
    await desk.settle(update, { shadow: aShadowWrite({ key: '2', keys: [{ index: 0, value: 'anna@contoso.test' }] }) });
    const keys = [{ index: 0, value: 'anna@contoso.test' }];
    expect(await desk.store.shadows.claims(target, [{ subject: bert, keys }])).toEqual([]);
    expect(await desk.store.shadows.claims(target, [{ subject: carl, keys }])).toMatchObject([{ by: [{ holds: true }, { holds: true }] }]);
  });

  it('turns an adopted create into an update that the Guard does not count', async () => {
    const desk = await openDesk(open);
    const [create] = await desk.plan([anEntry(aPlanned())]);
    await desk.settle(create, {
      state: 'queued',
      goesOnAs: { action: 'update', key: '99' },
      shadow: aShadowWrite({ key: '99', sent: [] }),
    });
    expect(await openOf(desk.store, anna)).toMatchObject({
      id: idOf(create),
      action: 'update',
      key: '99',
      cause: 'adopted',
      state: 'queued',
    });
    expect(await desk.store.outbox.guardCounts(target, noon, noon)).toMatchObject({ changes: { inWindow: 0, held: 0 } });
  });

  it('rejects a settlement whose key another Subject has, writes nothing of it, and names that Subject', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '4711');
    const [create] = await desk.plan([anEntry(aPlanned({ subject: bert, rows: [{ Email: 'bert' }] }))]);
    await desk.engine.send([idOf(create)]);
    const settlement = { delivery: idOf(create), state: 'done', answer: 'done', shadow: aShadowWrite({ key: '4711', keys: [] }) } as const;
    expect(await desk.engine.settle(target, [settlement], noon)).toEqual([{ delivery: idOf(create), is: 'keyTaken', by: anna }]);
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'sending' });
    expect(await desk.store.shadows.get(target, [bert])).toEqual([]);
    expect(
      await desk.engine.settle(target, [{ delivery: idOf(create), state: 'parked', answer: 'taken', blockedBy: [anna] }], later(1)),
    ).toEqual([{ delivery: idOf(create), is: 'settled' }]);
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'parked', blocked: true });
  });

  it('refuses to send a Delivery with a key that another Subject has', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '4711');
    await desk.hold(bert, 'bert@contoso.test', '4712');
    const [update] = await desk.plan([anEntry(aPlanned({ subject: bert, action: 'update', key: '4712', rows: [] }))]);
    await desk.engine.send([idOf(update)]);
    const settlement = { delivery: idOf(update), state: 'queued', answer: '', goesOnAs: { action: 'update', key: '4711' } } as const;
    expect(await desk.engine.settle(target, [settlement], noon)).toEqual([{ delivery: idOf(update), is: 'keyTaken', by: anna }]);
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'sending', key: '4712' });
  });

  it('returns the Subject that blocks another, until it changes or leaves, or a person retries', async () => {
    const desk = await openDesk(open);
    const blockersOf = async () => (await desk.store.outbox.blockers(target, [bert, carl])).map(({ subject, by }) => [subject.id, by]);
    const park = async () => {
      const [create] = await desk.plan([anEntry(aPlanned({ subject: bert, rows: [{ Email: 'bert' }] }))]);
      await desk.settle(create, { state: 'parked', blockedBy: [anna] });
    };
    await desk.hold(anna, 'anna@contoso.test', '4711');
    await park();
    expect(await blockersOf()).toEqual([[bert.id, [anna]]]);
    const [update] = await desk.plan([anEntry(aPlanned({ action: 'update', rows: [{ Email: 'new' }] }))]);
    await desk.settle(update, { shadow: aShadowWrite() });
    expect(await blockersOf()).toEqual([]);
    await park();
    await desk.engine.retry(target, bert, later(1));
    expect(await blockersOf()).toEqual([]);
    const [removal] = await desk.plan([anEntry(aRemoval({ action: 'delete' }))]);
    await desk.settle(removal, { shadow: 'forget' });
    await park();
    expect(await blockersOf()).toEqual([]);
  });

  it('settles in any order, so that a key that one Subject gives up can go to another in the same unit', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '4711');
    const [create, removal] = await desk.plan([
      anEntry(aPlanned({ subject: bert, rows: [{ Email: 'bert' }] })),
      anEntry(aRemoval({ subject: anna, action: 'delete' })),
    ]);
    await desk.engine.send([idOf(create), idOf(removal)]);
    const results = await desk.engine.settle(
      target,
      [
        { delivery: idOf(create), state: 'done', answer: 'done', shadow: aShadowWrite({ key: '4711', keys: [] }) },
        { delivery: idOf(removal), state: 'done', answer: 'done', shadow: 'forget' },
      ],
      noon,
    );
    expect(results.map((result) => result.is)).toEqual(['settled', 'settled']);
    expect(await desk.store.shadows.get(target, [anna, bert])).toMatchObject([{ subject: bert, key: '4711' }]);
  });

  it('rejects a settlement of a settled Delivery, and with it the whole unit', async () => {
    const desk = await openDesk(open);
    const [one, two] = await desk.plan([anEntry(aPlanned({ rows: [] })), anEntry(aPlanned({ subject: bert, rows: [] }))]);
    await desk.settle(one, {});
    await expect(
      desk.engine.settle(
        target,
        [
          { delivery: idOf(two), state: 'done', answer: '' },
          { delivery: idOf(one), state: 'done', answer: '' },
        ],
        noon,
      ),
    ).rejects.toThrow('has no open delivery');
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'queued' });
  });

  it('marks Deliveries that were being sent in a crash as unclear, at one Target or all', async () => {
    const desk = await openDesk(open);
    const [delivery] = await desk.plan([anEntry(aPlanned())]);
    await desk.engine.send([idOf(delivery)]);
    const { store } = await desk.under.reopen();
    expect(await store.engine(1).recover(later(1), 'elsewhere')).toBe(0);
    expect(await store.engine(1).recover(later(1))).toBe(1);
    expect(await openOf(store, anna)).toMatchObject({
      state: 'unclear',
      wasUnclear: true,
      notBefore: later(1),
      answeredAt: later(1),
      answer: 'Vestibule stopped before the answer came',
    });
  });

  it('queues parked Deliveries again without their Attempts, and plans a blocked one again', async () => {
    const desk = await openDesk(open);
    const [parked, , blocked] = await desk.plan([
      anEntry(aPlanned()),
      anEntry(aPlanned({ subject: carl, rows: [] })),
      anEntry(aPlanned({ subject: bert }), { blockedBy: [anna] }),
    ]);
    await desk.settle(parked, { state: 'parked', attempts: 3, soloFailures: 2, rekeyed: true });
    await desk.plan(
      [
        { subject: anna, cause: 'settled', supersedes: [] },
        { subject: bert, cause: 'settled', supersedes: [] },
      ],
      { at: later(1) },
    );
    expect(await desk.engine.retry(target, carl, later(2))).toEqual({ queued: 0, blocked: 0 });
    expect(await desk.engine.retry(target, undefined, later(2))).toEqual({ queued: 1, blocked: 1 });
    expect(await openOf(desk.store, anna)).toMatchObject({
      state: 'queued',
      attempts: 0,
      soloFailures: 0,
      rekeyed: false,
      notBefore: later(2),
      idempotencyKey: parked?.idempotencyKey,
    });
    expect(await openOf(desk.store, bert)).toMatchObject({ id: idOf(blocked), state: 'parked' });
    for (const subject of [anna, bert])
      expect(await desk.store.rechecks.of(target, subject)).toEqual([{ subject, at: later(2), cause: 'asked' }]);
  });

  it('lists Deliveries by state, newest first, in pages', async () => {
    const desk = await openDesk(open);
    const deliveries = await desk.plan([anna, bert, carl].map((subject) => anEntry(aPlanned({ subject, rows: [] }))));
    await desk.settle(deliveries[1], { state: 'parked' });
    const ids = deliveries.map(idOf);
    const list = async (limit: number, before?: number) =>
      (await desk.store.outbox.list(target, ['queued', 'parked'], limit, before)).map((delivery) => delivery.id);
    expect(await list(2)).toEqual([ids[2], ids[1]]);
    expect(await list(2, ids[1])).toEqual([ids[0]]);
    expect(await desk.store.outbox.list(target, ['parked'], 10)).toHaveLength(1);
  });

  it('returns all Shadows of a Target in the order of their Subjects', async () => {
    const desk = await openDesk(open);
    for (const number of [3, 1, 2]) await desk.hold(aSubject(number), `u${number}`);
    const pages: (readonly string[])[] = [];
    for await (const page of desk.store.shadows.each(target, 2)) pages.push(page.map((shadow) => shadow.subject.id));
    expect(pages).toEqual([[anna.id, bert.id], [carl.id]]);
  });

  it('forgets the Shadows and the outbox of one Target only', async () => {
    const desk = await openDesk(open);
    await desk.engine.changeTarget('other', () => aTarget({ name: 'other', cursor: 4 }));
    await desk.engine.changeTarget(target, (now) => ({ ...(now ?? aTarget()), cursor: 9, plannedHash: 'p' }));
    await desk.engine.addRechecks('other', [{ subject: anna, at: noon, cause: 'asked' }]);
    await desk.hold(anna, 'anna@contoso.test');
    const [queued, blocked] = await desk.plan([anEntry(aPlanned({ subject: bert, rows: [] })), anEntry(aPlanned({ subject: carl }))]);
    const run = await desk.engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
    await desk.engine.stage(run, [anEntry(aPlanned())]);
    await desk.engine.release(run, { released: false });
    await desk.engine.forgetTarget(target, 'set aside');
    expect(await desk.store.shadows.count(target)).toEqual({ active: 0, deactivated: 0 });
    expect(await desk.store.outbox.get(idOf(queued))).toMatchObject({ state: 'superseded' });
    expect(await desk.store.outbox.get(idOf(blocked))).toMatchObject({ state: 'superseded' });
    expect(await desk.engine.absorb(target, noon)).toBe(false);
    expect(await desk.store.shadows.claims(target, [{ subject: carl, keys: [{ index: 0, value: 'anna@contoso.test' }] }])).toEqual([]);
    expect(await desk.store.rechecks.nextAt(target)).toBeUndefined();
    expect(await desk.store.targets.get(target)).toMatchObject({ cursor: 0, state: 'live' });
    expect((await desk.store.targets.get(target))?.plannedHash).toBeUndefined();
    expect(await desk.store.rechecks.nextAt('other')).toEqual(noon);
    expect(await desk.store.targets.get('other')).toMatchObject({ cursor: 4 });
  });

  it('forgets settled Deliveries by age, one page at a time', async () => {
    const desk = await openDesk(open);
    const deliveries = await desk.plan([anna, bert, carl].map((subject) => anEntry(aPlanned({ subject, rows: [] }))));
    await desk.settle(deliveries[0], {}, noon);
    await desk.settle(deliveries[1], {}, noon);
    expect(await desk.engine.pruneDeliveries(noon, 1)).toBe(false);
    expect(await desk.engine.pruneDeliveries(later(1), 1)).toBe(true);
    expect(await desk.engine.pruneDeliveries(later(1), 2)).toBe(false);
    expect(await desk.store.outbox.counts(target)).toEqual({ ...none, queued: 1 });
  });
}
