import { expect, it } from 'vitest';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';

it('the log keeps when and why a delivery was parked after it has succeeded or was superseded', async () => {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const api = createTestApi(harness);
  system.faults.rejects.set('anna@x.test', 'name too long');
  system.faults.rejects.set('bert@x.test', 'no badge');
  await harness.join('anna@x.test');
  const { id: bert } = await harness.join('bert@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  const tell = async () => (await api.log('front-desk')).lines.map(({ person, outcome }) => `${person?.userName ?? ''} ${outcome}`);
  const before = (await tell()).filter((line) => line.includes('parked'));
  expect(before).toHaveLength(2);
  harness.clock.advance(3_600_000);
  system.faults.rejects.clear();
  await api.retry('front-desk', 'anna@x.test');
  await harness.patch(bert, (user) => ({ ...user, displayName: 'Bert Stein' }));
  await harness.idle();
  expect(system.with('anna@x.test')).toHaveLength(1);
  const { lines } = await api.log('front-desk');
  const parkings = lines.filter(({ state }) => state === 'parked');
  expect(parkings.map(({ person, outcome }) => `${person?.userName} ${outcome}`).toSorted()).toEqual([
    'anna@x.test parked (name too long)',
    'bert@x.test parked (no badge)',
  ]);
  for (const { at } of parkings) expect(harness.clock.now().getTime() - at.getTime()).toBeGreaterThanOrEqual(3_600_000);
  const last = lines.findLast(({ person }) => person?.userName === 'anna@x.test');
  expect(last).toMatchObject({ state: 'done' });
  expect(lines.map(({ at }) => at.getTime())).toEqual(lines.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
});
