import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pollUntil } from '../../support/poll.ts';
import { FakeSystem } from './fake-target.ts';
import { readSources } from '../../../src/outbound/engine/go-live/first-cycle.ts';
import { definitionOf, openHarness } from './harness.ts';

describe('an applied definition', () => {
  it('stays in effect while its file is edited, until a person applies the edit', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    const edited = definitionOf({ mapping: { ...definitionOf().mapping, Name: { from: 'upper(displayName)' } } });
    await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: edited }], (applied) => applied);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'anna' } }]);
    await harness.apply(edited);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'ANNA' } }]);
  });

  it('stays in effect when its file is missing: nothing is sent and no one is removed', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.engine.syncDefinitions([], (applied) => applied);
    await harness.disable(anna.id);
    await harness.join('bert@x.test');
    await harness.idle();
    expect(await harness.target()).toMatchObject({ state: 'orphaned' });
    expect(system.active()).toEqual(['anna@x.test']);
    await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: definitionOf() }], (applied) => applied);
    await pollUntil('it is live again', async () => (await harness.target()).state === 'live');
  });

  it('goes live automatically when the first cycle has finished', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() }, { quietMs: 1_200_000 });
    await harness.join('anna@x.test');
    expect(await harness.apply(definitionOf())).toMatchObject({ state: 'draft', liveWhenQuiet: true });
    harness.clock.advance(600_000);
    await harness.join('bert@x.test');
    harness.clock.advance(600_000);
    await harness.idle();
    expect(system.kept.size).toBe(0);
    harness.clock.advance(1_200_000);
    await pollUntil('it is live', async () => (await harness.target()).state === 'live');
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });

  it('causes one full reconcile after a start if the scheduled time was missed', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf({ schedule: { onChange: true, reconcile: '0 3 * * *', timezone: 'UTC' } }));
    await harness.idle();
    await harness.engine.stop();
    harness.clock.advance(20 * 3_600_000);
    await harness.restart();
    await pollUntil('it was reconciled', async () => (await harness.target()).reconciledAt !== undefined);
    const { reconciledAt } = await harness.target();
    harness.clock.advance(3_600_000);
    await harness.restart();
    await harness.idle();
    await harness.idle();
    expect((await harness.target()).reconciledAt).toEqual(reconciledAt);
  });

  it('causes a full reconcile at the times of its cron expression, starting with the apply', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    await harness.join('anna@x.test');
    // Every second of real time, because schedules use the machine's clock.
    await harness.apply(definitionOf({ schedule: { onChange: true, reconcile: '* * * * * *', timezone: 'Europe/London' } }));
    await pollUntil('it was reconciled', async () => (await harness.target()).reconciledAt !== undefined);
    expect(system.active()).toEqual(['anna@x.test']);
  });

  it.each([
    ['with a change to send', true],
    ['with nothing to send', false],
  ])('ends the waiting time of a target that was down, and clears its failure, %s', async (_, withChange) => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const logged: string[] = [];
    const info = vi.spyOn(harness.deps.log, 'info').mockImplementation((_fields, message) => void logged.push(message));
    onTestFinished(() => info.mockRestore());
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    system.faults.down = true;
    await harness.patch(anna.id, (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    for (let n = 0; n < 9; n += 1) {
      harness.clock.advance(120_000);
      await harness.idle();
    }
    expect((await harness.target()).trouble).toBe('connection refused');
    if (!withChange) await harness.patch(anna.id, (user) => ({ ...user, displayName: 'anna' }));
    system.faults.down = false;
    await harness.apply(definitionOf({ settings: { url: 'https://new.test' } }), { system: 'same' });
    await pollUntil('the failure is cleared', async () => (await harness.target()).trouble === '');
    expect(await harness.target()).not.toHaveProperty('downUntil');
    expect(logged).toContain('target available again');
  });

  it('does not wait for a second first cycle', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect(), gate: () => system.connect() }, { quietMs: 1_200_000 });
    await harness.join('anna@x.test');
    harness.clock.advance(1_300_000);
    await pollUntil('it was seen', async () => (await harness.store.firstCycles.over()).has('default'));
    await harness.join('bert@x.test');
    expect(await harness.apply(definitionOf())).toMatchObject({ state: 'live' });
  });

  it('stores the end of a first cycle without a command', async () => {
    const harness = await openHarness({}, { quietMs: 30_000 });
    await harness.join('anna@x.test');
    harness.clock.advance(31_000);
    const noted = async () => (await harness.store.firstCycles.over()).has('default');
    expect(await readSources(harness.deps)).toMatchObject([{ id: 'default', cycleOver: true }]);
    expect(await noted()).toBe(false);
    harness.clock.advance(30_000);
    await pollUntil('the engine noted it', noted);
  });

  it('stores at the start that a first cycle ended while the daemon was stopped, before the next write', async () => {
    const harness = await openHarness({}, { quietMs: 30_000 });
    await harness.join('anna@x.test');
    await harness.engine.stop();
    harness.clock.advance(3_600_000);
    await harness.restart();
    await harness.join('bert@x.test');
    expect(await readSources(harness.deps)).toMatchObject([{ id: 'default', cycleOver: true }]);
  });

  it('waits for a Source without staged people', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    expect(await harness.apply(definitionOf())).toMatchObject({ state: 'draft', liveWhenQuiet: true });
  });

  it('counts as accepted, so a first load and an edit are not held', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    for (let n = 0; n < 60; n += 1) await harness.join(`p${n}@x.test`, { title: n % 2 === 0 ? 'visitor' : 'host' });
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.apply(definitionOf({ scope: [{ name: 'titled', rule: 'title == "host"' }] }));
    await harness.idle();
    expect(system.active()).toHaveLength(30);
  });

  it('is paused and resumed by a person, and sends nothing in between', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.commands.pause('front-desk', 'mira');
    await harness.join('bert@x.test');
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test']);
    await harness.commands.resume('front-desk', 'mira');
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });
});
