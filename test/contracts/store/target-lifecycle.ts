import { expect, it } from 'vitest';
import type { Target } from '../../../src/domain/target.ts';
import { anEntry, aPlanned, aSubject, aTarget, noon } from '../../support/builders.ts';
import { idOf, openDesk, openForTest, openOf, target, type Desk, type OpenStore } from './harness.ts';

const anna = aSubject(1);
const bert = aSubject(2);
const carl = aSubject(3);
const keysOf = (email: string) => [{ index: 0, value: email }];
const entry = { at: noon, by: 'mira', what: 'renamed', detail: 'from front-desk' };

/**
 * Writes rows in every table: Anna has a record, Bert is queued, Carl is blocked by Anna, the removal of Dora was rejected, and one Run is
 * being staged.
 */
async function openFull(open: OpenStore): Promise<Desk> {
  const desk = await openDesk(open);
  await desk.engine.changeTarget('other', () => aTarget({ name: 'other', cursor: 4 }));
  await desk.engine.decide('other', anna, { is: 'excluded', by: 'mira', at: noon });
  await desk.hold(anna, 'anna@contoso.test');
  await desk.plan([
    anEntry(aPlanned({ subject: bert })),
    anEntry(aPlanned({ subject: carl }), { keys: keysOf('anna@contoso.test'), blockedBy: [anna] }),
    anEntry(aPlanned({ subject: anna, action: 'update', key: 'key of anna@contoso.test' })),
  ]);
  await desk.plan([anEntry(aPlanned({ subject: aSubject(5) }))]);
  await desk.engine.holdQueued(target, 'changes', 'too many', noon);
  await desk.engine.decide(target, aSubject(4), { is: 'changeRejected', hash: 'h', by: 'mira', at: noon });
  await desk.engine.decide(target, bert, { is: 'excluded', by: 'mira', at: noon });
  const run = await desk.engine.beginRun({ target, kind: 'incremental', at: noon, rechecksUpTo: 0 });
  await desk.engine.stage(run, [anEntry(aPlanned({ subject: aSubject(6) }))]);
  await desk.engine.changeTarget(target, (now) => ({ ...(now ?? aTarget()) }), { ...entry, what: 'applied', detail: '' });
  return desk;
}

/** Everything that the store returns about a Target, as plain values. */
async function readAll({ store }: Desk, name: string) {
  const subjects = [anna, bert, carl, aSubject(4), aSubject(5)];
  return {
    shadows: await store.shadows.count(name),
    open: (await store.outbox.open(name, subjects)).map(({ subject, state, action }) => [subject.id, state, action]),
    history: (await store.outbox.history(name, anna, 10)).length,
    holds: await store.outbox.holds(name).then((holds) => holds.map(({ number, open }) => [number, open])),
    claims: (await store.shadows.claims(name, [{ subject: bert, keys: keysOf('anna@contoso.test') }])).length,
    recheckAt: await store.rechecks.nextAt(name),
    decisions: (await store.decisions.get(name, subjects)).map(({ subject, decision }) => [subject.id, decision.is]),
    journal: (await store.targets.journal(name, 10)).map(({ what }) => what),
  };
}

const nothing = {
  shadows: { active: 0, deactivated: 0 },
  open: [],
  history: 0,
  holds: [],
  claims: 0,
  recheckAt: undefined,
  decisions: [],
  journal: [],
};

/** Targets to which everything is sent again, and Targets that are forgotten or renamed. */
export function describeTargetLife(open: OpenStore): void {
  it('stores a pending resend, the former name of the work folder, and an unfinished forget', async () => {
    const { store } = await openForTest(open);
    const change: Partial<Target> = { resend: 'people', forgetting: true, folderFrom: 'lobby' };
    await store.engine(1).changeTarget(target, () => aTarget(change));
    expect(await store.targets.get(target)).toEqual(aTarget(change));
    await store.engine(1).changeTarget(target, () => aTarget());
    expect(await store.targets.get(target)).toEqual(aTarget());
  });

  it('forgets rejections together with the records, and keeps exclusions', async () => {
    const desk = await openFull(open);
    await desk.engine.forgetTarget(target, 'sent again');
    const { decisions, open: left, shadows, journal } = await readAll(desk, target);
    expect({ decisions, left, shadows }).toEqual({ decisions: [[bert.id, 'excluded']], left: [], shadows: nothing.shadows });
    expect(journal).not.toEqual([]);
    expect((await desk.store.outbox.history(target, bert, 1))[0]).toMatchObject({ state: 'superseded', answer: 'sent again' });
  });

  it('removes everything about one Target, and nothing about others', async () => {
    const desk = await openFull(open);
    await desk.engine.eraseTarget(target);
    expect(await desk.store.targets.list()).toMatchObject([{ name: 'other', cursor: 4 }]);
    expect(await readAll(desk, target)).toEqual(nothing);
    expect(await readAll(desk, 'other')).toMatchObject({ decisions: [[anna.id, 'excluded']] });
    await desk.engine.eraseTarget(target);
  });

  it('renames a Target with all its rows, in one unit', async () => {
    const desk = await openFull(open);
    const before = await readAll(desk, target);
    await desk.engine.changeTarget('lobby', () => aTarget({ name: 'lobby', state: 'draft' }), { ...entry, what: 'draft' });
    const change = (from: Target, to: Target | undefined): Target => ({ ...from, name: 'lobby', why: to?.state ?? '' });
    await desk.engine.renameTarget(target, 'lobby', change, entry);
    expect(await desk.store.targets.get(target)).toBeUndefined();
    expect(await readAll(desk, target)).toEqual(nothing);
    expect(await desk.store.targets.get('lobby')).toMatchObject({ why: 'draft', state: 'live' });
    const { journal, ...rest } = await readAll(desk, 'lobby');
    const { journal: was, ...expected } = before;
    expect(rest).toEqual(expected);
    expect(journal).toEqual(['renamed', 'draft', ...was]);
    // The blockers moved too: a settlement of Anna's record rechecks Carl.
    await desk.engine.accept('lobby', {}, 'mira', noon);
    const [update] = await desk.store.outbox.open('lobby', [anna]);
    await desk.engine.send([idOf(update)]);
    const woken = async () => (await desk.store.rechecks.of('lobby', carl)).length;
    const asleep = await woken();
    await desk.engine.settle('lobby', [{ delivery: idOf(update), state: 'done', answer: '', shadow: 'forget' }], noon);
    expect(await woken()).toBe(asleep + 1);
  });

  it('renames nothing when the change is refused', async () => {
    const desk = await openFull(open);
    const before = await readAll(desk, target);
    const refuse = (): Target => {
      throw new Error('not now');
    };
    await expect(desk.engine.renameTarget(target, 'lobby', refuse, entry)).rejects.toThrow('not now');
    await expect(desk.engine.renameTarget('nobody', 'lobby', refuse, entry)).rejects.toThrow('not in the store');
    expect(await readAll(desk, target)).toEqual(before);
    expect(await desk.store.targets.get('lobby')).toBeUndefined();
  });

  it('publishes a requested file again even if nothing is due, until it is handed over', async () => {
    const desk = await openDesk(open);
    await desk.hold(anna, 'anna@contoso.test');
    expect(await desk.engine.beginPublication(target, 'f1', noon)).toBe(0);
    expect((await desk.store.targets.get(target))?.publication).toBeUndefined();
    await desk.engine.changeTarget(target, (now = aTarget()) => ({ ...now, resend: 'file' }));
    expect(await desk.engine.beginPublication(target, 'f1', noon)).toBe(0);
    expect(await desk.store.targets.get(target)).toMatchObject({ publication: 'f1', resend: 'file' });
    await desk.engine.abandonPublication(target, 'f1', 'the folder is away', noon);
    const abandoned = await desk.store.targets.get(target);
    expect(abandoned).toMatchObject({ resend: 'file' });
    expect(abandoned?.publication).toBeUndefined();
    await desk.engine.beginPublication(target, 'f2', noon);
    await desk.engine.finishPublication(target, 'f2', 'handed over', noon);
    const finished = await desk.store.targets.get(target);
    expect([finished?.publication, finished?.resend]).toEqual([undefined, undefined]);
  });

  it('does not count a published file as the requested resend of people', async () => {
    const desk = await openDesk(open);
    const [delivery] = await desk.plan([anEntry(aPlanned({ subject: bert }))]);
    await desk.engine.changeTarget(target, (now = aTarget()) => ({ ...now, resend: 'people' }));
    await desk.engine.beginPublication(target, 'f1', noon);
    await desk.engine.finishPublication(target, 'f1', 'handed over', noon);
    expect(await desk.store.outbox.get(idOf(delivery))).toMatchObject({ state: 'done' });
    expect(await openOf(desk.store, bert)).toBeUndefined();
    expect(await desk.store.targets.get(target)).toMatchObject({ resend: 'people' });
  });
}
