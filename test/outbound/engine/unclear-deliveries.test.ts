import { describe, expect, it } from 'vitest';
import { StoreError, TargetUnavailable } from '../../../src/domain/errors.ts';
import type { Person } from '../../../src/domain/person.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf, type Harness } from './harness.ts';

const target = 'front-desk';
const record = { Email: 'anna@x.test', Name: 'anna', Department: '' };

async function open(options: { readonly find?: boolean; readonly repeatable?: boolean } = {}) {
  const system = new FakeSystem();
  const harness = await openHarness({
    [target]: () => ({ ...system.connect({ find: options.find ?? true }), repeatable: options.repeatable ?? false }),
  });
  await harness.join('zoe@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  return { system, harness };
}

/** Advances the clock until delayed Deliveries are tried and all results are planned. */
async function goOn(harness: Harness): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    harness.clock.advance(900_000);
    await harness.idle();
  }
}

/** Anna's create is unclear, because the response was 500. The caller decides whether it was written. */
async function inDoubt({ system, harness }: Awaited<ReturnType<typeof open>>): Promise<Person> {
  system.faults.fails.add('anna@x.test');
  const anna = await harness.join('anna@x.test');
  await harness.idle();
  expect(await openOf(harness, anna)).toMatchObject({ action: 'create', state: 'unclear' });
  system.faults.fails.clear();
  system.calls.length = 0;
  return anna;
}

/** The worker ended three times at Anna: the create is parked, and may have been carried out. */
async function parkedInDoubt({ system, harness }: Awaited<ReturnType<typeof open>>): Promise<Person> {
  system.faults.poison.add('anna@x.test');
  const anna = await harness.join('anna@x.test');
  await harness.idle();
  await goOn(harness);
  expect(await openOf(harness, anna)).toMatchObject({ action: 'create', state: 'parked', wasUnclear: true });
  system.faults.poison.clear();
  system.calls.length = 0;
  return anna;
}

const mail = (value: string) => (user: Person['user']) => ({ ...user, emails: [{ type: 'work', value }] });

describe('a create with a response that was lost in a crash of the daemon', () => {
  it('is not sent again before a look-up would find its record', async () => {
    const system = new FakeSystem();
    const failures: StoreError[] = [];
    let findsNewRecords = false;
    const find = async () => (findsNewRecords ? [...system.kept.values()] : []);
    const harness = await openHarness(
      { [target]: () => ({ ...system.connect(), visibleAfterMs: 30_000, find }) },
      { settle: () => failures.pop() },
    );
    await harness.apply(definitionOf());
    failures.push(new StoreError('the daemon ends here'));
    const anna = await harness.join('anna@x.test');
    harness.engine.changed();
    harness.clock.advance(1_000);
    await pollUntil('the answer is lost', () => failures.length === 0 && harness.engine.runner(target).resting);
    harness.clock.advance(10_000);
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ state: 'unclear', answer: 'Vestibule stopped before the answer came' });
    findsNewRecords = true;
    harness.clock.advance(30_000);
    await harness.idle();
    expect(await openOf(harness, anna)).toBeUndefined();
    expect(system.calls).toEqual(['create anna@x.test']);
  });
});

describe('an unclear create of a person who was deleted meanwhile', () => {
  it('leaves no record behind when it is found hours later and the leaver delay has passed', async () => {
    const day = 86_400_000;
    const system = new FakeSystem();
    const harness = await openHarness({ [target]: () => system.connect() });
    const heard = () => harness.store.sources.heard('default', harness.clock.now(), 3 * day);
    await heard();
    await harness.join('zoe@x.test');
    await harness.apply(definitionOf({ leavers: { gone: [{ do: 'delete', afterMs: day }] } }));
    await harness.idle();
    system.faults.cutAfterCommit.add('anna@x.test');
    const anna = await harness.join('anna@x.test');
    harness.engine.changed();
    harness.clock.advance(1_000);
    await pollUntil('it is unclear', async () => (await openOf(harness, anna))?.state === 'unclear');
    system.faults.down = true;
    await harness.store.of('default').users.remove(anna.id, harness.by());
    // Longer than Changes are kept after all targets have planned them.
    for (let hours = 0; hours < 3; hours += 1) {
      harness.clock.advance(3_600_000);
      await harness.store.pruneChanges(await harness.store.changes.head(), 100);
      await heard();
    }
    system.faults.down = false;
    for (let hours = 0; hours < 48; hours += 1) {
      harness.clock.advance(3_600_000);
      await heard();
      await harness.idle();
    }
    expect(system.active()).toEqual(['zoe@x.test']);
  });
});

describe('an update or removal that was parked as unclear, and may have been carried out', () => {
  it.each<[string, (harness: Harness, anna: Person) => Promise<void>, (harness: Harness, anna: Person) => Promise<void>]>([
    [
      'a new name that is changed back',
      (harness, anna) => harness.patch(anna.id, (user) => ({ ...user, displayName: 'Dr. Anna' })),
      (harness, anna) => harness.patch(anna.id, (user) => ({ ...user, displayName: 'anna' })),
    ],
    [
      'a person who is disabled and enabled',
      (harness, anna) => harness.disable(anna.id),
      (harness, anna) => harness.patch(anna.id, (user) => ({ ...user, active: true })),
    ],
    [
      'a new name, and a person who is created again with the old name',
      (harness, anna) => harness.patch(anna.id, (user) => ({ ...user, displayName: 'Dr. Anna' })),
      async (harness, anna) => {
        await harness.store.of('default').users.remove(anna.id, harness.by());
        await harness.join('anna@x.test');
      },
    ],
  ])('has its record written again: %s', async (_, change, undo) => {
    const { system, harness } = await open();
    const anna = await harness.join('anna@x.test');
    await harness.idle();
    // The product carries out each attempt, and the connection ends before the response.
    system.afterWrite = (email) => {
      if (email === 'anna@x.test') throw new TargetUnavailable('connection cut', { mayHaveLeft: [system.lastDelivery ?? 0] });
    };
    await change(harness, anna);
    await harness.idle();
    await goOn(harness);
    expect(await openOf(harness, anna)).toMatchObject({ state: 'parked', wasUnclear: true });
    system.afterWrite = () => undefined;
    await undo(harness, anna);
    await goOn(harness);
    expect(system.with('anna@x.test')).toMatchObject([{ record, active: true }]);
  });
});

describe('an unclear create of a person who was disabled meanwhile', () => {
  it('is not sent again when its record does not exist', async () => {
    const site = await open();
    const anna = await inDoubt(site);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.calls).toEqual(['find anna@x.test']);
    expect(await openOf(site.harness, anna)).toBeUndefined();
  });

  it('is found when it was carried out, and its record is removed without an update', async () => {
    const site = await open();
    const anna = await inDoubt(site);
    site.system.kept.set('key-9', { key: 'key-9', record, active: true });
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.calls).toEqual(['find anna@x.test', 'delete anna@x.test']);
    expect(site.system.active()).toEqual(['zoe@x.test']);
  });

  it('is sent when the person is enabled again before the look-up', async () => {
    const site = await open();
    const anna = await inDoubt(site);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await site.harness.patch(anna.id, (user) => ({ ...user, active: true }));
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });

  it('is looked up even if the daemon was restarted', async () => {
    const site = await open();
    const anna = await inDoubt(site);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await site.harness.restart();
    await goOn(site.harness);
    expect(site.system.calls).toEqual(['find anna@x.test']);
  });
});

describe('a parked create that may have been carried out', () => {
  it('is looked up before it is forgotten, and its record is removed', async () => {
    const site = await open();
    const anna = await parkedInDoubt(site);
    site.system.kept.set('key-9', { key: 'key-9', record, active: true });
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.active()).toEqual(['zoe@x.test']);
    expect(await openOf(site.harness, anna)).toBeUndefined();
  });

  it('is forgotten when the look-up finds no record', async () => {
    const site = await open();
    const anna = await parkedInDoubt(site);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(await openOf(site.harness, anna)).toBeUndefined();
    expect(site.system.calls.filter((call) => call.startsWith('create'))).toEqual([]);
  });

  it('is found under the old e-mail when the person has a new one, and no record is duplicated', async () => {
    const site = await open();
    const anna = await parkedInDoubt(site);
    site.system.kept.set('key-9', { key: 'key-9', record, active: true });
    await site.harness.patch(anna.id, mail('anna.berg@x.test'));
    await site.harness.idle();
    await goOn(site.harness);
    expect([...site.system.kept.values()].map((kept) => [kept.key, kept.record['Email']])).toEqual([
      ['key-1', 'zoe@x.test'],
      ['key-9', 'anna.berg@x.test'],
    ]);
  });

  it('blocks another person with the same record until it is settled', async () => {
    const site = await open();
    const anna = await parkedInDoubt(site);
    site.system.kept.set('key-9', { key: 'key-9', record, active: true });
    await site.harness.store.of('default').users.remove(anna.id, site.harness.by());
    await site.harness.join('anna@x.test');
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.with('anna@x.test').map((kept) => kept.key)).toEqual(['key-9']);
    expect(site.system.calls.filter((call) => call.startsWith('create'))).toEqual([]);
  });

  it('is sent again when a person retries it', async () => {
    const site = await open();
    await parkedInDoubt(site);
    await site.harness.commands.retry(target, undefined);
    await site.harness.idle();
    expect(site.system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });
});

describe('an unclear create at a Target without look-ups', () => {
  it('waits for a person who checks it and retries it', async () => {
    const site = await open({ find: false });
    const anna = await inDoubt(site);
    await goOn(site.harness);
    expect(await openOf(site.harness, anna)).toMatchObject({ state: 'parked', answer: expect.stringContaining('cannot look it up') });
    expect(site.system.calls).toEqual([]);
    await site.harness.commands.retry(target, undefined);
    await site.harness.idle();
    expect(site.system.calls).toEqual(['create anna@x.test']);
  });

  it('stays parked when its person leaves, until a technician has checked', async () => {
    const site = await open({ find: false });
    const anna = await inDoubt(site);
    await goOn(site.harness);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(await openOf(site.harness, anna)).toMatchObject({ state: 'parked', obsolete: true });
    await site.harness.commands.retry(target, undefined);
    await site.harness.idle();
    await site.harness.idle();
    expect(await openOf(site.harness, anna)).toBeUndefined();
    expect(site.system.calls).toEqual([]);
  });

  it('is sent with a corrected record', async () => {
    const site = await open({ find: false });
    const anna = await inDoubt(site);
    await goOn(site.harness);
    await site.harness.patch(anna.id, mail('anna.berg@x.test'));
    await site.harness.idle();
    expect(site.system.active()).toEqual(['anna.berg@x.test', 'zoe@x.test']);
  });

  it('is repeated to get its key if that makes only one record, and the record is then removed', async () => {
    const site = await open({ find: false, repeatable: true });
    const anna = await inDoubt(site);
    await site.harness.disable(anna.id);
    await site.harness.idle();
    await goOn(site.harness);
    expect(site.system.calls).toEqual(['create anna@x.test', 'delete anna@x.test']);
  });
});
