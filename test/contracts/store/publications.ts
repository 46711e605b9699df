import { expect, it } from 'vitest';
import { anEntry, aPlanned, aRemoval, aSubject, later, noon } from '../../support/builders.ts';
import { idOf, openDesk, openOf, target, type Desk, type OpenStore } from './harness.ts';

const subjects = Array.from({ length: 6 }, (_, index) => aSubject(index + 1));
const [stays, changes, disabled, deleted, joins, waits] = subjects as [
  typeof first,
  typeof first,
  typeof first,
  typeof first,
  typeof first,
  typeof first,
];
const first = aSubject(1);

function row(name: string) {
  return [{ Email: name }];
}

/** Four records exist. One changes, one is disabled, one is deleted, one joins, and one is not due yet. */
async function openScene(open: OpenStore): Promise<Desk> {
  const desk = await openDesk(open);
  for (const [index, subject] of [stays, changes, disabled, deleted].entries()) await desk.hold(subject, `old-${index}`, `k${index}`);
  await desk.plan([
    anEntry(aPlanned({ subject: changes, action: 'update', rows: row('new') })),
    anEntry(aRemoval({ subject: disabled, rows: row('old-2') }), { leaving: { reason: 'inactive', since: noon, stepsDone: 0 } }),
    anEntry(aRemoval({ subject: deleted, action: 'delete', rows: row('old-3') })),
    anEntry(aPlanned({ subject: joins, rows: row('joins') })),
    anEntry(aPlanned({ subject: waits, rows: row('waits') }), { notBefore: later(3_600_000) }),
  ]);
  return desk;
}

const afterwards = [
  { subject: stays, rows: row('old-0'), active: true },
  { subject: changes, rows: row('new'), active: true },
  { subject: disabled, rows: row('old-2'), active: false },
  { subject: joins, rows: row('joins'), active: true },
];

/** Full files. */
export function describePublications(open: OpenStore): void {
  it('binds due Deliveries to a publication and returns the rows of the file, in pages', async () => {
    const desk = await openScene(open);
    expect(await desk.engine.beginPublication(target, 'file-1', noon)).toBe(4);
    expect(await desk.store.targets.get(target)).toMatchObject({ publication: 'file-1' });
    expect(await openOf(desk.store, joins)).toMatchObject({ state: 'sending' });
    expect(await openOf(desk.store, waits)).toMatchObject({ state: 'queued' });
    expect(await desk.store.outbox.file(target, 'file-1', undefined, 10)).toEqual(afterwards);
    const page = await desk.store.outbox.file(target, 'file-1', undefined, 3);
    expect(page).toEqual(afterwards.slice(0, 3));
    expect(await desk.store.outbox.file(target, 'file-1', page.at(-1)?.subject.id, 3)).toEqual(afterwards.slice(3));
  });

  it('returns joined, changed and unchanged people together, whatever the page size', async () => {
    const desk = await openDesk(open);
    const people = Array.from({ length: 9 }, (_, index) => aSubject(index + 1));
    // Of every three people, one has a record and stays unchanged, one has a record and changes, and one joins.
    for (const [index, subject] of people.entries()) if (index % 3 < 2) await desk.hold(subject, `old-${index}`, `k${index}`);
    await desk.plan(
      people.flatMap((subject, index) =>
        index % 3 === 0 ? [] : [anEntry(aPlanned({ subject, action: index % 3 === 1 ? 'update' : 'create', rows: row(`new-${index}`) }))],
      ),
    );
    await desk.engine.beginPublication(target, 'file-1', noon);
    const expected = people.map((subject, index) => ({
      subject,
      rows: row(index % 3 === 0 ? `old-${index}` : `new-${index}`),
      active: true,
    }));
    for (const size of [1, 2, 4, 9, 10]) {
      const read = [];
      for (let page = await desk.store.outbox.file(target, 'file-1', undefined, size); page.length > 0;) {
        expect(page.length).toBeLessThanOrEqual(size);
        read.push(...page);
        page = await desk.store.outbox.file(target, 'file-1', page.at(-1)?.subject.id, size);
      }
      expect(read).toEqual(expected);
    }
  });

  it('begins the same publication again without binding more, and refuses another one meanwhile', async () => {
    const desk = await openScene(open);
    await desk.engine.beginPublication(target, 'file-1', noon);
    expect(await desk.engine.beginPublication(target, 'file-1', later(7_200_000))).toBe(4);
    await expect(desk.engine.beginPublication(target, 'file-2', noon)).rejects.toThrow('file-1');
  });

  it('leaves a publication unchanged during recovery from a crash', async () => {
    const desk = await openScene(open);
    await desk.engine.beginPublication(target, 'file-1', noon);
    const { store } = await desk.under.reopen();
    expect(await store.engine(1).recover(later(1))).toBe(0);
    expect(await store.outbox.file(target, 'file-1', undefined, 10)).toEqual(afterwards);
  });

  it('updates all Shadows, keys and Deliveries in one step when the file is handed over', async () => {
    const desk = await openScene(open);
    const open1 = await openOf(desk.store, joins);
    await desk.plan([{ subject: aSubject(8), cause: 'change', supersedes: [], blockedBy: [deleted] }]);
    await desk.engine.beginPublication(target, 'file-1', noon);
    expect(await desk.engine.finishPublication(target, 'file-1', 'hosts.csv', later(5))).toBe(4);
    expect((await desk.store.targets.get(target))?.publication).toBeUndefined();
    const shadows = await desk.store.shadows.get(target, subjects);
    expect(shadows.map((shadow) => [shadow.subject, shadow.sent, shadow.active])).toEqual(
      afterwards.map((expected) => [expected.subject, expected.rows, expected.active]),
    );
    expect(shadows[1]).toMatchObject({ key: 'k1', at: later(5) });
    expect(shadows[2]).toMatchObject({ leaving: { stepsDone: 1 } });
    expect(await desk.store.outbox.get(idOf(open1))).toMatchObject({ state: 'done', answer: 'hosts.csv', settledAt: later(5) });
    const claimants = async (value: string) =>
      (await desk.store.shadows.claims(target, [{ subject: aSubject(7), keys: [{ index: 0, value }] }])).flatMap((claims) =>
        claims.by.map((claim) => claim.subject),
      );
    expect(await claimants('new')).toEqual([changes]);
    expect(await claimants('joins')).toEqual([joins]);
    expect(await claimants('old-0')).toEqual([stays]);
    expect(await claimants('old-1')).toEqual([]);
    expect(await claimants('old-3')).toEqual([]);
    for (const subject of [changes, disabled, deleted, joins, aSubject(8)])
      expect(await desk.store.rechecks.of(target, subject)).toEqual([{ subject, at: later(5), cause: 'settled' }]);
    expect(await desk.store.rechecks.of(target, waits)).toEqual([]);
    expect(await desk.store.outbox.guardCounts(target, noon, noon)).toMatchObject({
      removals: { inWindow: 2 },
      changes: { inWindow: 1 },
      active: 3,
      removedInWindow: 2,
    });
    expect(await desk.store.rechecks.due(target, later(5), await desk.store.rechecks.head(), undefined, 10)).toHaveLength(5);
  });

  it('queues the Deliveries again without an Attempt when the file could not be handed over, and rechecks them', async () => {
    const desk = await openScene(open);
    await desk.engine.beginPublication(target, 'file-1', noon);
    await desk.engine.abandonPublication(target, 'file-1', 'disk full', later(60));
    expect((await desk.store.targets.get(target))?.publication).toBeUndefined();
    expect(await openOf(desk.store, joins)).toMatchObject({
      state: 'queued',
      attempts: 0,
      wasUnclear: false,
      answer: 'disk full',
      notBefore: later(60),
    });
    expect(await desk.store.rechecks.of(target, joins)).toEqual([{ subject: joins, at: later(60), cause: 'settled' }]);
    expect(await desk.store.shadows.count(target)).toMatchObject({ active: 4 });
    expect(await desk.engine.beginPublication(target, 'file-2', later(60))).toBe(4);
  });
}
