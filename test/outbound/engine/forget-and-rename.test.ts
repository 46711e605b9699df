import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { personSubject } from '../../../src/domain/ids.ts';
import type { TargetDefinition } from '../../../src/domain/target.ts';
import { aTarget } from '../../support/builders.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeDrop, FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf, type Harness } from './harness.ts';

const take = (harness: Harness, ...fileDefinitions: readonly TargetDefinition[]) =>
  harness.engine.syncDefinitions(
    fileDefinitions.map((fileDefinition) => ({ name: fileDefinition.target, fileDefinition })),
    (applied) => applied,
  );
const named = (target: string) => definitionOf({ target });

/** Anna and Bert are at `front-desk`, which has a work folder; a test can remove its file. */
async function openScene(system = new FakeSystem(), change: Partial<TargetDefinition> = {}) {
  const connect = () => system.connect();
  const harness = await openHarness({ 'front-desk': connect, lobby: connect, other: connect });
  const [anna, bert] = [await harness.join('anna@x.test'), await harness.join('bert@x.test')];
  await harness.apply(definitionOf(change));
  await harness.idle();
  await mkdir(harness.folders.of('front-desk'), { recursive: true });
  await writeFile(join(harness.folders.of('front-desk'), 'note'), 'kept');
  return { harness, system, anna, bert };
}

describe('forgetting a target', () => {
  it('deletes everything that is stored about it, and changes nothing in the product', async () => {
    const { harness, system, anna } = await openScene();
    await take(harness);
    await harness.engine.forget('front-desk', 'mira');
    expect(await harness.store.targets.list()).toEqual([]);
    expect(await harness.store.shadows.of(personSubject(anna.id))).toEqual([]);
    expect(await harness.store.targets.journal('front-desk', 10)).toEqual([]);
    expect(existsSync(harness.folders.of('front-desk'))).toBe(false);
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });

  it('is refused while its file exists, and for an unknown name', async () => {
    const { harness } = await openScene();
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toMatchObject({ message: 'config/targets/front-desk.yaml exists' });
    await expect(harness.engine.forget('lobby', 'mira')).rejects.toMatchObject({ message: 'there is no target lobby' });
    expect(await harness.target()).toMatchObject({ state: 'live' });
  });

  it('works for a target that was never applied', async () => {
    const { harness } = await openScene();
    await take(harness, definitionOf(), named('lobby'));
    await take(harness, definitionOf());
    await harness.engine.forget('lobby', 'mira');
    expect((await harness.store.targets.list()).map(({ name }) => name)).toEqual(['front-desk']);
  });

  it('continues after a crash with the next reading of the files, and never makes the remaining rows live again', async () => {
    const { harness, system } = await openScene();
    await take(harness);
    const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValueOnce(new Error('in use'));
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toMatchObject({
      message: 'the work folder of front-desk cannot be removed: in use',
      hint: 'remove the folder manually, then repeat: `vestibule forget front-desk`',
    });
    remove.mockRestore();
    expect(await harness.target()).toMatchObject({ forgetting: true, state: 'orphaned' });
    // The file exists again before the forget is complete: it is then a new target that was never applied.
    await harness.restart();
    await take(harness, definitionOf());
    const target = await harness.target();
    expect(target).toMatchObject({ state: 'draft' });
    expect([target.forgetting, target.definition, target.appliedAt]).toEqual([undefined, undefined, undefined]);
    expect(await harness.store.shadows.count('front-desk')).toMatchObject({ active: 0 });
    await harness.idle();
    expect(system.calls.filter((call) => call.startsWith('create'))).toHaveLength(2);
  });

  it('continues within a minute, without a command and without a change of the files', async () => {
    const { harness } = await openScene();
    await take(harness);
    const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValueOnce(new Error('in use'));
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toThrow('in use');
    remove.mockRestore();
    harness.clock.advance(60_000);
    await pollUntil('it is forgotten', async () => (await harness.store.targets.list()).length === 0);
  });

  it('continues where it was interrupted when it is requested again', async () => {
    const { harness } = await openScene();
    await take(harness);
    const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValueOnce(new Error('in use'));
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toThrow('in use');
    remove.mockRestore();
    await harness.engine.forget('front-desk', 'mira');
    expect(await harness.store.targets.list()).toEqual([]);
  });

  it('does not prevent the other targets from starting when its folder cannot be removed', async () => {
    const { harness } = await openScene();
    await take(harness);
    const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValue(new Error('in use'));
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toThrow('in use');
    await take(harness, named('other'));
    expect(await harness.target('other')).toMatchObject({ state: 'draft' });
    remove.mockRestore();
  });
});

describe('renaming a target', () => {
  it('keeps its people, its state and its work folder, and continues under the new name', async () => {
    const { harness, system, anna } = await openScene();
    const before = await harness.target();
    await take(harness, named('lobby'));
    const { target, file } = await harness.engine.rename('front-desk', 'lobby', 'mira');
    expect(file).toBeUndefined();
    expect(target).toMatchObject({
      name: 'lobby',
      state: 'live',
      cursor: before.cursor,
      appliedAt: before.appliedAt,
      plannedHash: before.plannedHash,
    });
    expect(target.definition).toMatchObject({ target: 'lobby' });
    expect([target.folderFrom, target.before, target.resend]).toEqual([undefined, undefined, undefined]);
    expect((await harness.store.targets.list()).map(({ name }) => name)).toEqual(['lobby']);
    expect(await harness.store.targets.journal('lobby', 1)).toMatchObject([{ what: 'renamed', detail: 'from front-desk', by: 'mira' }]);
    expect(await readFile(join(harness.folders.of('lobby'), 'note'), 'utf8')).toBe('kept');
    await take(harness, named('lobby'));
    await harness.disable(anna.id);
    await harness.join('carl@x.test');
    await harness.idle();
    expect(system.active()).toEqual(['bert@x.test', 'carl@x.test']);
    expect(system.calls.filter((call) => call === 'create bert@x.test')).toHaveLength(1);
  });

  it('keeps what is held, rejected and parked', async () => {
    const guard = { removals: { most: 0, share: 1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 1, withinMs: 3_600_000 } };
    const { harness, anna, bert } = await openScene(new FakeSystem(), { guard });
    await harness.disable(anna.id);
    await harness.idle();
    await harness.commands.reject('front-desk', {}, 'mira');
    await harness.disable(bert.id);
    await harness.idle();
    expect(await openOf(harness, bert)).toMatchObject({ state: 'held' });
    const fileDefinition = { ...definitionOf({ guard }), target: 'lobby' };
    await take(harness, fileDefinition);
    await harness.engine.rename('front-desk', 'lobby', 'mira');
    await harness.idle();
    expect(await openOf(harness, bert, 'lobby')).toMatchObject({ state: 'held' });
    expect((await harness.store.outbox.holds('lobby')).at(-1)).toMatchObject({ open: 1 });
    const [decided] = await harness.store.decisions.get('lobby', [personSubject(anna.id)]);
    expect(decided?.decision).toMatchObject({ is: 'removalRejected' });
  });

  it('returns to the state before its file was missing: paused stays paused', async () => {
    const { harness } = await openScene();
    await harness.commands.pause('front-desk', 'mira');
    await take(harness, named('lobby'));
    expect((await harness.engine.rename('front-desk', 'lobby', 'mira')).target).toMatchObject({ state: 'paused' });
  });

  it('is refused until the files are renamed, and for a name that has people of its own', async () => {
    const { harness } = await openScene();
    await take(harness, definitionOf(), named('lobby'));
    await expect(harness.engine.rename('front-desk', 'lobby', 'mira')).rejects.toMatchObject({
      message: 'config/targets/front-desk.yaml exists',
      hint: 'rename the file first: move config/targets/front-desk.yaml to config/targets/lobby.yaml and write "target: lobby" in it',
    });
    await harness.apply(named('lobby'));
    await take(harness, named('lobby'));
    await expect(harness.engine.rename('front-desk', 'lobby', 'mira')).rejects.toThrow('lobby was already applied');
    await expect(harness.engine.rename('nobody', 'lobby', 'mira')).rejects.toThrow('there is no target nobody');
    await expect(harness.engine.rename('front-desk', 'front-desk', 'mira')).rejects.toThrow('is already named front-desk');
    // The target with the refused rename continues as before.
    await take(harness, definitionOf(), named('lobby'));
    await pollUntil('it is live again', async () => (await harness.target()).state === 'live');
  });

  it('is refused while a file is being handed over', async () => {
    const { harness } = await openScene();
    await take(harness, named('lobby'));
    await harness.store.engine(1).changeTarget('front-desk', (now = aTarget()) => ({ ...now, publication: 'f1' }));
    await expect(harness.engine.rename('front-desk', 'lobby', 'mira')).rejects.toThrow('is being written to its drop folder');
  });

  it('moves the work folder with the next reading of the files after a crash', async () => {
    const { harness } = await openScene();
    await take(harness, named('lobby'));
    const move = vi.spyOn(harness.folders, 'move').mockRejectedValueOnce(new Error('the process ended'));
    await harness.engine.rename('front-desk', 'lobby', 'mira');
    expect(await harness.target('lobby')).toMatchObject({ folderFrom: 'front-desk', state: 'live' });
    move.mockRestore();
    await harness.restart();
    await take(harness, named('lobby'));
    expect((await harness.target('lobby')).folderFrom).toBeUndefined();
    expect(existsSync(join(harness.folders.of('lobby'), 'note'))).toBe(true);
    expect(existsSync(harness.folders.of('front-desk'))).toBe(false);
  });

  it('writes the full file under its new name at once, and reports both names', async () => {
    const drop = new FakeDrop();
    const connect = (name: string) => () => ({ ...drop.connect(), file: `/drop/${name}.csv` });
    const harness = await openHarness({ 'front-desk': connect('front-desk'), lobby: connect('lobby') });
    await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    await take(harness, named('lobby'));
    const { file } = await harness.engine.rename('front-desk', 'lobby', 'mira');
    expect(file).toEqual({ before: '/drop/front-desk.csv', after: '/drop/lobby.csv' });
    await pollUntil('it is written', () => Promise.resolve(drop.again === 1));
    await harness.idle();
    expect((await harness.target('lobby')).resend).toBeUndefined();
    expect(drop).toMatchObject({ published: 2, rows: [{ Email: 'anna@x.test' }] });
  });
});

describe('a partly forgotten target', () => {
  it('is not applied and not renamed until the rest is forgotten', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect(), lobby: () => new FakeSystem().connect() });
    const anna = await harness.join('anna@x.test');
    await harness.join('zoe@x.test');
    await harness.apply(definitionOf());
    await harness.apply(definitionOf({ target: 'lobby' }));
    await harness.idle();
    const files = (...names: readonly string[]) =>
      harness.engine.syncDefinitions(
        names.map((name) => ({ name, fileDefinition: definitionOf({ target: name }) })),
        (applied) => applied,
      );
    await files('lobby');
    const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValue(new Error('in use'));
    await expect(harness.engine.forget('front-desk', 'mira')).rejects.toThrow();
    await files();
    await expect(harness.engine.rename('lobby', 'front-desk', 'mira')).rejects.toThrow('front-desk is still being removed');
    await files('front-desk', 'lobby');
    await expect(harness.apply(definitionOf())).rejects.toThrow('front-desk is still being removed');
    remove.mockRestore();
    await files('front-desk', 'lobby');
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.disable(anna.id);
    await harness.idle();
    expect(system.active()).toEqual(['zoe@x.test']);
  });
});
