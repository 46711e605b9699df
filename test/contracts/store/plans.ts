import { expect, it } from 'vitest';
import type { SubjectRef } from '../../../src/domain/ids.ts';
import { anEntry, anOrigin, aPlanned, aRemoval, aShadowWrite, aSubject, aTarget, aUser, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openForTest, openOf, target, consumeRechecks, type OpenStore } from './harness.ts';

const [anna, bert, carl] = [aSubject(1), aSubject(2), aSubject(3)];
const annaRow = [{ Email: 'anna@contoso.test' }];

/** Targets, Runs, and adding the entries of a Run to the outbox. */
export function describePlans(open: OpenStore): void {
  it('stores a change of a Target with its journal entry', async () => {
    const { store } = await openForTest(open);
    const engine = store.engine(1);
    const full = aTarget({
      before: 'paused',
      definitionHash: 'h',
      appliedAt: noon,
      appliedBy: 'x',
      plannedHash: 'p',
      downUntil: later(1),
      publication: 'f',
      reconciledAt: noon,
      succeededAt: noon,
      without: 3,
      liveWhenQuiet: true,
      failures: 2,
      trouble: 't',
    });
    expect(await engine.changeTarget(target, (now) => now ?? full, { at: noon, by: 'admin', what: 'apply', detail: '3 people' })).toEqual(
      full,
    );
    expect(await store.targets.get(target)).toEqual(full);
    await engine.changeTarget(target, () => aTarget(), { at: later(1), by: 'daemon', what: 'live', detail: '' });
    expect(await store.targets.list()).toEqual([aTarget()]);
    expect(await store.targets.journal(target, 10)).toEqual([
      { at: later(1), by: 'daemon', what: 'live', detail: '' },
      { at: noon, by: 'admin', what: 'apply', detail: '3 people' },
    ]);
    await expect(
      engine.changeTarget(
        target,
        () => {
          throw new Error('no');
        },
        { at: noon, by: 'x', what: 'x', detail: '' },
      ),
    ).rejects.toThrow('no');
    await engine.changeTarget(target, (now) => now ?? aTarget(), { at: later(3), by: 'daemon', what: 'live', detail: 'nothing changed' });
    expect(await store.targets.journal(target, 10)).toHaveLength(2);
    expect(await store.targets.get('other')).toBeUndefined();
  });

  it('shows nothing of a Run before its release, then moves the Cursor in the same unit', async () => {
    const { store, engine } = await openDesk(open);
    const run = await engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
    await engine.stage(run, [anEntry(aPlanned())]);
    expect(await engine.absorb(target, noon)).toBe(false);
    expect(await openOf(store, anna)).toBeUndefined();
    await engine.release(run, { cursor: 7, plannedHash: 'p', released: false, reconciledAt: noon });
    expect(await store.targets.get(target)).toMatchObject({ cursor: 7, plannedHash: 'p', reconciledAt: noon });
    expect(await engine.absorb(target, later(1))).toBe(false);
    expect(await openOf(store, anna)).toMatchObject({
      ...aPlanned(),
      state: 'queued',
      target,
      run,
      createdAt: later(1),
      notBefore: later(1),
      attempts: 0,
      wasUnclear: false,
      released: false,
      blocked: false,
      answer: '',
    });
  });

  it('adds a large Plan to the outbox in pages, and continues after a crash between two of them', async () => {
    const desk = await openDesk(open);
    const run = await desk.engine.beginRun({ target, kind: 'firstLoad', at: noon, rechecksUpTo: 0 });
    for (let from = 0; from < 1200; from += 400) {
      await desk.engine.stage(
        run,
        Array.from({ length: 400 }, (_, index) =>
          anEntry(aPlanned({ subject: aSubject(from + index), rows: [{ Email: `u${from + index}` }] })),
        ),
      );
    }
    await desk.engine.release(run, { cursor: 1, released: true });
    expect(await desk.engine.absorb(target, noon)).toBe(true);
    expect((await desk.store.outbox.counts(target)).queued).toBe(500);
    const { store } = await desk.under.reopen();
    const again = store.engine(1);
    expect(await again.absorb(target, noon)).toBe(true);
    expect(await again.absorb(target, noon)).toBe(false);
    expect(await again.absorb(target, noon)).toBe(false);
    expect((await store.outbox.counts(target)).queued).toBe(1200);
    expect((await store.outbox.due(target, noon, 1))[0]).toMatchObject({ subject: aSubject(0), released: true });
    await expect(again.stage(run, [])).rejects.toThrow('not being staged');
    await expect(
      again.stage(
        run,
        Array.from({ length: 501 }, () => anEntry(aPlanned())),
      ),
    ).rejects.toThrow('max 500');
  });

  it('deletes Runs that were never released', async () => {
    const { store, engine } = await openDesk(open);
    const left = await engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
    await engine.stage(left, [anEntry(aPlanned())]);
    await engine.discardRuns(target);
    await expect(engine.release(left, { released: false })).rejects.toThrow('not being staged');
    expect(await engine.absorb(target, noon)).toBe(false);
    expect(await openOf(store, anna)).toBeUndefined();
  });

  it('keeps one open Delivery for each Target and Subject: a newer one supersedes it under a new idempotency key', async () => {
    const desk = await openDesk(open);
    const [first] = await desk.plan([anEntry(aPlanned())]);
    const [second] = await desk.plan([anEntry(aPlanned({ hash: 'hash-2' }), { supersedes: [idOf(first)], notBefore: later(60) })], {
      at: later(1),
    });
    expect(second).toMatchObject({ hash: 'hash-2', state: 'queued', notBefore: later(60) });
    expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
    expect(await desk.store.outbox.get(idOf(first))).toMatchObject({ state: 'superseded', settledAt: later(1) });
    const [third] = await desk.plan([anEntry(aPlanned({ hash: 'hash-3' }))]);
    expect(third?.hash).toBe('hash-3');
    expect((await desk.store.outbox.counts(target)).queued).toBe(1);
    expect((await desk.store.outbox.history(target, anna, 10)).map((delivery) => delivery.hash)).toEqual(['hash-3', 'hash-2', 'hash-1']);
  });

  it('drops a superseded Delivery without a replacement', async () => {
    const desk = await openDesk(open);
    const [first] = await desk.plan([anEntry(aPlanned())]);
    expect(await desk.plan([{ subject: anna, cause: 'change', supersedes: [idOf(first)] }])).toEqual([undefined]);
  });

  it.each(['sending', 'accepted', 'unclear'] as const)(
    'drops an entry if the Delivery of its Subject is %s, and rechecks it after the settlement',
    async (state) => {
      const desk = await openDesk(open);
      const [first] = await desk.plan([anEntry(aPlanned())]);
      await desk.engine.send([idOf(first)]);
      if (state !== 'sending') await desk.settle(first, { state, answer: 'wait', notBefore: later(60) });
      await desk.plan([anEntry(aPlanned({ hash: 'hash-2' }), { supersedes: [idOf(first)] })], { at: later(1) });
      expect(await openOf(desk.store, anna)).toMatchObject({ hash: 'hash-1', state });
      expect(await desk.store.rechecks.of(target, anna)).toEqual([]);
      await desk.engine.settle(target, [{ delivery: idOf(first), state: 'done', answer: 'done' }], later(2));
      expect(await desk.store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(2), cause: 'settled' }]);
    },
  );

  it('drops a change of a record that no longer exists and a create of one that exists, and adds a recheck', async () => {
    const desk = await openDesk(open);
    await desk.hold(bert, 'bert@contoso.test');
    const wants = [anEntry(aRemoval({ subject: anna })), anEntry(aPlanned({ subject: bert }))];
    expect(await desk.plan(wants)).toEqual([undefined, undefined]);
    expect(await desk.store.rechecks.of(target, anna)).toHaveLength(1);
    expect(await desk.store.rechecks.of(target, bert)).toHaveLength(1);
  });

  it('parks a create whose match keys an open create already has, and rechecks it when that is settled', async () => {
    const desk = await openDesk(open);
    const [first, second] = await desk.plan([
      anEntry(aPlanned({ subject: anna, rows: annaRow })),
      anEntry(aPlanned({ subject: bert, rows: annaRow })),
    ]);
    expect(first).toMatchObject({ state: 'queued', blocked: false });
    expect(second).toMatchObject({ state: 'parked', blocked: true });
    await consumeRechecks(desk, bert);
    await desk.settle(first, { shadow: aShadowWrite() }, later(5));
    expect(await desk.store.rechecks.of(target, bert)).toEqual([{ subject: bert, at: later(5), cause: 'settled' }]);
  });

  it('parks a create whose match keys a Shadow already has, and rechecks it when the Shadow is forgotten', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test');
    const [parked] = await desk.plan([anEntry(aPlanned({ subject: bert, rows: annaRow }))]);
    expect(parked).toMatchObject({ state: 'parked', blocked: true });
    expect(await desk.store.rechecks.of(target, bert)).toEqual([]);
    const [removal] = await desk.plan([anEntry(aRemoval({ subject: anna, action: 'delete' }))]);
    await desk.settle(removal, { shadow: 'forget' }, later(9));
    expect(await desk.store.rechecks.of(target, bert)).toEqual([{ subject: bert, at: later(9), cause: 'settled' }]);
  });

  it('rechecks a Subject at once if its blocker has left since the Plan was made', async () => {
    const desk = await openDesk(open);
    await desk.plan([anEntry(aPlanned({ subject: bert }), { blockedBy: [anna], why: 'two Annas' })]);
    expect(await openOf(desk.store, bert)).toMatchObject({ state: 'parked', blocked: true, answer: 'two Annas' });
    expect(await desk.store.rechecks.of(target, bert)).toEqual([{ subject: bert, at: noon, cause: 'settled' }]);
  });

  it('makes a Subject without a Delivery wait for others', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test');
    expect(await desk.plan([{ subject: bert, cause: 'change', supersedes: [], blockedBy: [anna] }])).toEqual([undefined]);
    expect(await desk.store.rechecks.of(target, bert)).toEqual([]);
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [], leaving: { reason: 'inactive', since: noon, stepsDone: 0 } }], {
      at: later(3),
    });
    expect(await desk.store.rechecks.of(target, bert)).toEqual([{ subject: bert, at: later(3), cause: 'settled' }]);
  });

  it('parks an update whose new match key another Subject already has', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '1');
    await desk.hold(bert, 'bert@contoso.test', '2');
    const toAnna = aPlanned({ subject: bert, action: 'update', key: '2', rows: [{ Email: 'anna@contoso.test' }] });
    const [update] = await desk.plan([anEntry(toAnna)]);
    expect(update).toMatchObject({ state: 'parked', blocked: true, answer: 'another person matches the same record' });
    expect(await desk.store.outbox.blockers(target, [bert])).toMatchObject([{ by: [anna] }]);
  });

  it('parks the second of two updates with the same match key, until the first is superseded', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '1');
    await desk.hold(bert, 'bert@contoso.test', '2');
    const toShared = (subject: SubjectRef) => anEntry(aPlanned({ subject, action: 'update', rows: [{ Email: 'shared@contoso.test' }] }));
    const [first, second] = await desk.plan([toShared(anna), toShared(bert)]);
    expect([first?.state, second?.state]).toEqual(['queued', 'parked']);
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [idOf(first)] }], { at: later(1) });
    expect(await desk.store.rechecks.of(target, bert)).toEqual([{ subject: bert, at: later(1), cause: 'settled' }]);
    const [third] = await desk.plan([toShared(bert)]);
    expect(third?.state).toBe('queued');
  });

  it('rechecks an update whose blocker gave up the match key earlier in the same Plan', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '1');
    const [create] = await desk.plan([anEntry(aPlanned({ subject: carl, rows: [{ Email: 'carl@contoso.test' }] }))]);
    const swapped = (subject: SubjectRef, action: 'create' | 'update', Email: string) => aPlanned({ subject, action, rows: [{ Email }] });
    await desk.plan(
      [
        anEntry(swapped(carl, 'create', 'anna@contoso.test'), { supersedes: [idOf(create)], blockedBy: [anna] }),
        anEntry(swapped(anna, 'update', 'carl@contoso.test'), { blockedBy: [carl] }),
      ],
      { at: later(2) },
    );
    expect(await openOf(desk.store, anna)).toMatchObject({ state: 'parked', blocked: true });
    expect(await desk.store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(2), cause: 'settled' }]);
    expect(await desk.store.rechecks.of(target, carl)).toEqual([]);
  });

  it('queues updates that exchange their match keys', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '1');
    await desk.hold(bert, 'bert@contoso.test', '2');
    const update = (subject: SubjectRef, Email: string, other: SubjectRef) =>
      anEntry(aPlanned({ subject, action: 'update', rows: [{ Email }] }), { exchangesWith: [other] });
    const both = await desk.plan([update(anna, 'bert@contoso.test', bert), update(bert, 'anna@contoso.test', anna)]);
    expect(both.map((one) => one?.state)).toEqual(['queued', 'queued']);
    const [third] = await desk.plan([update(carl, 'bert@contoso.test', anna)]);
    expect(third).toBeUndefined();
    await desk.hold(carl, 'carl@contoso.test', '3');
    const [fourth] = await desk.plan([update(carl, 'bert@contoso.test', anna)]);
    expect(fourth).toMatchObject({ state: 'parked', blocked: true });
  });

  it('moves a Leaver’s Shadow to the person who replaces the Leaver, and supersedes the Leaver’s Delivery, in one unit', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '4711');
    await desk.plan([{ subject: anna, cause: 'change', supersedes: [], leaving: { reason: 'gone', since: noon, stepsDone: 0 } }]);
    const [removal] = await desk.plan([anEntry(aRemoval({ subject: anna, action: 'delete', key: '4711' }))]);
    await desk.plan([{ subject: carl, cause: 'change', supersedes: [], blockedBy: [anna] }]);
    const update = aPlanned({ subject: bert, action: 'update', key: '4711', cause: 'adopted' });
    const [delivery] = await desk.plan([anEntry(update, { takeOver: anna, leaving: null })], { at: later(4) });
    expect(delivery).toMatchObject({ action: 'update', state: 'queued', key: '4711' });
    const [shadow, ...others] = await desk.store.shadows.get(target, [anna, bert]);
    expect(others).toEqual([]);
    expect(shadow).toMatchObject({ subject: bert, key: '4711', active: true });
    expect(shadow?.leaving).toBeUndefined();
    expect(await desk.store.outbox.get(idOf(removal))).toMatchObject({ state: 'superseded' });
    expect(await desk.store.rechecks.of(target, carl)).toEqual([{ subject: carl, at: later(4), cause: 'settled' }]);
    expect(await desk.store.shadows.claims(target, [{ subject: carl, keys: [{ index: 0, value: 'anna@contoso.test' }] }])).toMatchObject([
      { subject: carl, by: [{ subject: bert }] },
    ]);
  });

  it('moves no Shadow while the Leaver’s Delivery is being settled, or when the record no longer exists', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test', '4711');
    const [removal] = await desk.plan([anEntry(aRemoval({ subject: anna, action: 'delete', key: '4711' }))]);
    await desk.engine.send([idOf(removal)]);
    const takeOver = anEntry(aPlanned({ subject: bert, action: 'update', key: '4711' }), { takeOver: anna });
    expect(await desk.plan([takeOver])).toEqual([undefined]);
    await desk.settle(removal, { shadow: 'forget' });
    expect(await desk.plan([takeOver])).toEqual([undefined]);
    expect(await desk.store.shadows.get(target, [anna, bert])).toEqual([]);
    expect(await desk.store.rechecks.of(target, bert)).toHaveLength(1);
  });

  it('keeps the leaving state with the Shadow, and the Source of its Person', async () => {
    const desk = await openDesk(open);
    const person = await desk.store.of('default').users.create(aUser(), anOrigin());
    const subject = { kind: 'person', id: person.id } as const;
    const leaving = { reason: 'outOfScope', condition: 'berlin', since: later(-5), stepsDone: 0 } as const;
    await desk.hold(subject, 'x@contoso.test', 'k');
    await desk.plan([{ subject, cause: 'change', supersedes: [], leaving }]);
    const [removal] = await desk.plan([{ ...anEntry(aRemoval({ subject })), source: 'default' }]);
    await desk.settle(removal, { shadow: aShadowWrite({ active: false, stepDone: true, key: 'k' }) });
    expect(await desk.store.shadows.of(subject)).toMatchObject([
      { source: 'default', active: false, leaving: { ...leaving, stepsDone: 1 } },
    ]);
    expect(await desk.store.shadows.count(target)).toEqual({ active: 0, deactivated: 1 });
    await desk.store.of('default').users.remove(person.id, anOrigin());
    await desk.plan([{ subject, cause: 'change', supersedes: [], leaving: null }]);
    const [shadow] = await desk.store.shadows.of(subject);
    expect(shadow).toMatchObject({ source: 'default' });
    expect(shadow?.leaving).toBeUndefined();
  });

  it('deletes due Rechecks up to the Run’s number, and keeps later ones, new ones and those of other Subjects', async () => {
    const { store, engine, ...desk } = await openDesk(open);
    await engine.addRechecks(target, [
      { subject: anna, at: noon, cause: 'settled' },
      { subject: anna, at: later(3_600_000), cause: 'clock' },
      { subject: bert, at: noon, cause: 'asked' },
    ]);
    const rechecksUpTo = await store.rechecks.head();
    expect(await store.rechecks.due(target, noon, rechecksUpTo, undefined, 10)).toEqual([
      { subject: anna, at: noon, cause: 'settled' },
      { subject: bert, at: noon, cause: 'asked' },
    ]);
    expect(await store.rechecks.due(target, noon, rechecksUpTo, anna.id, 10)).toHaveLength(1);
    expect(await store.rechecks.due(target, noon, 0, undefined, 10)).toEqual([]);
    const run = await engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo });
    await engine.addRechecks(target, [{ subject: anna, at: later(-60), cause: 'asked' }]);
    await engine.stage(run, [{ subject: anna, cause: 'settled', supersedes: [] }]);
    await engine.release(run, { released: false });
    await engine.absorb(target, noon);
    expect(await store.rechecks.of(target, anna)).toEqual([
      { subject: anna, at: later(-60), cause: 'asked' },
      { subject: anna, at: later(3_600_000), cause: 'clock' },
    ]);
    expect(await store.rechecks.of(target, bert)).toHaveLength(1);
    expect(await store.rechecks.nextAt(target)).toEqual(later(-60));
    await desk.plan([{ subject: anna, cause: 'settled', supersedes: [], wakeAt: later(7_200_000) }]);
    expect(await store.rechecks.of(target, anna)).toEqual([{ subject: anna, at: later(7_200_000), cause: 'clock' }]);
  });

  it('keeps the earlier time of a Recheck that is added again, under a new number', async () => {
    const under = await openForTest(open);
    const engine = under.store.engine(1);
    await engine.addRechecks(target, [{ subject: anna, at: later(5), cause: 'asked' }]);
    await engine.addRechecks(target, [{ subject: anna, at: later(9), cause: 'asked' }]);
    expect(await under.store.rechecks.due(target, later(5), 1, undefined, 10)).toEqual([]);
    expect(await under.store.rechecks.due(target, later(5), 2, undefined, 10)).toHaveLength(1);
    const { store } = await under.reopen();
    expect(await store.rechecks.head()).toBe(2);
    expect(await store.rechecks.nextAt('nowhere')).toBeUndefined();
  });
}
