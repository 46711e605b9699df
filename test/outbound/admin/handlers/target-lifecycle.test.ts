import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { AdminApi } from '../../../../src/admin/api.ts';
import { Tokens } from '../../../../src/identity/tokens.ts';
import { compareDefinitions } from '../../../../src/config/compare-definitions.ts';
import type { Problem } from '../../../../src/domain/errors.ts';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import type { Connection } from '../../../../src/outbound/drivers/driver.ts';
import { createAdminApi } from '../../../../src/outbound/admin/handlers/create-admin-api.ts';
import { createStyle } from '../../../../src/cli/output/style.ts';
import { showStatus } from '../../../../src/cli/output/status.ts';
import type { HandlerDeps } from '../../../../src/outbound/admin/handlers/handler-deps.ts';
import { FakeDrop, FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness, type Harness } from '../../engine/harness.ts';
import { siteFiles } from '../../../support/site-files.ts';

/** The admin API with a real store. `files` is the content of the site's files, which a test can change at any time. */
interface Site {
  readonly api: AdminApi;
  readonly harness: Harness;
  readonly files: Map<string, TargetDefinition>;
  readonly problems: Problem[];
}

async function openSite(
  systems: Readonly<Record<string, () => Connection>>,
  collision?: Awaited<ReturnType<HandlerDeps['findCollision']>>,
): Promise<Site> {
  const harness = await openHarness(systems);
  const files = new Map<string, TargetDefinition>();
  const problems: Problem[] = [];
  const api = createAdminApi({
    engineDeps: harness.deps,
    engine: harness.engine,
    commands: harness.commands,
    tokens: new Tokens({ store: harness.store.tokens, clock: harness.clock, randomBytes }),
    troubles: () => [],
    sourceNames: ['default'],
    readFiles: () => siteFiles([...files.values()], problems),
    syncDefinitions: async () => {
      await harness.engine.syncDefinitions(
        [...files].map(([name, fileDefinition]) => ({ name, fileDefinition })),
        (applied) => applied,
      );
      return siteFiles([...files.values()], problems);
    },
    examine: () => ({ examination: { steps: [], close: () => Promise.resolve() }, missing: [], secrets: 0 }),
    check: () =>
      Promise.resolve({ problems: [], read: { folder: '/config', targets: 0, connectors: 0, by: 'daemon' as const }, destinations: [] }),
    findCollision: () => Promise.resolve(collision),
    compare: (applied, fileDefinition) => {
      const { waiting, sameSystem } = compareDefinitions(applied, fileDefinition);
      return { waiting, otherSystem: !sameSystem };
    },
    tenantUrl: 'https://hosts.contoso.com/scim',
    version: '0.1.0',
    running: true,
  });
  return { api, harness, files, problems };
}

const at = (url: string, change: Partial<TargetDefinition> = {}) => definitionOf({ settings: { url }, ...change });

/** Creates sixteen people at `front-desk`, one of whom is leaving. */
async function openDesk(connect: () => Connection, collision?: Awaited<ReturnType<HandlerDeps['findCollision']>>): Promise<Site> {
  const site = await openSite({ 'front-desk': connect, lobby: connect }, collision);
  const { harness, files } = site;
  for (let n = 1; n <= 15; n += 1) await harness.join(`p${n}@x.test`);
  const leaver = await harness.join('leaver@x.test');
  const kept = at('https://old.test', { leavers: { inactive: [{ do: 'delete', afterMs: 86_400_000 }] } });
  files.set('front-desk', kept);
  await harness.apply(kept);
  await harness.idle();
  await harness.disable(leaver.id);
  await harness.idle();
  return site;
}

describe('a plan for a new system', () => {
  it('shows what apply --new-system then does, with the number of people who stay at the old system', async () => {
    const system = new FakeSystem();
    const { api, files } = await openDesk(() => system.connect());
    files.set('front-desk', { ...(files.get('front-desk') as TargetDefinition), settings: { url: 'https://new.test' } });
    expect(await api.plan('front-desk')).toMatchObject({ actions: { create: 0 }, otherSystem: true });
    const plan = await api.plan('front-desk', { system: 'new' });
    expect(plan).toMatchObject({ actions: { create: 15, update: 0, deactivate: 0, delete: 0 }, otherSystem: false });
    expect(plan.notes).toEqual(['16 people remain in the old system; Vestibule no longer manages them']);
    system.kept.clear();
    const applied = await api.apply('front-desk', { by: 'jo', system: 'new', hash: plan.hash });
    expect(applied).toMatchObject({ state: 'live', actions: plan.actions });
  });

  it('is refused at an unchanged address, as apply is', async () => {
    const { api } = await openDesk(() => new FakeSystem().connect());
    const refusal = { message: 'the address and the drop folder of front-desk are unchanged: it is the same system' };
    await expect(api.plan('front-desk', { system: 'new' })).rejects.toMatchObject(refusal);
    await expect(api.apply('front-desk', { by: 'jo', system: 'new' })).rejects.toMatchObject(refusal);
  });
});

describe('a plan to send all records again', () => {
  it('shows who is not sent, and is what apply --resend verifies', async () => {
    const system = new FakeSystem();
    const { api } = await openDesk(() => system.connect());
    const plan = await api.plan('front-desk', { resend: true });
    expect(plan).toMatchObject({ actions: { create: 15 }, again: { what: 'people', newSystem: false, forgotten: 16, notSent: 1 } });
    expect(plan.notes).toEqual([
      'all records are looked up and sent again; records that still exist are adopted',
      '1 person is leaving, deactivated or without a valid row and will not be sent; if front-desk was not emptied, their records remain there and Vestibule no longer manages them',
    ]);
    await expect(api.apply('front-desk', { by: 'jo', hash: plan.hash })).rejects.toThrow('plan');
    expect(await api.apply('front-desk', { by: 'jo', resend: true, hash: plan.hash })).toMatchObject({ actions: plan.actions });
  });

  it('warns that records would be duplicated at a product without look-ups', async () => {
    const system = new FakeSystem();
    const { api } = await openDesk(() => system.connect({ find: false }));
    const { notes } = await api.plan('front-desk', { resend: true });
    expect(notes[0]).toBe(
      'this connector cannot look up 15 of the records; any of these that still exist at front-desk will be duplicated',
    );
  });

  it('says for a full file that the file is written again', async () => {
    const drop = new FakeDrop();
    const { api, harness } = await openDesk(() => drop.connect());
    const before = drop.published;
    const plan = await api.plan('front-desk', { resend: true });
    expect(plan).toMatchObject({ actions: { create: 0 }, notes: ['the full output file is written again, even if nothing changed'] });
    await api.apply('front-desk', { by: 'jo', resend: true, hash: plan.hash });
    await harness.idle();
    expect(drop).toMatchObject({ published: before + 1, again: 1 });
  });
});

describe('a target with a missing file', () => {
  it('is not planned, and the error proposes every way to continue', async () => {
    const { api, files } = await openDesk(() => new FakeSystem().connect());
    files.clear();
    const ways = expect.stringMatching(/restore .*front-desk.yaml; .*rename front-desk NEW`; .*forget front-desk`$/) as unknown;
    for (const refused of [api.plan('front-desk'), api.apply('front-desk', { by: 'jo' })]) {
      await expect(refused).rejects.toMatchObject({ message: 'the configuration file of front-desk is missing', hint: ways });
    }
  });
});

describe('forget', () => {
  it('shows first what remains in the product, then removes the target', async () => {
    const system = new FakeSystem();
    const { api, files } = await openDesk(() => system.connect());
    await expect(api.forgetting('front-desk')).rejects.toMatchObject({ message: 'config/targets/front-desk.yaml exists' });
    files.clear();
    const left = { target: 'front-desk', title: 'Fake', active: 16, deactivated: 0, leaving: 1, unconfirmedDeliveries: 0 };
    expect(await api.forgetting('front-desk')).toEqual(left);
    expect(await api.forget('front-desk', 'jo')).toEqual(left);
    expect((await api.status()).targets).toEqual([]);
    await expect(api.forget('front-desk', 'jo')).rejects.toThrow('there is no target front-desk');
    expect(system.active()).toHaveLength(16);
  });

  it('names the full file that stays', async () => {
    const drop = new FakeDrop();
    const { api, files } = await openDesk(() => ({ ...drop.connect(), file: '/drop/front-desk.csv' }));
    files.clear();
    expect(await api.forgetting('front-desk')).toMatchObject({ file: '/drop/front-desk.csv' });
  });
});

describe('rename', () => {
  it('is proposed for a renamed file, also if both names write one file', async () => {
    const system = new FakeSystem();
    const collision = {
      path: 'settings.drop.fileName',
      message: 'writes /drop/a.csv',
      hint: 'Give each its own.',
      level: 'problem',
    } as const;
    const { api, files } = await openDesk(() => system.connect(), collision);
    files.set('lobby', { ...(files.get('front-desk') as TargetDefinition), target: 'lobby' });
    files.delete('front-desk');
    expect((await api.plan('lobby')).refusal?.hint).toContain('`vestibule rename front-desk lobby`');
  });

  it('uses the name of the new file, and status shows only this name', async () => {
    const system = new FakeSystem();
    const { api, files } = await openDesk(() => system.connect());
    await expect(api.rename('front-desk', 'lobby', 'jo')).rejects.toMatchObject({
      message: 'config/targets/lobby.yaml does not exist',
      hint: expect.stringContaining('move config/targets/front-desk.yaml to config/targets/lobby.yaml') as unknown,
    });
    files.set('lobby', { ...(files.get('front-desk') as TargetDefinition), target: 'lobby' });
    await expect(api.rename('front-desk', 'lobby', 'jo')).rejects.toThrow('front-desk.yaml exists');
    files.delete('front-desk');
    const { refusal } = await api.plan('lobby');
    expect(refusal?.hint).toContain('If lobby is the new name of front-desk: `vestibule rename front-desk lobby`.');
    await expect(api.apply('lobby', { by: 'jo' })).rejects.toMatchObject(refusal ?? {});
    const shown = showStatus(await api.status(), createStyle(false));
    expect(shown).toContain('If lobby is the new name of front-desk: `vestibule rename front-desk lobby`.');
    expect(shown).not.toContain('vestibule apply lobby');
    expect(await api.rename('front-desk', 'lobby', 'jo')).toEqual({ target: 'lobby', before: 'front-desk', state: 'live' });
    expect((await api.status()).targets).toMatchObject([{ name: 'lobby', active: 16, state: 'live' }]);
    expect(await api.plan('lobby')).toMatchObject({ waitingPaths: [], otherSystem: false, actions: { create: 0 }, notes: [] });
  });

  it('shows the problems of the new file', async () => {
    const { api, files, problems } = await openDesk(() => new FakeSystem().connect());
    files.clear();
    problems.push({ file: '/config/targets/lobby.yaml', path: 'scope', message: 'is not a list', hint: 'a list', level: 'problem' });
    problems.push({ file: '/config/targets/gate.yaml', path: 'scope', message: 'is not a list', hint: 'a list', level: 'problem' });
    await expect(api.rename('front-desk', 'lobby', 'jo')).rejects.toMatchObject({ problems: [{ file: '/config/targets/lobby.yaml' }] });
  });
});

it('an interrupted forget continues when it is repeated', async () => {
  const { api, files, harness } = await openDesk(() => new FakeSystem().connect());
  files.delete('front-desk');
  const remove = vi.spyOn(harness.folders, 'remove').mockRejectedValueOnce(new Error('in use'));
  await expect(api.forget('front-desk', 'jo')).rejects.toThrow('in use');
  remove.mockRestore();
  expect(await api.forgetting('front-desk')).toMatchObject({ target: 'front-desk' });
  expect(await api.forget('front-desk', 'jo')).toMatchObject({ target: 'front-desk' });
  expect((await api.status()).targets).toEqual([]);
});

it('why reports a missing file for a target that was never applied', async () => {
  const { api, harness, files } = await openDesk(() => new FakeSystem().connect());
  files.set('lobby', definitionOf({ target: 'lobby' }));
  await api.apply('front-desk', { by: 'jo' });
  files.delete('lobby');
  const fay = await harness.join('fay@x.test');
  expect((await api.why(fay.id)).untold).toEqual([
    { target: 'lobby', why: 'its file is missing and nothing was applied yet; if it is no longer needed: `vestibule forget lobby`' },
  ]);
});
