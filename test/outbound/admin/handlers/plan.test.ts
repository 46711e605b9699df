import { describe, expect, it } from 'vitest';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import { noteFirstCycles } from '../../../../src/outbound/engine/go-live/first-cycle.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';
import { siteFiles } from '../../../support/site-files.ts';

const guard = { removals: { most: 3, share: 1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } };

const hosts = { scope: [{ name: 'hosts', rule: 'title == "host"' }] };

/** A live Target with 16 people, whose file then contains `fileDefinition`. */
async function openDesk(fileDefinition: Partial<TargetDefinition> = {}) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const people = [];
  for (let n = 0; n < 16; n += 1)
    people.push(await harness.join(`p${String(n).padStart(2, '0')}@x.test`, { title: n < 6 ? 'host' : 'guest' }));
  const definition = definitionOf({ guard });
  await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: definition }], (applied) => applied);
  const files = siteFiles([{ ...definition, ...fileDefinition }]);
  const api = createTestApi(harness, { readFiles: () => files, syncDefinitions: () => Promise.resolve(files) });
  return { system, harness, people, definition, api };
}

describe('the plan of a target', () => {
  it('shows the removals that apply releases past the Guard, and exactly these are sent', async () => {
    const { api, harness, definition, system } = await openDesk(hosts);
    await harness.apply(definition);
    await harness.idle();
    const plan = await api.plan('front-desk');
    expect(plan.guard).toEqual({ why: '10 removals; the limit is 3 within 24 h', passed: ['removes 10 of 16 people (62%)'] });
    await api.apply('front-desk', { by: 'mira', hash: plan.hash });
    await harness.idle();
    expect(system.active()).toHaveLength(6);
  });

  it('releases nothing while it waits for the first cycle: the Guard decides when the target goes live', async () => {
    const { api, harness, definition } = await openDesk(hosts);
    await harness.apply(definition);
    await harness.idle();
    await api.draft('front-desk', 'mira');
    expect((await api.plan('front-desk')).guard?.passed).toEqual(['removes 10 of 16 people (62%)']);
    await harness.store.of('plant2').users.create({ userName: 'new@x.test', active: true }, harness.by());
    const timing = { ...harness.deps.timing, quietMs: (source: string) => (source === 'plant2' ? 3_600_000 : 0) };
    const readFiles = () => siteFiles([{ ...definition, ...hosts }]);
    const waiting = createTestApi({ ...harness, deps: { ...harness.deps, timing } }, { readFiles });
    const plan = await waiting.plan('front-desk');
    expect(plan.cycle).toBeDefined();
    expect(plan.guard).toEqual({ why: '10 removals; the limit is 3 within 24 h', passed: [] });
  });

  it('shows the Deliveries in progress and the open hold if no action is planned', async () => {
    const { api, harness, definition, system, people } = await openDesk();
    await harness.apply(definition);
    await harness.idle();
    for (const { id } of people.slice(0, 5)) await harness.disable(id);
    system.faults.rejects.set('p10@x.test', 'no');
    await harness.patch(people[10]?.id ?? '', (user) => ({ ...user, displayName: 'Changed' }));
    await harness.idle();
    const plan = await api.plan('front-desk');
    expect(plan.actions).toEqual({ create: 0, update: 0, deactivate: 0, delete: 0 });
    const [hold] = plan.underWay.holds;
    expect(plan.underWay).toEqual({ held: hold?.open, queued: 0, parked: 1, inDoubt: 0, holds: [{ ...hold, what: 'removals' }] });
    expect(plan.underWay.held).toBeGreaterThan(0);
  });

  it('shows the first creates in full, or the first updates when nothing is created', async () => {
    const { api, harness, definition } = await openDesk({ mapping: { Email: { from: 'email' }, Kind: { from: 'title' } } });
    expect((await api.plan('front-desk')).records).toHaveLength(3);
    expect((await api.plan('front-desk', { records: 1 })).records).toMatchObject([
      { action: 'create', rows: [{ Email: 'p00@x.test', Kind: 'host' }] },
    ]);
    await harness.apply(definition);
    await harness.idle();
    const { records, lines } = await api.plan('front-desk', { limit: 0, records: 2 });
    expect(lines).toEqual([]);
    expect(records.map(({ action, rows }) => [action, Object.keys(rows[0] ?? {})])).toEqual([
      ['update', ['Email', 'Kind']],
      ['update', ['Email', 'Kind']],
    ]);
  });
});

describe('the plan for one person', () => {
  const mapping = {
    Email: { from: 'lower(email)' },
    Badge: { from: 'department', empty: 'omit' },
    Name: { from: 'displayName', max: 2, long: 'cut' },
  } as const;

  it('shows conditions with values, each field with its expression and note, the current record and the planned action', async () => {
    const { api, harness, definition } = await openDesk({ mapping, ...hosts });
    await harness.apply(definition);
    await harness.idle();
    const { people, plan } = await api.planPerson('front-desk', 'p00@x.test');
    expect(people).toMatchObject([{ userName: 'p00@x.test' }]);
    expect(plan?.conditions).toMatchObject([{ name: 'hosts', holds: true, values: { title: 'host' } }]);
    expect(plan?.fields).toEqual([
      { field: 'Email', values: ['p00@x.test'], from: 'lower(email)' },
      { field: 'Badge', values: [], from: 'department', note: 'is omitted because it is empty' },
      { field: 'Name', values: ['p0'], from: 'displayName', note: 'is truncated to 2 characters' },
    ]);
    expect(plan).toMatchObject({ action: 'update', accepted: { active: true, sent: [{ Name: 'p00' }] } });
    const leaver = (await api.planPerson('front-desk', 'p10@x.test')).plan;
    expect(leaver).toMatchObject({ action: 'delete', fields: [], next: expect.stringContaining('condition “hosts” is false') });
  });

  it('counts truncated and omitted values with examples, and why shows them for one person', async () => {
    const { api, harness, definition } = await openDesk({ mapping, ...hosts });
    const { fieldNotes, inScope } = await api.plan('front-desk', { limit: 0, records: 0 });
    expect(inScope).toBe(6);
    const first = ['p00@x.test', 'p01@x.test', 'p02@x.test'].map((userName): unknown => expect.objectContaining({ userName }));
    expect(fieldNotes).toEqual([
      { field: 'Badge', text: 'is omitted because it is empty', people: 6, first },
      { field: 'Name', text: 'is truncated to 2 characters', people: 6, first },
    ]);
    await harness.apply({ ...definition, ...hosts, mapping });
    await harness.idle();
    const story = async (person: string) => (await api.why(person)).stories[0];
    expect((await story('p00@x.test'))?.notes).toEqual([
      { field: 'Badge', text: 'is omitted because it is empty' },
      { field: 'Name', text: 'is truncated to 2 characters' },
    ]);
    expect(await story('p10@x.test')).not.toHaveProperty('notes');
  });

  it('does not mention truncated values when there are none', async () => {
    const { api } = await openDesk(hosts);
    expect((await api.plan('front-desk')).fieldNotes).toEqual([]);
    expect((await api.why('p00@x.test')).stories[0]).not.toHaveProperty('notes');
  });

  it('names the field that prevents a valid row, and shows the valid fields', async () => {
    const { api, harness } = await openDesk();
    await harness.join('cleo@x.test', { emails: [] });
    const { plan } = await api.planPerson('front-desk', 'cleo@x.test');
    expect(plan).toMatchObject({ noRow: expect.stringContaining('Email is empty') });
    expect(plan?.fields.find(({ field }) => field === 'Email')).toMatchObject({ values: [], note: 'is not valid' });
    expect(plan?.fields.find(({ field }) => field === 'Name')).toMatchObject({ values: ['cleo'] });
  });

  it('lists the people when several match, and finds deleted people by their last accepted record', async () => {
    const { api, harness, definition, people } = await openDesk();
    await harness.apply(definition);
    await harness.idle();
    expect(await api.planPerson('front-desk', 'x.test')).not.toHaveProperty('plan');
    await harness.commands.pause('front-desk', 'mira');
    await harness.store.of('default').users.remove(people[0]?.id ?? '', harness.by());
    expect((await api.planPerson('front-desk', 'p00@x.test')).plan).toMatchObject({ action: 'delete', conditions: [] });
  });
});

it('a userName finds only its person, even if another person has it as e-mail', async () => {
  const { api, harness, definition, people } = await openDesk();
  await harness.apply(definition);
  const [first, second] = people;
  await harness.patch(second?.id ?? '', (user) => ({ ...user, emails: [{ type: 'work', value: 'p00@x.test' }] }));
  await harness.idle();
  expect((await api.why('p00@x.test')).people).toMatchObject([{ id: first?.id }]);
  expect((await api.planPerson('front-desk', 'P00@x.test')).people).toMatchObject([{ id: first?.id }]);
});

describe('the log of a target', () => {
  it('shows deliveries with their results, and commands between them, the newest last', async () => {
    const { api, harness, definition, system, people } = await openDesk();
    system.faults.rejects.set('p03@x.test', 'name too long');
    await harness.apply(definition);
    await harness.idle();
    harness.clock.advance(1000);
    await harness.patch(people[5]?.id ?? '', (user) => ({ ...user, displayName: 'Changed' }));
    await harness.idle();
    harness.clock.advance(1000);
    await api.pause('front-desk', 'mira');
    const { lines } = await api.log('front-desk');
    expect(lines).toContainEqual(expect.objectContaining({ by: 'mira', outcome: 'applied: create 16' }));
    expect(lines.slice(-2)).toMatchObject([
      { person: { userName: 'p05@x.test' }, action: 'update', state: 'done', attempts: 0, outcome: 'done' },
      { by: 'mira', outcome: 'paused' },
    ]);
    expect(lines.find(({ person }) => person?.userName === 'p03@x.test')).toMatchObject({
      state: 'parked',
      outcome: 'parked (name too long)',
    });
    expect(lines.map(({ at }) => at.getTime())).toEqual(lines.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
    expect((await api.log('front-desk', 1)).lines).toMatchObject([{ outcome: 'paused' }]);
  });
});

it('a plan counts a held removal once when another one replaces it, and not for a person who is back', async () => {
  const { api, harness, people } = await openDesk();
  const idOf = (n: number) => people[n]?.id ?? '';
  await harness.apply(definitionOf({ guard }));
  await harness.idle();
  for (let n = 0; n < 6; n += 1) await harness.disable(idOf(n));
  await harness.idle();
  const tell = async () => ({
    plan: (await api.plan('front-desk', { limit: 0, records: 0 })).guard?.why,
    hold: (await api.holds('front-desk')).holds[0]?.why,
  });
  await harness.store.of('default').users.remove(idOf(0), harness.by());
  const six = '6 removals; the limit is 3 within 24 h';
  expect(await tell()).toEqual({ plan: six, hold: six });
  await harness.patch(idOf(1), (user) => ({ ...user, active: true }));
  await harness.disable(idOf(7));
  expect(await tell()).toEqual({ plan: six, hold: six });
  await harness.idle();
  expect(await tell()).toEqual({ plan: undefined, hold: six });
});

it('a Source whose last person was deleted keeps its finished first cycle, and plan shows why the target waits', async () => {
  const { api, harness, people } = await openDesk();
  await noteFirstCycles(harness.deps);
  for (const { id } of people) await harness.store.of('default').users.remove(id, harness.by());
  expect((await api.status()).sources).toMatchObject([{ people: 0, cycle: 'over' }]);
  expect((await api.plan('front-desk')).cycle).toBe('the directory has deleted all people');
});
