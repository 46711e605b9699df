import { describe, expect, it } from 'vitest';
import type { Person } from '../../../src/domain/person.ts';
import { FakeDrop, FakeSystem, textOf } from './fake-target.ts';
import { definitionOf, openHarness, openOf, type Harness } from './harness.ts';

const file = definitionOf({ can: ['create', 'update', 'delete'], absent: 'removed' });

async function setEmail(harness: Harness, person: Person, value: string): Promise<void> {
  await harness.store.of('default').users.update(person.id, (user) => ({ ...user, emails: [{ type: 'work', value }] }), harness.by());
}

async function join(harness: Harness): Promise<readonly [Person, Person, Person]> {
  return [await harness.join('anna@x.test'), await harness.join('bert@x.test'), await harness.join('cleo@x.test')];
}

/** Three people, delivered to a product that accepts duplicate e-mails. */
async function withRecords() {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const people = await join(harness);
  await harness.apply(definitionOf());
  await harness.idle();
  const emails = () => [...system.kept.values()].map(({ record }) => `${textOf(record['Name'])} ${textOf(record['Email'])}`).sort();
  return { system, harness, people, emails };
}

/** Three people in a full file. */
async function withFile() {
  const drop = new FakeDrop();
  const harness = await openHarness({ 'front-desk': () => drop.connect() });
  const people = await join(harness);
  await harness.apply(file, { replaceAll: true });
  await harness.idle();
  const emails = () => drop.rows.map((row) => `${textOf(row['Name'])} ${textOf(row['Email'])}`).sort();
  return { drop, harness, people, emails };
}

describe('an update that gives a record the e-mail of another person', () => {
  it.each([
    ['in a product', withRecords],
    ['in a full file', withFile],
  ])('is parked while that person keeps it, and sent as soon as it is free, %s', async (_, open) => {
    const { harness, people, emails } = await open();
    const [anna, bert] = people;
    await setEmail(harness, anna, 'bert@x.test');
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ action: 'update', state: 'parked', blocked: true });
    expect(emails()).toEqual(['anna anna@x.test', 'bert bert@x.test', 'cleo cleo@x.test']);
    await setEmail(harness, bert, 'bert.lund@x.test');
    await harness.idle();
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'bert bert.lund@x.test', 'cleo cleo@x.test']);
    expect(await openOf(harness, anna)).toBeUndefined();
  });

  it.each([
    ['in a product', withRecords],
    ['in a full file', withFile],
  ])('is parked when both change to the same new e-mail and the other person was first, %s', async (_, open) => {
    const { harness, people, emails } = await open();
    await setEmail(harness, people[0], 'desk@x.test');
    await setEmail(harness, people[1], 'desk@x.test');
    await harness.idle();
    await harness.idle();
    expect(emails().filter((one) => one.endsWith('desk@x.test'))).toHaveLength(1);
  });

  it('is sent when the person with that e-mail has left and the record is removed', async () => {
    const { harness, people, emails } = await withRecords();
    await setEmail(harness, people[0], 'bert@x.test');
    await harness.disable(people[1].id);
    await harness.idle();
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'cleo cleo@x.test']);
  });

  it('does not delay another change of the same person', async () => {
    const { harness, people, emails } = await withRecords();
    await setEmail(harness, people[0], 'bert@x.test');
    await harness.idle();
    await setEmail(harness, people[0], 'anna@x.test');
    await harness.patch(people[0].id, (user) => ({ ...user, displayName: 'Dr. Anna' }));
    await harness.idle();
    expect(emails()).toEqual(['Dr. Anna anna@x.test', 'bert bert@x.test', 'cleo cleo@x.test']);
  });
});

describe('two people who swap their e-mails', () => {
  it('are updated in the product', async () => {
    const { harness, people, emails } = await withRecords();
    await setEmail(harness, people[0], 'bert@x.test');
    await setEmail(harness, people[1], 'anna@x.test');
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'bert anna@x.test', 'cleo cleo@x.test']);
  });

  it('change in the same full file, even when the second change arrives after the first was planned', async () => {
    const { drop, harness, people, emails } = await withFile();
    await setEmail(harness, people[0], 'bert@x.test');
    await harness.idle();
    expect(await openOf(harness, people[0])).toMatchObject({ state: 'parked' });
    const before = drop.published;
    await setEmail(harness, people[1], 'anna@x.test');
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'bert anna@x.test', 'cleo cleo@x.test']);
    expect(drop.published).toBe(before + 1);
  });

  it('change in the same full file also as a cycle of three people', async () => {
    const { harness, people, emails } = await withFile();
    const [anna, bert, cleo] = people;
    await setEmail(harness, cleo, 'anna@x.test');
    await harness.idle();
    await setEmail(harness, anna, 'bert@x.test');
    await harness.idle();
    expect(emails()).toEqual(['anna anna@x.test', 'bert bert@x.test', 'cleo cleo@x.test']);
    await setEmail(harness, bert, 'cleo@x.test');
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'bert cleo@x.test', 'cleo anna@x.test']);
  });

  it.each([0, 1, 2])('are updated when the create of one was still queued, together with person %i of three', async (index) => {
    const { system, harness, people, emails } = await withRecords();
    system.faults.down = true;
    const dora = await harness.join('dora@x.test');
    await harness.idle();
    const other = people[index];
    if (other === undefined) throw new Error('no person');
    await setEmail(harness, other, 'dora@x.test');
    await setEmail(harness, dora, other.user.userName);
    await harness.idle();
    system.faults.down = false;
    harness.clock.advance(300_000);
    await harness.idle();
    await harness.idle();
    const name = other.user.displayName;
    expect(emails()).toContain(`dora ${other.user.userName}`);
    expect(emails()).toContain(`${name} dora@x.test`);
  });

  it('do not get each other’s rows if one leaves before the file is written and the Guard holds the removal', async () => {
    const { drop, harness, people, emails } = await withFile();
    const [anna, bert] = people;
    drop.down = true;
    await setEmail(harness, anna, 'bert@x.test');
    await setEmail(harness, bert, 'anna@x.test');
    await harness.idle();
    expect(await openOf(harness, anna)).toMatchObject({ action: 'update', state: 'queued' });
    const guard = { ...file.guard, removals: { ...file.guard.removals, most: 0 } };
    await harness.apply({ ...file, guard });
    await harness.disable(bert.id);
    await harness.idle();
    drop.down = false;
    harness.clock.advance(300_000);
    await harness.idle();
    expect(await openOf(harness, bert)).toMatchObject({ action: 'delete', state: 'held' });
    expect(emails()).toEqual(['anna anna@x.test', 'bert bert@x.test', 'cleo cleo@x.test']);
    expect(await openOf(harness, anna)).toMatchObject({ state: 'parked', blocked: true });
    await harness.commands.accept('front-desk', {}, 'mira');
    await harness.idle();
    await harness.idle();
    expect(emails()).toEqual(['anna bert@x.test', 'cleo cleo@x.test']);
  });

  it('keep their rows while one of them has no valid row', async () => {
    const { harness, people, emails } = await withFile();
    const [anna, bert] = people;
    await harness.patch(bert.id, (user) => ({ ...user, displayName: '王芳' }));
    await harness.idle();
    await setEmail(harness, anna, 'bert@x.test');
    await setEmail(harness, bert, 'anna@x.test');
    await harness.idle();
    expect(emails()).toEqual(['anna anna@x.test', 'bert bert@x.test', 'cleo cleo@x.test']);
    expect(await openOf(harness, anna)).toMatchObject({ state: 'parked', blocked: true });
    await harness.patch(bert.id, (user) => ({ ...user, displayName: 'Bert' }));
    await harness.idle();
    expect(emails()).toEqual(['Bert anna@x.test', 'anna bert@x.test', 'cleo cleo@x.test']);
  });
});
