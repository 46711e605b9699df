import { describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import type { Person } from '../../../src/domain/person.ts';
import { pollUntil } from '../../support/poll.ts';
import { FakeSystem } from './fake-target.ts';
import { definitionOf, openHarness, openOf, type Harness } from './harness.ts';

const day = 86_400_000;
const guarded = definitionOf({ guard: { ...definitionOf().guard, removals: { most: 5, share: 1, withinMs: day, waitMs: 0 } } });

async function liveWith(count: number, definition = definitionOf()) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const people: Person[] = [];
  for (let n = 0; n < count; n += 1) people.push(await harness.join(`p${n}@x.test`));
  await harness.apply(definition);
  await harness.idle();
  return { system, harness, people };
}

const enable = (harness: Harness, person: Person) => harness.patch(person.id, (user) => ({ ...user, active: true }));

describe('commands keep their effect', () => {
  it('accept does not remove a person who has just returned', async () => {
    const { system, harness, people } = await liveWith(20, guarded);
    for (const person of people.slice(0, 10)) await harness.disable(person.id);
    await harness.idle();
    for (const person of people.slice(0, 10)) await enable(harness, person);
    expect(await harness.commands.accept('front-desk', {}, 'mira')).toEqual({ count: 0, left: 0 });
    await harness.idle();
    expect(system.active()).toHaveLength(20);
  });

  it('a Target that goes live automatically is guarded, because no person saw that Plan', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({ 'front-desk': () => system.connect() }, { quietMs: 60_000 });
    const people: Person[] = [];
    for (let n = 0; n < 20; n += 1) people.push(await harness.join(`p${n}@x.test`));
    harness.clock.advance(120_000);
    await harness.apply(guarded);
    await harness.idle();
    await harness.commands.draft('front-desk', 'mira');
    // Another identity provider begins its first cycle, so the apply waits.
    const late = { userName: 'late@x.test', displayName: 'late', emails: [{ type: 'work', value: 'late@x.test' }] };
    await harness.store.of('other').users.create(late, harness.by());
    expect(await harness.apply(guarded)).toMatchObject({ state: 'draft', liveWhenQuiet: true });
    for (const person of people.slice(0, 15)) await harness.disable(person.id);
    harness.clock.advance(120_000);
    await pollUntil('it is live', async () => (await harness.target()).state === 'live');
    await harness.idle();
    expect(system.active()).toHaveLength(21);
    expect((await harness.store.outbox.counts('front-desk')).held).toBe(15);
  });

  it('a successful probe of credentials does not end a pause', async () => {
    const { system, harness } = await liveWith(2);
    system.faults.refuses = true;
    await harness.join('new@x.test');
    await harness.idle();
    await pollUntil('it is refused', async () => (await harness.target()).state === 'refused');
    await harness.commands.pause('front-desk', 'mira');
    system.faults.refuses = false;
    harness.clock.advance(1_000_000);
    await harness.idle();
    expect(await harness.target()).toMatchObject({ state: 'paused', by: 'mira' });
  });

  it('a refused Target is tried again when its file was missing and is back', async () => {
    const { system, harness } = await liveWith(2);
    system.faults.refuses = true;
    await harness.join('new@x.test');
    await harness.idle();
    await pollUntil('it is refused', async () => (await harness.target()).state === 'refused');
    await Promise.all([harness.engine.syncDefinitions([], (applied) => applied), harness.engine.syncDefinitions([], (applied) => applied)]);
    system.faults.refuses = false;
    await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: definitionOf() }], (applied) => applied);
    harness.clock.advance(1_000_000);
    await harness.idle();
    expect(await harness.target()).toMatchObject({ state: 'live' });
    expect(system.active()).toHaveLength(3);
  });

  it('retry passes parked removals to the Guard again', async () => {
    const { system, harness, people } = await liveWith(20, guarded);
    for (const person of people) system.faults.rejects.set(person.user.userName, 'not now');
    for (const person of people.slice(0, 12)) {
      await harness.disable(person.id);
      await harness.idle();
    }
    system.faults.rejects.clear();
    await harness.commands.retry('front-desk', undefined);
    await harness.idle();
    expect(system.active().length).toBeGreaterThanOrEqual(15);
  });
});

describe('a person with a problem', () => {
  it('who cannot be looked up does not stop other people', async () => {
    const system = new FakeSystem();
    const harness = await openHarness({
      'front-desk': () => {
        const connection = system.connect();
        return {
          ...connection,
          find: (planned, signal) =>
            planned.rows[0]?.['Email'] === 'a@x.test'
              ? Promise.reject(new TargetUnavailable('answered 500'))
              : (connection.find?.(planned, signal) ?? Promise.resolve([])),
        };
      },
    });
    const [bad] = [await harness.join('a@x.test'), await harness.join('b@x.test'), await harness.join('c@x.test')];
    await harness.apply(definitionOf());
    await harness.idle();
    expect(system.active()).toEqual(['b@x.test', 'c@x.test']);
    expect(await openOf(harness, bad)).toMatchObject({ state: 'queued', answer: expect.stringContaining('answered 500') });
  });

  it('who waits for an e-mail that another person still has is sent as soon as the e-mail is free', async () => {
    const { system, harness, people } = await liveWith(3);
    const [a, b] = people as [Person, Person];
    const taken = new Set(['p1@x.test']);
    system.faults.rejects.clear();
    system.existsFor = (email, key) => taken.has(email) && key === 'key-1';
    const mail = (value: string) => (user: Person['user']) => ({ ...user, emails: [{ type: 'work', value }] });
    await harness.patch(a.id, mail('p1@x.test'));
    await harness.idle();
    expect(await openOf(harness, a)).toMatchObject({ state: 'parked' });
    taken.clear();
    await harness.patch(b.id, mail('moved@x.test'));
    await harness.idle();
    await harness.idle();
    expect(system.active()).toEqual(['moved@x.test', 'p1@x.test', 'p2@x.test']);
  });
});
