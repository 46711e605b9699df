import { describe, expect, it, vi } from 'vitest';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import { compareDefinitions } from '../../../../src/config/compare-definitions.ts';
import { showHolds } from '../../../../src/cli/output/holds.ts';
import { showPlan } from '../../../../src/cli/output/plan.ts';
import { showStatus } from '../../../../src/cli/output/status.ts';
import { createStyle } from '../../../../src/cli/output/style.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';
import { siteFiles } from '../../../support/site-files.ts';

const day = 86_400_000;
const removals = { most: 25, share: 1, withinMs: day, waitMs: 0 };
const changes = { share: 1, withinMs: 3_600_000 };
const hosts = [{ name: 'hosts', rule: 'title == "host"' }];
/** A typical typing error. */
const typo = [{ name: 'hosts', rule: 'title == "hots"' }];
const noActions = { create: 0, update: 0, deactivate: 0, delete: 0 };

/** A live Target with five hosts, at which leavers are deleted after a day, and a file that the test edits. */
async function openDesk(change: Partial<TargetDefinition> = {}) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const anna = await harness.join('anna@x.test', { title: 'host' });
  for (const name of ['bert', 'cleo', 'dora', 'emil']) await harness.join(`${name}@x.test`, { title: 'host' });
  const delayed = [{ do: 'delete', afterMs: day }] as const;
  const definition = definitionOf({
    scope: hosts,
    leavers: { outOfScope: delayed, inactive: delayed, gone: delayed },
    guard: { removals, changes },
    ...change,
  });
  let onDisk = definition;
  const readFiles = () => siteFiles([onDisk]);
  const api = createTestApi(harness, {
    readFiles,
    syncDefinitions: () => Promise.resolve(readFiles()),
    compare: (before, after) => {
      const { waiting, sameSystem } = compareDefinitions(before, after);
      return { waiting, otherSystem: !sameSystem };
    },
  });
  await harness.store.sources.heard('default', harness.clock.now(), 3 * day);
  await harness.apply(definition);
  await harness.idle();
  return {
    system,
    harness,
    api,
    anna,
    edit: (edited: Partial<TargetDefinition>) => void (onDisk = { ...onDisk, ...edited }),
    /** Applies exactly the displayed plan. */
    apply: async () => {
      const { hash } = await api.plan('front-desk');
      const report = await api.apply('front-desk', { by: 'mira', hash });
      await harness.idle();
      return report;
    },
    /** Advances the clock, and the Source connects. */
    pass: async (ms: number) => {
      harness.clock.advance(ms);
      await harness.store.sources.heard('default', harness.clock.now(), 3 * day);
      await harness.idle();
    },
    status: async () => (await api.status()).targets[0],
    journal: async () => JSON.parse((await harness.store.targets.journal('front-desk', 1))[0]?.detail ?? '{}') as unknown,
  };
}

describe('an edit that makes people leave with a delay', () => {
  it('shows their number, the reason, the first step, its time and the first people in plan, status, plan of one person and why', async () => {
    const { harness, api, edit, status } = await openDesk();
    edit({ scope: typo });
    const dueAt = new Date(harness.clock.now().getTime() + day);
    const group = { reason: 'outOfScope', condition: 'hosts', step: 'delete', dueAt, people: 5 };
    const first = ['anna', 'bert', 'cleo'].map((displayName): unknown => expect.objectContaining({ displayName }));
    const expected = { begins: [{ ...group, first }], changes: [], ends: [], hold: '5 removals; everyone would be removed' };
    const before = await harness.target();
    const plan = await api.plan('front-desk');
    expect(plan).toMatchObject({ actions: noActions, clocks: expected });
    expect((await status())?.waiting).toEqual({ paths: ['scope'], differ: 0, clocks: expected });
    const { plan: person } = await api.planPerson('front-desk', 'anna@x.test');
    expect(person).toMatchObject({
      clock: 'begins',
      next: expect.stringContaining(`condition “hosts” is false. The delete is due on ${dueAt.toISOString().slice(0, 10)}`),
    });
    const [story] = (await api.why('anna@x.test')).stories;
    expect(story?.next).toMatch(/^Up to date/);
    expect(story?.edit).toContain('has changed but is not applied yet. If you apply it: A leaver delay begins. The person is out of scope');
    // These commands only read, so nothing has changed.
    expect(await harness.target()).toEqual(before);
    expect(await harness.store.shadows.leavers('front-desk')).toMatchObject({ running: 0 });
  });

  it('starts their delays when it is applied, and the Guard holds due removals beyond its limits', async () => {
    const { system, harness, api, apply, edit, pass, journal } = await openDesk();
    edit({ scope: typo });
    expect(await apply()).toMatchObject({ actions: noActions, clocks: { begins: 5, changes: 0, ends: 0 } });
    expect(await journal()).toMatchObject({ leaverDelaysBegin: 5, leaverDelaysChange: 0, leaverDelaysEnd: 0 });
    expect((await api.log('front-desk')).lines.at(-1)?.outcome).toBe('applied: a leaver delay begins for 5 people');
    await pass(day - 60_000);
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ held: 0 });
    await pass(120_000);
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ held: 5 });
    expect(system.active()).toHaveLength(5);
  });

  it('does not mention the Guard within its limits, and the people are removed when the delay has passed', async () => {
    const { system, api, apply, edit, pass } = await openDesk();
    edit({ scope: [...hosts, { name: 'not Anna', rule: 'userName != "anna@x.test"' }] });
    const { clocks } = await api.plan('front-desk');
    expect(clocks).toMatchObject({ begins: [{ people: 1, condition: 'not Anna', first: [{ displayName: 'anna' }] }] });
    expect(clocks.hold).toBeUndefined();
    await apply();
    await pass(day + 60_000);
    expect(system.with('anna@x.test')).toEqual([]);
    expect(system.active()).toHaveLength(4);
  });

  it('ends the delays of these people when it is reverted', async () => {
    const { system, harness, api, apply, edit, pass, status } = await openDesk();
    edit({ scope: typo });
    await apply();
    await pass(3_600_000);
    edit({ scope: hosts });
    const { clocks, actions } = await api.plan('front-desk');
    expect(actions).toEqual(noActions);
    expect(clocks).toMatchObject({ begins: [], changes: [], ends: [{ reason: 'outOfScope', step: 'delete', people: 5 }] });
    expect((await api.planPerson('front-desk', 'anna@x.test')).plan).toMatchObject({ clock: 'ends' });
    expect((await api.why('anna@x.test')).stories[0]?.edit).toContain('The leaver delay is cancelled.');
    expect((await status())?.waiting?.clocks?.ends).toHaveLength(1);
    expect(await apply()).toMatchObject({ clocks: { begins: 0, changes: 0, ends: 5 } });
    await pass(2 * day);
    expect(system.active()).toHaveLength(5);
    expect(await harness.store.shadows.leavers('front-desk')).toMatchObject({ running: 0 });
  });

  it('shows the delays that run in status after it is applied, until the removals are due', async () => {
    const { harness, api, anna, apply, edit, pass, status } = await openDesk();
    expect((await status())?.leaverDelays).toEqual([]);
    edit({ scope: typo });
    const dueAt = new Date(harness.clock.now().getTime() + day);
    await apply();
    await harness.disable(anna.id);
    await harness.idle();
    const group = { reason: 'outOfScope', condition: 'hosts', step: 'delete', dueAt, people: 4 };
    const delays = (await status())?.leaverDelays;
    expect(delays).toHaveLength(2);
    expect(delays).toContainEqual({
      ...group,
      first: ['bert', 'cleo', 'dora'].map((displayName): unknown => expect.objectContaining({ displayName })),
    });
    expect(delays).toContainEqual(expect.objectContaining({ reason: 'inactive', people: 1 }));
    expect(showStatus(await api.status(), createStyle(false))).toMatch(
      / {4}a leaver delay is running for 4 people out of scope: condition “hosts” is false\n {6}the first delete is due on .*: bert .* and 1 more\n {6}see: `vestibule list front-desk --leaving`/,
    );
    await pass(day + 60_000);
    expect(await status()).toMatchObject({ leaving: 5, leaverDelays: [] });
  });

  it('takes their held removals out of the hold when it is reverted, and nothing proposes to accept the hold', async () => {
    const { system, harness, api, apply, edit, pass, status } = await openDesk();
    edit({ scope: typo });
    await apply();
    await pass(day + 60_000);
    expect((await api.holds('front-desk')).holds).toMatchObject([{ number: 1, open: 5, withdrawn: 0 }]);
    edit({ scope: [{ name: 'hosts', rule: 'title == "host" && userName != "emil@x.test"' }] });
    expect((await api.plan('front-desk')).underWay.holds).toMatchObject([{ open: 5, withdrawn: 4 }]);
    edit({ scope: hosts });
    const plan = await api.plan('front-desk');
    expect(plan.underWay.holds).toEqual([{ number: 1, what: 'removals', open: 5, withdrawn: 5 }]);
    expect(showPlan(plan, createStyle(false))).toContain('Applying the file takes these 5 removals out of hold 1 without sending them.');
    expect(showPlan(plan, createStyle(false))).not.toContain('vestibule accept');
    const report = showStatus(await api.status(), createStyle(false));
    expect(report).toContain('Do not accept this hold.\n      see: `vestibule plan front-desk`');
    expect(report).not.toContain('vestibule accept');
    expect((await status())?.waiting?.withdrawn).toEqual([{ hold: 1, actions: 5 }]);
    const holds = await api.holds('front-desk');
    expect(holds.holds).toMatchObject([{ withdrawn: 5 }]);
    expect(showHolds(holds)).toContain('has changed but is not applied yet');
    await apply();
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ held: 0 });
    expect(system.active()).toHaveLength(5);
  });

  it('is not applied when the file was edited again after the plan was shown', async () => {
    const { api, edit } = await openDesk();
    const { hash } = await api.plan('front-desk');
    edit({ scope: typo });
    await expect(api.apply('front-desk', { by: 'mira', hash })).rejects.toThrow('the plan has changed since it was shown');
  });

  it('counts the people of other Sources when it binds the target to a Source', async () => {
    const { api, edit } = await openDesk();
    edit({ scope: [...hosts, { name: 'source: plant2', rule: 'source == "plant2"' }] });
    expect((await api.plan('front-desk')).clocks.begins).toMatchObject([{ condition: 'source: plant2', people: 5 }]);
  });

  it('counts the members of the former group when it names another group', async () => {
    const staff = (name: string) => [{ name: 'staff', rule: `memberOf("${name}")` }];
    const { harness, anna, api, edit, apply } = await openDesk({ scope: staff('Staff') });
    await harness.store.of('default').groups.create({ displayName: 'Staff' }, [{ value: anna.id }], harness.by());
    await harness.idle();
    await apply();
    edit({ scope: staff('Staff 2') });
    expect((await api.plan('front-desk')).clocks.begins).toMatchObject([{ condition: 'staff', people: 1 }]);
  });
});

describe('the promise of a hold', () => {
  const minute = 60_000;
  const within = 2 * minute;
  const notFor = (name: string) => ({ name: `not ${name}`, rule: `userName != "${name}@x.test"` });

  /** Eight hosts: two were removed without a delay 12 seconds ago, and an edit makes three more leave with this delay. */
  async function openWithRemovals(afterMs: number) {
    const desk = await openDesk({
      leavers: { inactive: [{ do: 'delete', afterMs: 0 }], outOfScope: [{ do: 'delete', afterMs }] },
      guard: { removals: { ...removals, most: 4, withinMs: within }, changes },
    });
    for (const name of ['finn', 'gert', 'hans']) await desk.harness.join(`${name}@x.test`, { title: 'host' });
    await desk.harness.idle();
    const { people } = desk.harness.store;
    for (const name of ['finn', 'gert']) {
      const [person] = await people.search(name, 1, []);
      await desk.harness.disable(person?.id ?? '');
    }
    await desk.harness.idle();
    await desk.pass(12_000);
    desk.edit({ scope: [...hosts, notFor('anna'), notFor('bert'), notFor('cleo')] });
    return desk;
  }

  it.each<[string, number, string | undefined]>([
    [
      'shorter than the window counts the removals before',
      minute,
      '5 removals (3 from this plan, 2 already done or in progress); the limit is 4 within 2 min',
    ],
    ['that outlives the removals before by a second counts none of them', within - 11_000, undefined],
    ['as long as the window counts none of them', within, undefined],
    ['longer than the window counts none of them', within + minute, undefined],
  ])('for a delay %s, and the Guard then decides the same', async (_, afterMs, hold) => {
    const { harness, api, apply, pass } = await openWithRemovals(afterMs);
    let passed = 0;
    const start = harness.clock.now().getTime();
    const ticking = vi.spyOn(harness.clock, 'now').mockImplementation(() => new Date(start + (passed += 1)));
    expect((await api.plan('front-desk')).clocks.hold).toBe(hold);
    ticking.mockRestore();
    await apply();
    await pass(afterMs + 1_000);
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ held: hold === undefined ? 0 : 3 });
  });

  it('counts the steps of other delays that fall due in the same window', async () => {
    const { harness, api, anna, apply, edit, pass } = await openDesk({ guard: { removals: { ...removals, most: 2 }, changes } });
    edit({ leavers: { inactive: [{ do: 'delete', afterMs: 2 * day }], outOfScope: [{ do: 'delete', afterMs: 2 * day }] } });
    await apply();
    await harness.disable(anna.id);
    await harness.idle();
    await pass(minute);
    edit({ scope: [...hosts, notFor('bert'), notFor('cleo')] });
    expect((await api.plan('front-desk')).clocks.hold).toBe(
      '3 removals (2 from this plan, 1 from other leaver delays); the limit is 2 within 24 h',
    );
    await apply();
    await pass(2 * day - minute);
    expect(await harness.store.outbox.counts('front-desk')).toMatchObject({ held: 0 });
    await pass(minute);
    expect((await harness.store.outbox.counts('front-desk')).held).toBe(2);
  });
});

describe('an edit of leavers', () => {
  it('shows whose removal is due earlier and when it was due before when it shortens a delay', async () => {
    const { harness, api, anna, apply, edit } = await openDesk();
    edit({ leavers: { inactive: [{ do: 'delete', afterMs: 30 * day }] } });
    await apply();
    await harness.disable(anna.id);
    await harness.idle();
    edit({ leavers: { inactive: [{ do: 'delete', afterMs: 2 * day }] } });
    const { clocks } = await api.plan('front-desk');
    const [group] = clocks.changes;
    expect(group).toMatchObject({ reason: 'inactive', step: 'delete', people: 1 });
    expect((await api.planPerson('front-desk', 'anna@x.test')).plan).toMatchObject({ clock: 'changes' });
    expect((group?.wasDueAt?.getTime() ?? 0) - (group?.dueAt.getTime() ?? 0)).toBe(28 * day);
    expect(await apply()).toMatchObject({ clocks: { begins: 0, changes: 1, ends: 0 } });
    expect((await api.plan('front-desk')).clocks).toEqual({ begins: [], changes: [], ends: [] });
  });

  it('ends the delay and keeps the record when it removes the steps', async () => {
    const { harness, api, anna, edit } = await openDesk();
    await harness.store.of('default').users.remove(anna.id, harness.by());
    await harness.idle();
    edit({ leavers: {} });
    expect((await api.plan('front-desk')).clocks.ends).toMatchObject([
      { reason: 'gone', people: 1, first: [{ userName: 'anna@x.test', deleted: true }] },
    ]);
  });

  it('starts no delay when the first step has none, because the removals are actions of the plan', async () => {
    const { api, edit } = await openDesk({ leavers: { outOfScope: [{ do: 'deactivate', afterMs: 0 }] } });
    edit({ scope: typo });
    const { actions, clocks } = await api.plan('front-desk');
    expect(actions).toMatchObject({ deactivate: 5 });
    expect(clocks).toEqual({ begins: [], changes: [], ends: [] });
  });
});
