import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import type { RecordConnection } from '../../../src/outbound/drivers/driver.ts';
import { compileTarget } from '../../../src/outbound/engine/definition/compile-target.ts';
import { Interrupted, planTarget } from '../../../src/outbound/engine/planning/plan-target.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf } from './harness.ts';

/** A product that never responds to a write; `heedsAbort`: the connection ends an aborted request. */
async function withSilentProduct(heedsAbort: boolean) {
  const system = new FakeSystem();
  let silent = false;
  let writes = 0;
  const hung = Promise.withResolvers<void>();
  const connect = (): RecordConnection => {
    const connection = system.connect();
    return {
      ...connection,
      async *deliver(batch, options) {
        if (!silent) return yield* connection.deliver(batch, options);
        writes += 1;
        await (heedsAbort ? once(options.signal, 'abort') : hung.promise);
        throw new TargetUnavailable('the request was aborted', { mayHaveLeft: batch.map((one) => one.id) });
      },
    };
  };
  const harness = await openHarness({ 'front-desk': connect });
  const anna = await harness.join('anna@x.test');
  await harness.apply(definitionOf());
  await harness.idle();
  silent = true;
  await harness.patch(anna.id, (user) => ({ ...user, displayName: 'Anna Berg' }));
  harness.clock.advance(1_000);
  await pollUntil('the write is under way', async () => writes === 1);
  const answerAgain = () => {
    silent = false;
    hung.resolve();
  };
  return { system, harness, anna, answerAgain };
}

describe('pausing a target during a write', () => {
  it('aborts the write, and repeats it after resume', async () => {
    const { system, harness, anna, answerAgain } = await withSilentProduct(true);
    expect((await harness.commands.pause('front-desk', 'mira')).state).toBe('paused');
    expect(await openOf(harness, anna)).toMatchObject({ state: 'unclear' });
    expect(await harness.target()).toMatchObject({ state: 'paused', trouble: '' });
    answerAgain();
    await harness.commands.resume('front-desk', 'mira');
    harness.clock.advance(60_000);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ record: { Name: 'Anna Berg' } }]);
    expect(await openOf(harness, anna)).toBeUndefined();
  });

  it('waits at most two seconds for a write that cannot be aborted', async () => {
    const { harness, answerAgain } = await withSilentProduct(false);
    const paused = harness.commands.pause('front-desk', 'mira');
    for (let reads = 0; reads < 5; reads += 1) expect((await harness.target()).state).toBe('live');
    harness.clock.advance(1_999);
    for (let reads = 0; reads < 5; reads += 1) expect((await harness.target()).state).toBe('live');
    harness.clock.advance(1);
    expect((await paused).state).toBe('paused');
    answerAgain();
  });

  it('sends nothing of the remaining queue', async () => {
    const { system, harness, answerAgain } = await withSilentProduct(true);
    await harness.join('bert@x.test');
    const calls = system.calls.length;
    await harness.commands.pause('front-desk', 'mira');
    answerAgain();
    harness.clock.advance(3_600_000);
    await harness.store.targets.get('front-desk');
    expect(system.calls).toHaveLength(calls);
  });
});

describe('an interrupted Run', () => {
  it('stores nothing, and the next Run plans the same', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    await harness.join('anna@x.test');
    const definition = definitionOf();
    const target = await harness.apply(definition);
    await harness.idle();
    await harness.commands.pause('front-desk', 'mira');
    await harness.join('bert@x.test');
    const compiledTarget = await compileTarget(harness.deps, definition, system.connect());
    const plan = (signal: AbortSignal) =>
      planTarget(harness.deps, { ...target, ...(target.definition && { definition }) }, definition, compiledTarget, {
        kind: 'reconcile',
        released: false,
        signal,
      });
    const before = await harness.target();
    await expect(plan(AbortSignal.abort())).rejects.toThrow(Interrupted);
    expect((await harness.target()).cursor).toBe(before.cursor);
    expect((await harness.store.outbox.counts('front-desk')).queued).toBe(0);
    expect((await plan(new AbortController().signal)).wanted.create).toBe(1);
  });
});
