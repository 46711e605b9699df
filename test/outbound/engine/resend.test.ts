import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import type { Connection } from '../../../src/outbound/drivers/driver.ts';
import { Commands } from '../../../src/outbound/engine/commands.ts';
import type { EngineDeps } from '../../../src/outbound/engine/deps.ts';
import { Engine } from '../../../src/outbound/engine/engine.ts';
import { previewTarget } from '../../../src/outbound/engine/preview/preview.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeDrop, FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, type Harness } from './harness.ts';

const deactivateFirst = {
  ...definitionOf().leavers,
  inactive: [
    { do: 'deactivate', afterMs: 0 },
    { do: 'delete', afterMs: 86_400_000 },
  ],
} as const;

/** Anna and Bert are in the product; Carl is deactivated there and waits for the deletion. */
async function openScene(system: FakeSystem, connect: () => Connection = () => system.connect()): Promise<Harness> {
  const harness = await openHarness({ 'front-desk': connect });
  await harness.join('anna@x.test');
  await harness.join('bert@x.test');
  const carl = await harness.join('carl@x.test');
  await harness.apply(definitionOf({ leavers: deactivateFirst }));
  await harness.idle();
  await harness.disable(carl.id);
  await harness.idle();
  expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  return harness;
}

const definition = definitionOf({ leavers: deactivateFirst });

/** Dependencies with which all writes of the engine fail, starting with the given one, as if the process had ended. */
function endingAt(deps: EngineDeps, write: number): { readonly deps: EngineDeps; readonly writes: () => number } {
  let writes = 0;
  const store = new Proxy(deps.store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'engine') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return (fence: number) =>
        new Proxy(target.engine(fence), {
          get(writer, method) {
            const act: unknown = Reflect.get(writer, method, writer);
            if (typeof act !== 'function') return act;
            return (...values: readonly unknown[]) => {
              writes += 1;
              if (writes >= write) return Promise.reject(new StoreError('the process ended here'));
              return Reflect.apply(act, writer, values) as unknown;
            };
          },
        });
    },
  });
  return { deps: { ...deps, store }, writes: () => writes };
}

describe('a product that was emptied', () => {
  it('receives everyone again with --resend; an existing record is adopted and none is duplicated', async () => {
    const system = new FakeSystem();
    const harness = await openScene(system);
    for (const [key, { record }] of system.kept) if (record['Email'] !== 'bert@x.test') system.kept.delete(key);
    const [bert] = system.with('bert@x.test');
    await harness.apply(definition, { resend: true });
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
    expect(system.with('bert@x.test')).toEqual([bert]);
    expect(await harness.target()).toMatchObject({ state: 'live', plannedHash: expect.any(String) as unknown });
    expect((await harness.target()).resend).toBeUndefined();
    expect(await harness.store.shadows.count('front-desk')).toMatchObject({ active: 2, deactivated: 0 });
  });

  it('has a plan that says which people --resend does not send and which records may be duplicated', async () => {
    const system = new FakeSystem();
    let options: Parameters<FakeSystem['connect']>[0] = {};
    let repeatable = false;
    const harness = await openScene(system, () => ({ ...system.connect(options), repeatable }));
    const preview = async () =>
      previewTarget(harness.deps, {
        target: await harness.target(),
        definition,
        cause: 'config',
        limits: { lines: 10, records: 0 },
        again: 'resend',
      });
    expect(await preview()).toMatchObject({
      actions: { create: 2, update: 0, deactivate: 0, delete: 0 },
      again: { what: 'people', forgotten: 3, notSent: 1, mayDouble: 0 },
    });
    options = { find: false };
    expect((await preview()).again).toMatchObject({ mayDouble: 2 });
    repeatable = true;
    expect((await preview()).again).toMatchObject({ mayDouble: 0 });
  });

  it('receives only the plan that was shown: a person who has left since changes the plan', async () => {
    const system = new FakeSystem();
    const harness = await openScene(system);
    const shown = await previewTarget(harness.deps, { target: await harness.target(), definition, cause: 'config', again: 'resend' });
    const [, bert] = await harness.store.people.search('x.test', 3);
    await harness.disable(bert?.id ?? '');
    await expect(harness.apply(definition, { resend: true, hash: shown.hash })).rejects.toThrow('plan');
    expect(await harness.target()).toMatchObject({ state: 'live' });
  });

  it('is never held by the Guard, however many people it had', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    for (let n = 0; n < 60; n += 1) await harness.join(`p${n}@x.test`);
    const strict = definitionOf({ guard: { ...definition.guard, changes: { share: 0.01, withinMs: 3_600_000 } } });
    await harness.apply(strict);
    await harness.idle();
    system.kept.clear();
    await harness.apply(strict, { resend: true });
    await harness.idle();
    expect(system.active()).toHaveLength(60);
    expect(await harness.store.outbox.holds('front-desk')).toEqual([]);
  });

  it('loses no person and duplicates none when the process ends between any two writes', async () => {
    const outcomes = new Set<string>();
    for (let write = 1; !outcomes.has('finished'); write += 1) {
      const system = new FakeSystem();
      const harness = await openScene(system);
      await harness.engine.stop();
      system.kept.clear();
      const ending = endingAt(harness.deps, write);
      const commands = new Commands(ending.deps, new Engine(ending.deps));
      const order = { by: 'mira', replaceAll: false, without: 0, system: undefined, otherSystem: false, hash: undefined, resend: true };
      const failed = await commands.apply('front-desk', definition, order).then(
        () => false,
        () => true,
      );
      await harness.restart();
      await pollUntil('it is live', async () => (await harness.target()).state === 'live');
      await harness.idle();
      const target = await harness.target();
      expect(target.resend, `ended at write ${write}`).toBeUndefined();
      if (!failed) outcomes.add('finished');
      if (failed && system.kept.size === 0) {
        // The process ended before the request was stored: nothing was done, and the command failed.
        expect(write).toBe(1);
        outcomes.add('nothing');
        continue;
      }
      expect(system.active(), `ended at write ${write}`).toEqual(['anna@x.test', 'bert@x.test']);
      expect(system.kept.size).toBe(2);
      if (failed) outcomes.add('went on');
    }
    expect(outcomes).toEqual(new Set(['nothing', 'went on', 'finished']));
  });

  it('stays a draft when a person sets it to draft before it continued, and a later apply sends everyone', async () => {
    const system = new FakeSystem();
    const harness = await openScene(system);
    await harness.engine.stop();
    system.kept.clear();
    // The first write stores the request; the next one would forget the Shadows.
    const ending = endingAt(harness.deps, 2);
    const order = { by: 'mira', replaceAll: false, without: 0, system: undefined, otherSystem: false, hash: undefined, resend: true };
    await expect(new Commands(ending.deps, new Engine(ending.deps)).apply('front-desk', definition, order)).rejects.toThrow('ended here');
    await harness.commands.draft('front-desk', 'mira');
    await harness.restart();
    await harness.idle();
    expect(await harness.target()).toMatchObject({ state: 'draft', resend: 'people' });
    expect(system.kept.size).toBe(0);
    await harness.apply(definition);
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });
});

describe('a full file that was lost', () => {
  async function openFile(drop: FakeDrop): Promise<Harness> {
    const harness = await openHarness({ 'front-desk': () => drop.connect() });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    expect(drop).toMatchObject({ published: 1, again: 0 });
    return harness;
  }

  it('is handed over again once, even if nothing changed', async () => {
    const drop = new FakeDrop();
    const harness = await openFile(drop);
    await harness.apply(definitionOf(), { resend: true });
    await harness.idle();
    expect(drop).toMatchObject({ published: 2, again: 1, rows: [{ Email: 'anna@x.test' }] });
    await harness.join('bert@x.test');
    await harness.idle();
    expect(drop).toMatchObject({ published: 3, again: 1 });
    expect((await harness.target()).resend).toBeUndefined();
  });

  it('keeps the Shadows of the people', async () => {
    const drop = new FakeDrop();
    const harness = await openFile(drop);
    const preview = await previewTarget(harness.deps, {
      target: await harness.target(),
      definition: definitionOf(),
      cause: 'config',
      again: 'resend',
    });
    expect(preview.again).toEqual({ what: 'file', forgotten: 0, notSent: 0, mayDouble: 0 });
    expect(preview.actions.create).toBe(0);
  });

  it('waits for a missing folder', async () => {
    const drop = new FakeDrop();
    const harness = await openFile(drop);
    drop.down = true;
    await harness.apply(definitionOf(), { resend: true });
    await pollUntil('it was tried', async () => (await harness.target()).trouble !== '');
    expect(await harness.target()).toMatchObject({ resend: 'file', state: 'live' });
    drop.down = false;
    await pollUntil('it is there', () => {
      harness.clock.advance(60_000);
      return Promise.resolve(drop.again === 1);
    });
    await pollUntil('it is noted', async () => (await harness.target()).resend === undefined);
  });

  it('is handed over by the next start when the process ended before', async () => {
    const drop = new FakeDrop();
    const harness = await openFile(drop);
    let ended = false;
    drop.beforePublish = async () => {
      if (ended) return;
      ended = true;
      throw new StoreError('the process ended here');
    };
    await harness.apply(definitionOf(), { resend: true });
    await pollUntil('it ended', () => Promise.resolve(ended));
    await harness.restart();
    await pollUntil('it is there', () => Promise.resolve(drop.again === 1));
    await harness.idle();
    expect(drop).toMatchObject({ published: 2, again: 1 });
  });

  it('is requested without a daemon, and handed over when one runs', async () => {
    const drop = new FakeDrop();
    const harness = await openFile(drop);
    await harness.engine.stop();
    const order = { by: 'mira', replaceAll: false, without: 0, system: undefined, otherSystem: false, hash: undefined, resend: true };
    await new Commands(harness.deps, new Engine(harness.deps)).apply('front-desk', definitionOf(), order);
    expect(drop.again).toBe(0);
    await harness.restart();
    await pollUntil('it is there', () => Promise.resolve(drop.again === 1));
  });
});

describe('--new-system', () => {
  it('does exactly what its plan showed, without people who left the old system', async () => {
    const system = new FakeSystem();
    const harness = await openScene(system);
    system.kept.clear();
    const preview = await previewTarget(harness.deps, {
      target: await harness.target(),
      definition,
      cause: 'config',
      limits: { lines: 10, records: 0 },
      again: 'newSystem',
    });
    expect(preview).toMatchObject({ actions: { create: 2, update: 0, deactivate: 0, delete: 0 }, again: { forgotten: 3 } });
    const applied = await harness.commands.apply('front-desk', definition, {
      by: 'mira',
      replaceAll: false,
      without: 0,
      system: 'new',
      otherSystem: true,
      hash: preview.hash,
    });
    expect(applied.actions).toEqual(preview.actions);
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });

  it('deletes the rejections of the old system', async () => {
    const system = new FakeSystem();
    const harness = await openScene(system);
    const [anna] = await harness.store.people.search('anna@x.test', 1);
    const subject = { kind: 'person', id: anna?.id ?? '' } as const;
    await harness.store.engine(1).decide('front-desk', subject, { is: 'changeRejected', hash: 'h', by: 'mira', at: harness.clock.now() });
    await harness.apply(definition, { system: 'new', otherSystem: true });
    expect(await harness.store.decisions.get('front-desk', [subject])).toEqual([]);
  });

  it('is refused when address and drop are unchanged, and the error proposes --resend', async () => {
    const harness = await openScene(new FakeSystem());
    await expect(harness.apply(definition, { system: 'new' })).rejects.toMatchObject({
      message: 'the address and the drop folder of front-desk are unchanged: it is the same system',
      hint: expect.stringContaining('`vestibule apply front-desk --resend`') as unknown,
    });
  });
});

describe('--resend', () => {
  it('is refused where nothing is sent, with a hint', async () => {
    const harness = await openScene(new FakeSystem());
    const resend = () => harness.commands.apply('front-desk', definition, { ...order, resend: true });
    const order = { by: 'mira', replaceAll: false, without: 0, system: undefined, otherSystem: false, hash: undefined };
    await harness.commands.pause('front-desk', 'mira');
    await expect(resend()).rejects.toMatchObject({
      message: 'front-desk is paused',
      hint: 'resume it first: `vestibule resume front-desk`',
    });
    await harness.commands.draft('front-desk', 'mira');
    await expect(resend()).rejects.toMatchObject({ hint: 'make it live first: `vestibule apply front-desk`' });
    await harness.engine.syncDefinitions([], (applied) => applied);
    await expect(resend()).rejects.toMatchObject({ message: 'the configuration file of front-desk is missing' });
  });

  it('is refused if the address has also changed', async () => {
    const harness = await openScene(new FakeSystem());
    await expect(harness.apply(definition, { resend: true, otherSystem: true })).rejects.toThrow('address or drop folder');
  });
});

it('a product that was emptied during changes is sent everyone again, even though the daemon paused the Target', async () => {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const people = [];
  for (let n = 0; n < 12; n += 1) people.push(await harness.join(`p${n}@x.test`));
  const fileDefinition = definitionOf({ guard: { ...definitionOf().guard, removals: { ...definitionOf().guard.removals, share: 0.05 } } });
  await harness.apply(fileDefinition);
  await harness.idle();
  system.kept.clear();
  for (const { id } of people)
    await harness.patch(id, (user) => ({ ...user, title: 'changed', displayName: `${user.displayName} changed` }));
  await harness.idle();
  await pollUntil('it is paused', async () => (await harness.target()).state === 'paused');
  expect((await harness.target()).why).toContain('`vestibule apply front-desk --resend`');
  expect(await harness.apply(fileDefinition, { resend: true })).toMatchObject({ state: 'live' });
  await harness.idle();
  expect(system.active()).toHaveLength(12);
});
