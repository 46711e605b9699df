import { expect, it } from 'vitest';
import { previewTarget } from '../../../src/outbound/engine/preview/preview.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness } from './harness.ts';

const tightGuard = { removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } };

it('a plan with many adopted records announces no hold, because the Guard does not count them', async () => {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const definition = definitionOf({ guard: tightGuard, leavers: { gone: [{ do: 'delete', afterMs: 86_400_000 }] } });
  const people = await Promise.all(Array.from({ length: 60 }, (_, n) => harness.join(`p${n}@x.test`)));
  await harness.apply(definition);
  await harness.idle();
  await harness.commands.pause('front-desk', 'mira');
  for (const { id } of people) await harness.store.of('default').users.remove(id, harness.by());
  for (const { user } of people) await harness.join(user.userName, { displayName: 'under a new id' });
  const preview = await previewTarget(harness.deps, { target: await harness.target(), definition, cause: 'config' });
  expect(preview.actions).toMatchObject({ create: 0, update: 60 });
  expect(preview.guard).toBeUndefined();
});
