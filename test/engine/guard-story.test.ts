import { describe, expect, it } from 'vitest';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness } from './harness.ts';

const defaultGuard = { removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } };

describe('900 people disabled one by one over ten minutes, at a Target with the default Guard', () => {
  async function disableThem() {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const people = [];
    for (let n = 0; n < 1000; n += 1) people.push(await harness.join(`p${n}@x.test`));
    await harness.apply(definitionOf({ guard: defaultGuard }));
    await harness.idle();
    expect(system.active()).toHaveLength(1000);
    for (const [n, person] of people.slice(0, 900).entries()) {
      await harness.disable(person.id);
      if (n % 100 === 0) await harness.join(`joiner${n}@x.test`);
      harness.clock.advance(600_000 / 900);
      if (n % 30 === 0) await harness.idle();
    }
    await harness.idle();
    return { system, harness };
  }
  const joiners = 9;

  it('at most 25 go, joiners arrive, accept releases the rest', async () => {
    const { system, harness } = await disableThem();
    const gone = 1000 + joiners - system.active().length;
    expect(gone).toBeLessThanOrEqual(25);
    expect(system.active().filter((email) => email.startsWith('joiner'))).toHaveLength(joiners);
    const held = (await harness.store.outbox.counts('front-desk')).held;
    expect(held + gone).toBe(900);
    expect(await harness.commands.accept('front-desk', undefined, 'mira')).toBe(held);
    await harness.idle();
    expect(system.active()).toHaveLength(100 + joiners);
  }, 60_000);

  it('reject keeps them, even after a look at everybody', async () => {
    const { system, harness } = await disableThem();
    const before = system.active();
    await harness.commands.reject('front-desk', undefined, 'mira');
    await harness.idle();
    harness.engine.runner('front-desk').reconcile();
    await harness.idle();
    expect(system.active()).toEqual(before);
    expect((await harness.store.outbox.counts('front-desk')).held).toBe(0);
  }, 60_000);
});

describe('a hold', () => {
  it('dissolves for somebody who returns', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const anna = await harness.join('anna@x.test');
    await harness.apply(definitionOf());
    await harness.idle();
    await harness.disable(anna.id);
    await harness.idle();
    expect(await harness.store.outbox.holds('front-desk')).toMatchObject([{ number: 1, what: 'removals', open: 1 }]);
    await harness.patch(anna.id, (user) => ({ ...user, active: true }));
    await harness.idle();
    expect(await harness.store.outbox.holds('front-desk')).toMatchObject([{ number: 1, open: 0 }]);
    await expect(harness.commands.accept('front-desk', 1, 'mira')).rejects.toThrow('nothing is held');
    expect(system.active()).toEqual(['anna@x.test']);
  });
});
