import { describe, expect, it } from 'vitest';
import type { TargetDefinition } from '../../../../src/domain/target.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness, openOf } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';
import { siteFiles } from '../../../support/site-files.ts';

/** Anna is in two directories, first in hr. `front-desk` is applied after both have written. */
async function openDesk(change: Partial<TargetDefinition> = {}) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const fileDefinition = definitionOf(change);
  await harness.store
    .of('hr')
    .users.create(
      { userName: 'anna.hr', displayName: 'Anna Berg', active: true, emails: [{ type: 'work', value: 'anna@x.test' }] },
      harness.by(),
    );
  await harness.apply(fileDefinition);
  await harness.idle();
  const second = await harness.join('anna@x.test', { displayName: 'Anna B.' });
  const api = createTestApi(harness, { readFiles: () => siteFiles([fileDefinition]) });
  return { system, harness, api, second };
}

describe('the same person of two sources at one target', () => {
  it('keeps the record of the first Source, and plan shows both Sources', async () => {
    const { system, harness, api } = await openDesk();
    expect((await api.plan('front-desk')).notes).toEqual([
      '1 person matches the record of another person and will be parked: anna@x.test (the record of anna.hr from the source hr)',
    ]);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'Anna Berg' } }]);
  });

  it('is explained by why, with the other Source', async () => {
    const { harness, api, second } = await openDesk();
    await harness.idle();
    expect(await openOf(harness, second)).toMatchObject({ state: 'parked', blocked: true });
    const [story] = (await api.why(second.id)).stories;
    expect(story?.next).toContain('another person matches the same record (anna.hr from the source hr)');
  });

  it('is in the log even though it was never sent', async () => {
    const { harness, api } = await openDesk();
    await harness.idle();
    expect((await api.log('front-desk')).lines.at(-1)).toMatchObject({
      person: { userName: 'anna@x.test' },
      action: 'create',
      state: 'parked',
      outcome: 'parked (another person matches the same record)',
    });
  });

  it('is no conflict for a target that is bound to one Source', async () => {
    const { system, harness, api, second } = await openDesk({ scope: [{ name: 'source: hr', rule: 'source == "hr"' }] });
    await harness.idle();
    expect((await api.plan('front-desk')).notes).toEqual([]);
    expect(await openOf(harness, second)).toBeUndefined();
    expect(system.kept.size).toBe(1);
  });
});

it('`status` shows when the first cycle of a source ends, and no longer once it has ended', async () => {
  const harness = await openHarness({}, { quietMs: 20 * 60_000 });
  const api = createTestApi(harness);
  await harness.join('anna@x.test');
  const [source] = (await api.status()).sources;
  const { lastWrite } = source ?? {};
  expect(source).toMatchObject({ cycle: 'running', cycleEndsAt: new Date((lastWrite?.getTime() ?? 0) + 20 * 60_000) });
  harness.clock.advance(20 * 60_000 + 1);
  const [over] = (await api.status()).sources;
  expect(over).toMatchObject({ cycle: 'over' });
  expect(over).not.toHaveProperty('cycleEndsAt');
});
