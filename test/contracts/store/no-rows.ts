import { expect, it } from 'vitest';
import type { PlanEntry } from '../../../src/store/engine-store.ts';
import type { SubjectRef } from '../../../src/domain/ids.ts';
import { anEntry, aPlanned, aSubject, aTarget, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, type OpenStore } from './harness.ts';

const [anna, bert, carl] = [aSubject(1), aSubject(2), aSubject(3)];

function noRow(subject: SubjectRef, why: string | null): PlanEntry {
  return { subject, cause: 'change', supersedes: [], noRow: why };
}

/** People in Scope without a valid row. */
export function describeNoRows(open: OpenStore): void {
  it('stores the reason when a Plan is added to the outbox, and not before', async () => {
    const { store, engine } = await openDesk(open);
    const run = await engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
    await engine.stage(run, [noRow(anna, 'Email is empty')]);
    await engine.release(run, { released: false });
    expect(await store.noRows.count(target)).toBe(0);
    await engine.absorb(target, later(5));
    expect(await store.noRows.page(target, undefined, 10)).toEqual([{ subject: anna, why: 'Email is empty', since: noon }]);
    expect(await store.noRows.count(target)).toBe(1);
  });

  it('keeps the time of the first reason when the reason changes, and deletes both when a row is valid again', async () => {
    const desk = await openDesk(open);
    await desk.plan([noRow(anna, 'Email is empty')]);
    await desk.plan([noRow(anna, 'Email is too long')], { at: later(60) });
    expect(await desk.store.noRows.get(target, [anna, bert])).toEqual([{ subject: anna, why: 'Email is too long', since: noon }]);
    await desk.plan([noRow(anna, null)], { at: later(120) });
    expect(await desk.store.noRows.get(target, [anna])).toEqual([]);
    await desk.plan([noRow(anna, 'Email is empty')], { at: later(180) });
    expect(await desk.store.noRows.get(target, [anna])).toEqual([{ subject: anna, why: 'Email is empty', since: later(180) }]);
  });

  it('leaves them unchanged when an entry does not mention the row', async () => {
    const desk = await openDesk(open);
    await desk.plan([noRow(anna, 'Email is empty')]);
    await desk.plan([{ subject: anna, cause: 'reconcile', supersedes: [] }], { at: later(60) });
    expect(await desk.store.noRows.count(target)).toBe(1);
  });

  it('stores them independently of a Delivery that is being sent', async () => {
    const desk = await openDesk(open);
    const [delivery] = await desk.plan([anEntry(aPlanned())]);
    await desk.engine.send([idOf(delivery)]);
    await desk.plan([noRow(anna, 'Email is empty')]);
    expect(await desk.store.noRows.count(target)).toBe(1);
    expect(await openOf(desk.store, anna)).toMatchObject({ state: 'sending' });
  });

  it('returns them in pages by their ids, separately for each Target', async () => {
    const desk = await openDesk(open);
    await desk.engine.changeTarget('lobby', () => aTarget({ name: 'lobby' }));
    await desk.plan([noRow(carl, 'c'), noRow(anna, 'a'), noRow(bert, 'b')]);
    const first = await desk.store.noRows.page(target, undefined, 2);
    expect(first.map(({ why }) => why)).toEqual(['a', 'b']);
    expect((await desk.store.noRows.page(target, first.at(-1)?.subject.id, 2)).map(({ why }) => why)).toEqual(['c']);
    expect(await desk.store.noRows.count('lobby')).toBe(0);
    expect(await desk.store.noRows.page('lobby', undefined, 2)).toEqual([]);
  });

  it('deletes them when the Target’s records are forgotten, and keeps them over a restart', async () => {
    const desk = await openDesk(open);
    await desk.plan([noRow(anna, 'a')]);
    const { store } = await desk.under.reopen();
    expect(await store.noRows.count(target)).toBe(1);
    await store.engine(1).forgetTarget(target, 'set aside');
    expect(await store.noRows.count(target)).toBe(0);
  });
}
