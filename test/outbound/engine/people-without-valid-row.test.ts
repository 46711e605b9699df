import { describe, expect, it } from 'vitest';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, type Harness } from './harness.ts';

/** A live Target with Anna, and with Bert, who has no e-mail and therefore no valid row. */
async function openWithBert() {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  await harness.join('anna@x.test');
  const bert = await harness.join('bert@x.test', { emails: [] });
  const definition = definitionOf();
  await harness.apply(definition);
  await harness.idle();
  return { system, harness, bert, definition };
}

async function noRows({ store }: Harness) {
  return (await store.noRows.page('front-desk', undefined, 10)).map(({ subject, why, since }) => ({ id: subject.id, why, since }));
}

describe('a person without a valid row', () => {
  it('is stored with the reason and the time; a new reason keeps the time', async () => {
    const { harness, bert } = await openWithBert();
    const [noted] = await noRows(harness);
    expect(noted).toMatchObject({ id: bert.id, why: expect.stringContaining('Email is empty') });
    harness.clock.advance(60_000);
    await harness.apply(definitionOf({ mapping: { Mail: { from: 'email', empty: 'hold' }, Email: { from: 'userName' } } }));
    expect(await noRows(harness)).toMatchObject([{ why: expect.stringContaining('Mail is empty'), since: noted?.since }]);
  });

  it('is no longer listed once the row is valid', async () => {
    const { harness, bert, system } = await openWithBert();
    await harness.patch(bert.id, (user) => ({ ...user, emails: [{ type: 'work', value: 'bert@x.test' }] }));
    await harness.idle();
    expect(system.active()).toEqual(['anna@x.test', 'bert@x.test']);
    expect(await noRows(harness)).toEqual([]);
  });

  it('is no longer listed once disabled in the directory', async () => {
    const { harness, bert } = await openWithBert();
    await harness.disable(bert.id);
    await harness.idle();
    expect(await noRows(harness)).toEqual([]);
  });

  it('is no longer listed once deleted, even when only a full reconcile finds that', async () => {
    const { harness, bert, definition } = await openWithBert();
    await harness.commands.pause('front-desk', 'mira');
    await harness.store.of('default').users.remove(bert.id, harness.by());
    await harness.apply({ ...definition, mapping: { ...definition.mapping, Name: { from: 'userName' } } });
    expect(await noRows(harness)).toEqual([]);
  });

  it('is no longer listed when the Target gets a new system and everyone has a valid row there', async () => {
    const { harness, definition } = await openWithBert();
    const other = { ...definition, settings: { url: 'http://other' }, mapping: { Email: { from: 'userName' } } };
    await harness.apply(other, { otherSystem: true, system: 'new' });
    await harness.idle();
    expect(await noRows(harness)).toEqual([]);
  });

  it('costs no write when a full reconcile finds no change', async () => {
    const { harness } = await openWithBert();
    let staged = 0;
    const engine = harness.store.engine(1);
    const stage = engine.stage.bind(engine);
    engine.stage = (run, entries) => {
      staged += entries.length;
      return stage(run, entries);
    };
    harness.engine.runner('front-desk').reconcile();
    await harness.idle();
    expect((await harness.target()).reconciledAt).toBeDefined();
    expect(staged).toBe(0);
  });
});
