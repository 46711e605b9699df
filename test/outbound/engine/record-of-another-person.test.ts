import { describe, expect, it } from 'vitest';
import type { Person } from '../../../src/domain/person.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf, type Harness } from './harness.ts';

const mail = (value: string) => (user: Person['user']) => ({ ...user, emails: [{ type: 'work', value }] });

/** Anna has the record key-1. Then Anna's record in the product manually gets Bert's e-mail, and Bert joins. */
async function withConflict() {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const anna = await harness.join('anna@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  const [kept] = system.with('anna@x.test');
  if (kept === undefined) throw new Error('Anna was not delivered');
  system.kept.set(kept.key, { ...kept, record: { ...kept.record, Email: 'bert@x.test' } });
  const bert = await harness.join('bert@x.test');
  await harness.idle();
  return { system, harness, anna, bert };
}

/** Anna's record in the product and these records of unknown owners have Bert's e-mail. Then Bert joins. */
async function withTwoRecords({ free }: { readonly free: readonly string[] }) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  await harness.join('anna@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  const [kept] = system.with('anna@x.test');
  if (kept === undefined) throw new Error('Anna was not delivered');
  const record = { ...kept.record, Email: 'bert@x.test' };
  for (const key of [kept.key, ...free]) system.kept.set(key, { ...kept, key, record });
  const conflict = await harness.join('bert@x.test');
  await harness.idle();
  return { system, harness, conflict };
}

/** Advances the clock by an hour while the engine runs. */
async function anHour(harness: Harness): Promise<void> {
  for (let minute = 0; minute < 60; minute += 1) {
    harness.clock.advance(60_000);
    await harness.idle();
  }
}

describe('a record that a look-up finds and that belongs to another person', () => {
  it('parks the create, which is not looked up again while nothing changes', async () => {
    const { system, harness, anna, bert } = await withConflict();
    expect(await openOf(harness, bert)).toMatchObject({
      action: 'create',
      state: 'parked',
      blocked: true,
      answer: 'record key-1 belongs to another person',
    });
    expect(await harness.store.outbox.blockers('front-desk', [{ kind: 'person', id: bert.id }])).toMatchObject([{ by: [{ id: anna.id }] }]);
    const calls = system.calls.length;
    await anHour(harness);
    expect(system.calls).toHaveLength(calls);
  });

  it('lets the create be tried again when the other person changes', async () => {
    const { system, harness, anna } = await withConflict();
    await harness.patch(anna.id, mail('anna.berg@x.test'));
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['anna.berg@x.test', 'bert@x.test']);
  });

  it('lets the create be tried again when the person changes', async () => {
    const { system, harness, bert } = await withConflict();
    await harness.patch(bert.id, mail('bert.lund@x.test'));
    await harness.idle();
    expect(system.with('bert.lund@x.test')).toHaveLength(1);
  });

  it('lets the create be tried again when a technician retries it after a correction in the product', async () => {
    const { system, harness } = await withConflict();
    const kept = system.kept.get('key-1');
    if (kept === undefined) throw new Error('no record');
    system.kept.set('key-1', { ...kept, record: { ...kept.record, Email: 'anna@x.test' } });
    await harness.commands.retry('front-desk', undefined);
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });

  it('is ignored when the person has a record of their own', async () => {
    const { system, harness, conflict } = await withTwoRecords({ free: ['key-9'] });
    expect(await openOf(harness, conflict)).toBeUndefined();
    const [shadow] = await harness.store.shadows.get('front-desk', [{ kind: 'person', id: conflict.id }]);
    expect(shadow).toMatchObject({ key: 'key-9', active: true });
    expect(system.kept.size).toBe(2);
  });

  it('is chosen by a technician when two records match that belong to no person', async () => {
    const { harness, conflict } = await withTwoRecords({ free: ['key-8', 'key-9'] });
    expect(await openOf(harness, conflict)).toMatchObject({
      state: 'parked',
      answer: '2 records at the target have the same match fields',
    });
  });

  it('is not overwritten by an update whose own record is missing', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const anna = await harness.join('anna@x.test');
    const bert = await harness.join('bert@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    const [annas] = system.with('anna@x.test');
    const [berts] = system.with('bert@x.test');
    if (annas === undefined || berts === undefined) throw new Error('no person was delivered');
    // Bert's record is manually deleted, and Anna's record manually gets Bert's e-mail.
    system.kept.delete(berts.key);
    system.kept.set(annas.key, { ...annas, record: { ...annas.record, Email: 'bert@x.test' } });
    await harness.patch(bert.id, (user) => ({ ...user, displayName: 'Bert Lund' }));
    await harness.idle();
    expect(await openOf(harness, bert)).toMatchObject({ action: 'update', state: 'parked', blocked: true });
    expect(system.kept.get(annas.key)?.record).toMatchObject({ Name: 'anna' });
    // As soon as Anna's record has Anna's e-mail again, Bert's record is created.
    await harness.patch(anna.id, (user) => ({ ...user, displayName: 'Anna Berg' }));
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
  });
});

describe('two people who swap their e-mails at a product that refuses duplicates', () => {
  it('are both parked, and not retried in turn while nothing changes', async () => {
    const system = new FakeSystem();
    system.existsFor = (email, key) => system.with(email).some((kept) => kept.key !== key);
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const [anna, bert] = [await harness.join('anna@x.test'), await harness.join('bert@x.test')];
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.patch(anna.id, mail('bert@x.test'));
    await harness.patch(bert.id, mail('anna@x.test'));
    await harness.idle();
    const calls = system.calls.length;
    await anHour(harness);
    expect(system.calls).toHaveLength(calls);
    expect([await openOf(harness, anna), await openOf(harness, bert)]).toMatchObject([{ state: 'parked' }, { state: 'parked' }]);
    // One of them takes another e-mail: both are updated.
    await harness.patch(bert.id, mail('bert.lund@x.test'));
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['bert.lund@x.test', 'bert@x.test']);
  });
});
