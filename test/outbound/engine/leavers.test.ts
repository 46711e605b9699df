import { describe, expect, it } from 'vitest';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf } from './harness.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A Target with five people, so that one who leaves does not empty it. */
async function liveWith(definition = definitionOf()) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  await harness.store.sources.heard('default', harness.clock.now(), 3 * day);
  const anna = await harness.join('anna@x.test', { title: 'staff' });
  for (const name of ['b', 'c', 'd', 'e']) await harness.join(`${name}@x.test`, { title: 'staff' });
  await harness.apply(definition);
  await harness.idle();
  /** Advances the clock by days; the Source connects on each day. */
  const live = async (days: number) => {
    for (let n = 0; n < days; n += 1) {
      harness.clock.advance(day);
      await harness.store.sources.heard('default', harness.clock.now(), 3 * day);
      await harness.idle();
    }
  };
  return { system, harness, anna, live };
}

describe('a leaver', () => {
  const steps = definitionOf({
    leavers: {
      inactive: [
        { do: 'deactivate', afterMs: 0 },
        { do: 'delete', afterMs: 30 * day },
      ],
    },
  });

  it('is deactivated at once and deleted when the delay is over, not earlier', async () => {
    const { system, harness, anna, live } = await liveWith(steps);
    await harness.disable(anna.id);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ active: false }]);
    await live(29);
    expect(system.with('anna@x.test')).toHaveLength(1);
    await live(2);
    expect(system.with('anna@x.test')).toEqual([]);
  });

  it('is deleted by a later applied list that only deletes, even though one step was done by the former list', async () => {
    const { system, harness, anna } = await liveWith(steps);
    await harness.disable(anna.id);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ active: false }]);
    await harness.apply(definitionOf({ leavers: { inactive: [{ do: 'delete', afterMs: 0 }] } }));
    await harness.idle();
    expect(system.with('anna@x.test')).toEqual([]);
  });

  it('keeps the record when the person returns within the delay, and is active again', async () => {
    const { system, harness, anna, live } = await liveWith(steps);
    const [before] = system.with('anna@x.test');
    await harness.disable(anna.id);
    await live(10);
    await harness.patch(anna.id, (user) => ({ ...user, active: true }));
    await live(40);
    expect(system.with('anna@x.test')).toMatchObject([{ key: before?.key, active: true }]);
  });

  it('is not deleted while Entra is silent, but a day after contact has resumed', async () => {
    const { system, harness, anna, live } = await liveWith(steps);
    await harness.disable(anna.id);
    await harness.idle();
    for (let days = 0; days < 40; days += 1) {
      harness.clock.advance(day);
      await harness.idle();
    }
    expect(system.with('anna@x.test')).toHaveLength(1);
    await harness.store.sources.heard('default', harness.clock.now(), 3 * day);
    await harness.idle();
    expect(system.with('anna@x.test')).toHaveLength(1);
    await live(2);
    expect(system.with('anna@x.test')).toEqual([]);
  });

  it('follows the steps of the first false condition, otherwise those of the Target', async () => {
    const scope = [
      { name: 'no visitors', rule: 'title != "visitor"', leavers: [{ do: 'delete', afterMs: 0 }] as const },
      { name: 'staff only', rule: 'title == "staff"' },
    ];
    const { system, harness, anna } = await liveWith(definitionOf({ scope, leavers: { outOfScope: [{ do: 'deactivate', afterMs: 0 }] } }));
    await harness.patch(anna.id, (user) => ({ ...user, title: 'guest' }));
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ active: false }]);
    await harness.patch(anna.id, (user) => ({ ...user, title: 'visitor' }));
    await harness.idle();
    expect(system.with('anna@x.test')).toEqual([]);
  });

  it('stays when no steps are configured', async () => {
    const { system, harness, anna } = await liveWith(definitionOf({ leavers: {} }));
    await harness.disable(anna.id);
    await harness.idle();
    expect(system.with('anna@x.test')).toMatchObject([{ active: true }]);
  });
});

describe('the Guard', () => {
  const guard = definitionOf().guard;

  it('delays a removal, and holds it with the others when a limit is exceeded meanwhile', async () => {
    const definition = definitionOf({ guard: { ...guard, removals: { most: 2, share: 1, withinMs: day, waitMs: 15 * 60_000 } } });
    const { system, harness, anna } = await liveWith(definition);
    await harness.disable(anna.id);
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ state: 'queued' });
    const people = await harness.store.people.search('x.test', 10);
    for (const person of people.filter((view) => ['b@x.test', 'c@x.test'].includes(view.userName))) await harness.disable(person.id);
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ state: 'held' });
    harness.clock.advance(hour);
    await harness.idle();
    expect(system.active()).toHaveLength(5);
  });

  it('releases a removal after its delay when no limit is exceeded', async () => {
    const definition = definitionOf({ guard: { ...guard, removals: { most: 2, share: 1, withinMs: day, waitMs: 15 * 60_000 } } });
    const { system, harness, anna } = await liveWith(definition);
    await harness.disable(anna.id);
    await harness.idle();
    harness.clock.advance(16 * 60_000);
    await harness.idle();
    expect(system.active()).toHaveLength(4);
  });

  it('holds a mass change of existing records until a person accepts it', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() });
    const people = [];
    for (let n = 0; n < 100; n += 1) people.push(await harness.join(`p${n}@x.test`));
    await harness.apply(definitionOf({ guard: { ...guard, changes: { share: 0.3, withinMs: hour } } }));
    await harness.idle();
    await harness.engine.stop();
    for (const person of people.slice(0, 60)) await harness.patch(person.id, (user) => ({ ...user, displayName: 'reorganised' }));
    await harness.restart();
    await harness.idle();
    const changed = () => [...system.kept.values()].filter(({ record }) => record['Name'] === 'reorganised').length;
    expect(changed()).toBe(0);
    expect(await harness.commands.accept('front-desk', {}, 'mira')).toEqual({ count: 60, left: 0 });
    await harness.idle();
    expect(changed()).toBe(60);
  });
});
