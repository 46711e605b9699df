import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf } from './harness.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A live Target that has received these people. */
async function liveWith(
  emails: readonly string[],
  definition = definitionOf(),
  connect: (system: FakeSystem) => ReturnType<FakeSystem['connect']> = (system) => system.connect(),
) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => connect(system) });
  const people = new Map((await Promise.all(emails.map((email) => harness.join(email)))).map((person) => [person.user.userName, person]));
  await harness.apply(definition);
  await harness.idle();
  const idOf = (email: string) => people.get(email)?.id ?? '';
  return { system, harness, people, idOf };
}

describe('a person', () => {
  it('is created, updated and removed as in the directory', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'bert@x.test']);
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
    await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'Anna Berg' } }]);
    await harness.disable(idOf('anna@x.test'));
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test']);
  });

  it('who changes five times within the settle time is delivered once', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test']);
    const before = system.calls.length;
    for (const name of ['A', 'B', 'C', 'D', 'E']) await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, displayName: name }));
    await harness.idle();
    expect(system.calls.slice(before)).toEqual(['update anna@x.test']);
  });

  it('whose e-mail changes keeps the record, which is found by its key after the first write', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test']);
    await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, emails: [{ type: 'work', value: 'anna.berg@x.test' }] }));
    await harness.idle();
    expect(system.active()).toEqual(['anna.berg@x.test']);
    expect(system.kept.size).toBe(1);
  });

  it('whose record exists is adopted and updated, and not duplicated', async () => {
    const system = new FakeSystem();
    system.kept.set('old-1', { key: 'old-1', record: { Email: 'ANNA@x.test', Name: 'typed by reception' }, active: true });
    const harness = await openHarness({ 'front-desk': () => ({ ...system.connect(), find: async () => [...system.kept.values()] }) });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    expect([...system.kept.values()]).toEqual([
      { key: 'old-1', record: { Email: 'anna@x.test', Name: 'anna', Department: '' }, active: true },
    ]);
  });

  it('whose record is rejected is parked with the reason, and the others are delivered', async () => {
    const system = new FakeSystem();
    system.faults.rejects.set('bert@x.test', 'name too long');
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const [, bert] = [await harness.join('anna@x.test'), await harness.join('bert@x.test'), await harness.join('cleo@x.test')];
    await harness.apply(definitionOf());
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'cleo@x.test']);
    expect(await openOf(harness, bert)).toMatchObject({ state: 'parked', answer: 'name too long' });
  });

  it('who is parked is sent again with another record, or when a person retries', async () => {
    const { system, harness, idOf, people } = await liveWith(['anna@x.test']);
    system.faults.rejects.set('anna@x.test', 'no');
    await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, displayName: 'Too long' }));
    await harness.idle();
    system.faults.rejects.clear();
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'anna' } }]);
    expect(await harness.commands.retry('front-desk', people.get('anna@x.test')?.id)).toMatchObject({ queued: 1, sooner: 0 });
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'Too long' } }]);
  });
});

describe('no write is repeated', () => {
  it('a create that was committed without a response makes one record', async () => {
    const system = new FakeSystem();
    system.faults.cutAfterCommit.add('anna@x.test');
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await pollUntil('she is unclear', async () => (await openOf(harness, anna))?.state === 'unclear');
    harness.clock.advance(60_000);
    await harness.idle();
    expect(system.calls.filter((call) => call === 'create anna@x.test')).toHaveLength(1);
    expect(await openOf(harness, anna)).toBeUndefined();
  });

  it('an unclear create at a Target without look-ups needs a person', async () => {
    const system = new FakeSystem();
    system.faults.cutAfterCommit.add('anna@x.test');
    const harness = await openHarness({ 'front-desk': () => system.connect({ find: false }) });
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await pollUntil('she is unclear', async () => (await openOf(harness, anna))?.state === 'unclear');
    harness.clock.advance(60_000);
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ state: 'parked' });
    expect(system.kept.size).toBe(1);
  });

  it('a person who is disabled while the create is unclear is not forgotten', async () => {
    const system = new FakeSystem();
    system.faults.cutAfterCommit.add('anna@x.test');
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const [anna] = [await harness.join('anna@x.test'), await harness.join('bert@x.test')];
    await harness.apply(definitionOf());
    await pollUntil('she is unclear', async () => (await openOf(harness, anna))?.state === 'unclear');
    await harness.disable(anna.id);
    await harness.idle();
    harness.clock.advance(60_000);
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test']);
  });

  it('a Delivery that was being sent when the process ended is looked up first', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const anna = await harness.join('anna@x.test');
    let release: (() => void) | undefined;
    system.beforeWrite = () => new Promise<void>((resolve) => (release = resolve));
    await harness.apply(definitionOf());
    await pollUntil('she is being written', () => release !== undefined);
    // The state after a killed process: a Delivery in *sending*, and a record that was written.
    system.kept.set('key-0', { key: 'key-0', record: { Email: 'anna@x.test', Name: 'anna', Department: '' }, active: true });
    expect(await harness.store.engine(1).recover(harness.clock.now())).toBe(1);
    expect(await openOf(harness, anna)).toMatchObject({ state: 'unclear', wasUnclear: true });
    release?.();
  });

  it('a Delivery whose answer could not be stored is looked up again when the store accepts writes', async () => {
    const system = new FakeSystem();
    const failures = [new StoreError('the disk is full')];
    const harness = await openHarness({ 'front-desk': () => system.connect() }, { settle: () => failures.pop() });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await pollUntil('the store failed', () => failures.length === 0);
    await pollUntil('the cycle has ended', () => harness.engine.runner('front-desk').resting);
    harness.clock.advance(60_000);
    await harness.idle();
    expect(system.with('anna@x.test')).toHaveLength(1);
    expect((await harness.store.shadows.count('front-desk')).active).toBe(1);
  });

  it('two people with the same e-mail make one record; the second is parked until the first has gone', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    const twin = await harness.join('anna2@x.test', { emails: [{ type: 'work', value: 'anna@x.test' }] });
    await harness.idle();
    expect(system.with('anna@x.test')).toHaveLength(1);
    expect(await openOf(harness, twin)).toMatchObject({ state: 'parked', blocked: true });
    await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, emails: [{ type: 'work', value: 'other@x.test' }] }));
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'other@x.test', 'zoe@x.test']);
  });

  it('two new people with the same e-mail in one Plan make one record', async () => {
    const { system, harness } = await liveWith(['zoe@x.test']);
    await harness.join('a@x.test', { emails: [{ type: 'work', value: 'same@x.test' }] });
    await harness.join('b@x.test', { emails: [{ type: 'work', value: 'same@x.test' }] });
    await harness.idle();
    await harness.idle();
    expect(system.with('same@x.test')).toHaveLength(1);
  });
});

describe('a person who was deleted and created again', () => {
  const remove = async (harness: Awaited<ReturnType<typeof liveWith>>['harness'], id: string) => {
    await harness.store.of('default').users.remove(id, harness.by());
    harness.engine.changed();
  };
  const slowLeavers = definitionOf({ leavers: { gone: [{ do: 'delete', afterMs: 86_400_000 }] } });
  /** The directory stays in contact; otherwise delayed steps would wait. */
  const daysPass = async (harness: Awaited<ReturnType<typeof liveWith>>['harness'], days: number) => {
    for (let day = 0; day < days; day += 1) {
      harness.clock.advance(86_400_000);
      await harness.store.sources.heard('default', harness.clock.now(), 259_200_000);
      await harness.idle();
    }
  };

  it('is removed when the delay has passed and the person was not created again', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test'], slowLeavers);
    await harness.store.sources.heard('default', harness.clock.now(), 259_200_000);
    await remove(harness, idOf('anna@x.test'));
    await harness.idle();
    await daysPass(harness, 4);
    expect(system.active()).toEqual(['zoe@x.test']);
  });

  it('keeps the record while the leaver clock still runs, and the clock stops', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test'], slowLeavers);
    const [before] = system.with('anna@x.test');
    await harness.store.sources.heard('default', harness.clock.now(), 259_200_000);
    await remove(harness, idOf('anna@x.test'));
    await harness.idle();
    await harness.join('anna@x.test');
    await harness.idle();
    await daysPass(harness, 4);
    expect(system.with('anna@x.test').map((kept) => kept.key)).toEqual([before?.key]);
  });

  it('within one Plan has exactly one record', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    await remove(harness, idOf('anna@x.test'));
    await harness.join('anna@x.test');
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });

  it('without a valid row keeps the record, and the leaver clock stops', async () => {
    const named = definitionOf({
      ...slowLeavers,
      mapping: { Email: { from: 'email' }, Name: { from: 'displayName', empty: 'hold' } },
    });
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test'], named);
    const [before] = system.with('anna@x.test');
    await harness.store.sources.heard('default', harness.clock.now(), 259_200_000);
    await remove(harness, idOf('anna@x.test'));
    await harness.idle();
    const again = await harness.join('anna@x.test', { displayName: '' });
    await harness.idle();
    await daysPass(harness, 4);
    expect(system.with('anna@x.test')).toEqual([before]);
    await harness.patch(again.id, (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ key: before?.key, record: { Name: 'Anna Berg' } }]);
  });

  it('with the old delete queued has exactly one record', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    system.faults.down = true;
    await remove(harness, idOf('anna@x.test'));
    await harness.idle();
    await harness.join('anna@x.test');
    await harness.idle();
    system.faults.down = false;
    harness.clock.advance(600_000);
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });

  it('with the old delete being sent has exactly one record', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    let release = () => undefined as void;
    system.beforeWrite = () => new Promise<void>((resolve) => (release = resolve));
    await remove(harness, idOf('anna@x.test'));
    harness.clock.advance(1_000);
    await pollUntil('the delete is sending', async () => (await harness.store.outbox.counts('front-desk')).sending === 1);
    const anew = await harness.join('anna@x.test');
    system.beforeWrite = async () => undefined;
    release();
    await harness.idle();
    await harness.idle();
    expect(await openOf(harness, anew)).toBeUndefined();
    expect(system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });

  it('with the old delete unclear has exactly one record', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    system.faults.cutAfterCommit.add('anna@x.test');
    await remove(harness, idOf('anna@x.test'));
    await harness.idle();
    await harness.join('anna@x.test');
    await harness.idle();
    harness.clock.advance(600_000);
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'zoe@x.test']);
  });
});

describe('a Target with problems', () => {
  it('that is down for the whole run receives everything later, in order for each person, without Attempts', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'zoe@x.test']);
    system.faults.down = true;
    for (const name of ['B', 'C', 'D']) {
      await harness.patch(idOf('anna@x.test'), (user) => ({ ...user, displayName: name }));
      await harness.join(`new-${name}@x.test`);
      await harness.idle();
      harness.clock.advance(300_000);
    }
    const trouble = await harness.target();
    expect(trouble).toMatchObject({ state: 'live', trouble: 'connection refused' });
    expect((await harness.store.outbox.list('front-desk', ['queued', 'unclear'], 100)).map((delivery) => delivery.attempts)).toEqual([
      0, 0, 0, 0,
    ]);
    system.faults.down = false;
    harness.clock.advance(300_000);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'D' } }]);
    expect(system.active()).toHaveLength(5);
    expect(await harness.target()).toMatchObject({ trouble: '' });
  });

  it('does not stop other Targets', async () => {
    const [down, up] = [new FakeSystem(), new FakeSystem()];
    const harness = await openHarness({ 'front-desk': () => down.connect(), gate: () => up.connect() });
    down.faults.down = true;
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.apply(definitionOf({ target: 'gate' }));
    await harness.idle();
    expect([down.active(), up.active()]).toEqual([[], ['anna@x.test']]);
  });

  it('that responds with 401 is refused: no one is parked, and it is live again when it accepts the credentials', async () => {
    const { system, harness } = await liveWith(['anna@x.test']);
    system.faults.refuses = true;
    await harness.join('bert@x.test');
    await harness.idle();
    await pollUntil('it is refused', async () => (await harness.target()).state === 'refused');
    expect((await harness.store.outbox.counts('front-desk')).parked).toBe(0);
    system.faults.refuses = false;
    harness.clock.advance(900_000);
    await pollUntil('it is live', async () => (await harness.target()).state === 'live');
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });

  it('whose answer cannot be settled while the next one is awaited does not end the process', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect({ batchSize: 2 }) });
    const people = [await harness.join('anna@x.test'), await harness.join('bert@x.test')];
    await harness.apply(definitionOf());
    await harness.idle();
    for (const { id } of people) await harness.patch(id, (user) => ({ ...user, displayName: 'changed' }));
    system.faults.wrongPath = true;
    let writes = 0;
    system.beforeWrite = async () => {
      writes += 1;
      // When the second write arrives, the settlement of the first has failed.
      if (writes % 2 === 0) for (let tick = 0; tick < 50; tick += 1) await setImmediate();
    };
    await harness.idle();
    expect((await harness.target()).trouble).toContain('404');
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ parked: 0, sending: 0 });
  });

  it('with a wrong base path parks, duplicates and removes no one, and reports the path', async () => {
    const { system, harness, idOf } = await liveWith(['anna@x.test', 'bert@x.test', 'cleo@x.test']);
    system.faults.wrongPath = true;
    await harness.join('new@x.test');
    await harness.disable(idOf('anna@x.test'));
    await harness.patch(idOf('bert@x.test'), (user) => ({ ...user, displayName: 'B' }));
    await harness.idle();
    const counts = await harness.store.outbox.counts('front-desk');
    expect([counts.parked, counts.queued + counts.unclear]).toEqual([0, 3]);
    expect((await harness.target()).trouble).toContain('404');
    expect((await harness.store.shadows.count('front-desk')).active).toBe(3);
    system.faults.wrongPath = false;
    harness.clock.advance(300_000);
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test', 'cleo@x.test', 'new@x.test']);
  });

  it('whose script crashes at one person of a batch parks that person after three single tries, and the other 99 are delivered', async () => {
    const system = new FakeSystem();
    system.faults.poison.add('p42@x.test');
    const harness = await openHarness({ 'front-desk': () => system.connect({ batchSize: 100 }) });
    for (let n = 0; n < 100; n += 1) await harness.join(`p${n}@x.test`);
    await harness.apply(definitionOf());
    for (let minutes = 0; minutes < 20; minutes += 1) {
      await harness.idle();
      harness.clock.advance(60_000);
    }
    const parked = await harness.store.outbox.list('front-desk', ['parked'], 10);
    expect(parked.map((delivery) => [delivery.rows[0]?.['Email'], delivery.soloFailures])).toEqual([['p42@x.test', 3]]);
    expect(system.active()).toHaveLength(99);
  });

  it('that has lost many records is paused for a person', async () => {
    const { system, harness, people } = await liveWith(
      ['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test', 'e@x.test', 'f@x.test'],
      definitionOf({ guard: { ...definitionOf().guard, removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 } } }),
    );
    system.kept.clear();
    for (const person of people.values()) await harness.patch(person.id, (user) => ({ ...user, displayName: 'changed' }));
    await harness.idle();
    await pollUntil('it is paused', async () => (await harness.target()).state === 'paused');
    expect((await harness.target()).why).toContain('missing');
  });
});

describe('affected people', () => {
  it('are exactly those whose records read a renamed group, a removed member or an arriving manager', async () => {
    const mapping = {
      Email: { from: 'lower(email)' },
      Groups: { from: 'join(groups, ";")' },
      Manager: { from: 'manager.displayName' },
    };
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => harness.join(`${name}@x.test`)));
    const [a, b, c, d] = people.map((person) => person.id) as [string, string, string, string];
    const groups = harness.store.of('default').groups;
    const lab = await groups.create({ displayName: 'Lab' }, [{ value: a }, { value: b }], harness.by());
    await harness.apply(definitionOf({ mapping }));
    await harness.idle();
    const during = async (work: () => Promise<unknown>) => {
      const before = system.calls.length;
      await work();
      await harness.idle();
      return system.calls.slice(before).sort();
    };
    expect(await during(() => groups.edit(lab.id, { change: (group) => ({ ...group, displayName: 'Lab Crew' }) }, harness.by()))).toEqual([
      'update a@x.test',
      'update b@x.test',
    ]);
    expect(await during(() => groups.edit(lab.id, { members: { base: 'keep', add: [], remove: [b] } }, harness.by()))).toEqual([
      'update b@x.test',
    ]);
    expect(await during(() => harness.patch(c, (user) => ({ ...user, [enterprise]: { manager: { value: d } } })))).toEqual([
      'update c@x.test',
    ]);
    expect(await during(() => harness.patch(d, (user) => ({ ...user, displayName: 'Dora' })))).toEqual(['update c@x.test']);
    expect(await during(() => groups.remove(lab.id, harness.by()))).toEqual(['update a@x.test']);
    expect([...system.kept.values()].map(({ record }) => record)).toEqual(
      expect.arrayContaining([
        { Email: 'a@x.test', Groups: '', Manager: '' },
        { Email: 'c@x.test', Groups: '', Manager: 'Dora' },
      ]),
    );
  });

  it('follow a literal memberOf through a rename of the group, and its deletion makes no one a Leaver', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const [anna, bert] = [await harness.join('anna@x.test'), await harness.join('bert@x.test')];
    const members = [anna, await harness.join('cleo@x.test'), await harness.join('dora@x.test')];
    const everyone = ['anna@x.test', 'cleo@x.test', 'dora@x.test'];
    const groups = harness.store.of('default').groups;
    const hosts = await groups.create(
      { displayName: 'Visitor Hosts' },
      members.map(({ id }) => ({ value: id })),
      harness.by(),
    );
    await harness.apply(definitionOf({ scope: [{ name: 'in group', rule: 'memberOf("Visitor Hosts")' }] }));
    await harness.idle();
    expect(system.active()).toEqual(everyone);
    await groups.edit(hosts.id, { change: (group) => ({ ...group, displayName: 'VMS Hosts' }) }, harness.by());
    await groups.edit(hosts.id, { members: { base: 'keep', add: [{ value: bert.id }], remove: [anna.id] } }, harness.by());
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test', 'cleo@x.test', 'dora@x.test']);
    await groups.remove(hosts.id, harness.by());
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test', 'cleo@x.test', 'dora@x.test']);
    expect(await harness.store.outbox.holds('front-desk')).toEqual([]);
  });
});
