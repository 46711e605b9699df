import { describe, expect, it } from 'vitest';
import { personSubject } from '../../../src/domain/ids.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness } from './harness.ts';

const defaultGuard = { removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } };

describe('with 900 people disabled one by one within ten minutes and the default Guard', () => {
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

  it('at most 25 are removed, new people are created, one hold has the rest, and accept releases it', async () => {
    const { system, harness } = await disableThem();
    const gone = 1000 + joiners - system.active().length;
    expect(gone).toBeLessThanOrEqual(25);
    expect(system.active().filter((email) => email.startsWith('joiner'))).toHaveLength(joiners);
    const held = (await harness.store.outbox.counts('front-desk')).held;
    expect(held + gone).toBe(900);
    expect(await harness.store.outbox.holds('front-desk')).toMatchObject([
      { number: 1, what: 'removals', why: `${held} removals; the limit is 25 within 24 h`, count: held, open: held, revision: held },
    ]);
    expect(await harness.commands.accept('front-desk', {}, 'mira')).toEqual({ count: held, left: 0 });
    await harness.idle();
    expect(system.active()).toHaveLength(100 + joiners);
  }, 60_000);

  it('reject keeps them, even after a full reconcile', async () => {
    const { system, harness } = await disableThem();
    const before = system.active();
    await harness.commands.reject('front-desk', {}, 'mira');
    await harness.idle();
    harness.engine.runner('front-desk').reconcile();
    await harness.idle();
    expect(system.active()).toEqual(before);
    expect((await harness.store.outbox.counts('front-desk')).held).toBe(0);
  }, 60_000);
});

describe('a hold', () => {
  it('drops the removal of a person who returns', async () => {
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
    await expect(harness.commands.accept('front-desk', { hold: 1 }, 'mira')).rejects.toThrow('nothing is on hold');
    expect(system.active()).toEqual(['anna@x.test']);
  });
});

describe('accepting or rejecting a hold', () => {
  /** A Target that holds every removal: of ten people, these were disabled, and their removals are held. */
  async function holdSome(...names: readonly string[]) {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const people = new Map<string, string>();
    for (const name of ['anna', 'bert', 'carl', 'dora', 'e', 'f', 'g', 'h', 'i', 'j']) {
      people.set(name, (await harness.join(`${name}@x.test`)).id);
    }
    await harness.apply(definitionOf({ guard: { ...defaultGuard, removals: { ...defaultGuard.removals, most: 0 } } }));
    await harness.idle();
    const idOf = (name: string) => people.get(name) ?? '';
    for (const name of names) {
      await harness.disable(idOf(name));
      await harness.idle();
      harness.clock.advance(60_000);
    }
    const gone = () => [...people.keys()].filter((name) => !system.active().includes(`${name}@x.test`));
    const holds = () => harness.store.outbox.holds('front-desk');
    const enable = (name: string) => harness.patch(idOf(name), (user) => ({ ...user, active: true }));
    return { harness, idOf, gone, holds, enable };
  }

  it('releases the shown removals: a person who has just returned stays, one who has just left is still held', async () => {
    const { harness, idOf, gone, holds, enable } = await holdSome('anna', 'bert');
    expect(await holds()).toMatchObject([{ number: 1, open: 2, revision: 2 }]);
    await enable('anna');
    await harness.disable(idOf('carl'));
    expect(await harness.commands.accept('front-desk', { hold: 1, revision: 2 }, 'mira')).toEqual({ count: 1, left: 1 });
    await harness.idle();
    expect(gone()).toEqual(['bert']);
    expect(await holds()).toMatchObject([{ number: 1, open: 1, revision: 3 }]);
  });

  it('does not remove a person who has returned and left again since', async () => {
    const { harness, idOf, gone, enable } = await holdSome('anna', 'bert');
    await enable('anna');
    await harness.idle();
    harness.clock.advance(60_000);
    await harness.disable(idOf('anna'));
    await harness.idle();
    expect(await harness.commands.accept('front-desk', { hold: 1, revision: 2 }, 'mira')).toEqual({ count: 1, left: 1 });
    await harness.idle();
    expect(gone()).toEqual(['bert']);
  });

  it('still applies to the shown removals after a full reconcile', async () => {
    const { harness, gone } = await holdSome('anna', 'bert');
    harness.engine.runner('front-desk').reconcile();
    await harness.idle();
    expect(await harness.commands.accept('front-desk', { hold: 1, revision: 2 }, 'mira')).toEqual({ count: 2, left: 0 });
    await harness.idle();
    expect(gone()).toEqual(['anna', 'bert']);
  });

  it('counts once when two operators accept at the same time', async () => {
    const { harness, gone, holds } = await holdSome('anna', 'bert');
    const answers = await Promise.allSettled(
      ['mira', 'sami'].map((by) => harness.commands.accept('front-desk', { hold: 1, revision: 2 }, by)),
    );
    const counts = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.count : 0));
    expect(counts.toSorted((one, other) => one - other)).toEqual([0, 2]);
    await harness.idle();
    expect(gone()).toEqual(['anna', 'bert']);
    expect(await holds()).toMatchObject([{ number: 1, open: 0 }]);
  });

  it('does not apply to the next hold after another operator rejected this one', async () => {
    const { harness, idOf, gone } = await holdSome('anna');
    await harness.commands.reject('front-desk', { hold: 1, revision: 1 }, 'mira');
    await harness.idle();
    await harness.disable(idOf('bert'));
    await harness.idle();
    await expect(harness.commands.accept('front-desk', { hold: 1, revision: 1 }, 'sami')).rejects.toThrow(
      'hold 1 of front-desk is not open',
    );
    await harness.idle();
    expect(gone()).toEqual([]);
  });

  it('can be limited to single people', async () => {
    const { harness, idOf, gone, holds } = await holdSome('anna', 'bert', 'carl');
    const only = (name: string) => ({ hold: 1, revision: 3, subjects: [personSubject(idOf(name))] });
    expect(await harness.commands.accept('front-desk', only('bert'), 'mira')).toEqual({ count: 1, left: 2 });
    expect(await harness.commands.reject('front-desk', only('carl'), 'mira')).toEqual({ count: 1, left: 1 });
    await harness.idle();
    expect(gone()).toEqual(['bert']);
    expect(await holds()).toMatchObject([{ number: 1, open: 1 }]);
  });

  it('can be withdrawn after a rejection: the removal is planned again and passes the Guard again', async () => {
    const { harness, idOf, gone, holds } = await holdSome('anna', 'bert');
    await harness.commands.reject('front-desk', { hold: 1 }, 'mira');
    await harness.idle();
    expect(await harness.commands.withdraw('front-desk', { subjects: [personSubject(idOf('anna'))] }, 'sami')).toBe(1);
    await harness.idle();
    expect(gone()).toEqual([]);
    expect(await holds()).toMatchObject([
      { number: 1, open: 0 },
      { number: 2, open: 1, revision: 1 },
    ]);
    await harness.commands.accept('front-desk', { hold: 2, revision: 1 }, 'sami');
    await harness.idle();
    expect(gone()).toEqual(['anna']);
  });
});
